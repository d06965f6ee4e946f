#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "topology/topology.h"

namespace useipsec {

/// How many packets each dropping rule of `filter` has taken, by the rule's words with "filter: " before them. `saved`
/// is what iptables-save -c prints, of one family or of both one after the other. Rules that say the same are counted
/// together.
std::map<std::string, std::uint64_t> rule_counts(const std::vector<FilterRule>& filter, std::string_view saved);

}  // namespace useipsec
