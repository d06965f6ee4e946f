#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "observe/observations.h"

namespace useipsec {

/// The reply to "show ospf neighbors" as records: state in lower case without the neighbor's role ("Full/BDR" gives
/// "full"), router id as node name where `nodes` has it. Lines that are no neighbor are passed over.
std::vector<AdjacencyRecord> parse_ospf_neighbors(std::string_view text,
                                                  const std::map<std::string, std::string>& nodes);

}  // namespace useipsec
