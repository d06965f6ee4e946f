#pragma once

#include <nlohmann/json_fwd.hpp>

#include "input/document.h"
#include "topology/nat_policy.h"

namespace useipsec {

/// The value of a node's key "nat", whose form is right (nat_shape).
NatPolicy read_nat_policy(const Json& json);

/// The same, as a file would say it: only what is not the default.
nlohmann::ordered_json nat_policy_json(const NatPolicy& policy);

}  // namespace useipsec
