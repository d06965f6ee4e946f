#pragma once

#include <string>

#include "topology/topology.h"

namespace useipsec {

/// The topology as a file of its own, every address and route written out: reading it gives the same value again,
/// whatever became of the file it once came from.
std::string topology_text(const Topology& topology);

}  // namespace useipsec
