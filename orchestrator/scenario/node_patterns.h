#pragma once

#include "input/view.h"
#include "topology/topology.h"

namespace useipsec {

/// Puts the names of nodes in the place of patterns, so that a scenario stays the same however many nodes its topology
/// has: "r*" in a list, and as a key, stands for every node whose name is r and a number. A key that names one of them
/// itself goes before; of a router's neighbors the router itself is none. A wait for an adjacency with "r*" becomes one
/// wait for each. Complains where there is no such node.
void expand_node_patterns(View& view, const Topology& topology, Diagnostics& diagnostics);

}  // namespace useipsec
