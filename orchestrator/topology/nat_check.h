#pragma once

#include <string>

#include "topology/settle.h"

namespace useipsec {

/// Complains of behaviors that exclude each other. `pointer`: of the node's key "nat", which is whole.
void check_nat_behaviors(const NatPolicy& policy, const std::string& pointer, const Complain& complain);

/// Complains of forwards that lead nowhere and of what has no IPv4 to translate. The topology's addresses and routes
/// are settled.
void check_nat_places(const Topology& topology, const Node& node, const std::string& pointer, const Complain& complain);

}  // namespace useipsec
