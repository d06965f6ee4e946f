#pragma once

#include <string>
#include <vector>

#include "topology/topology.h"

namespace useipsec {

/// What iptables-restore (v4) or ip6tables-restore (v6) needs to make a router forward only what `filter` lets pass.
/// Rules that name an address of the other family are left out. Every rule carries its number in a comment, by which
/// rule_counts() finds it again; `name` is the node.
std::string filter_document(const std::vector<FilterRule>& filter, Family family, const std::string& name);

}  // namespace useipsec
