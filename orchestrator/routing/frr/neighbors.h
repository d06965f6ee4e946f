#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "observe/observations.h"

namespace useipsec {

// Answers of FRR's daemons, in JSON, as records. What is no JSON has no neighbors.

/// "show ipv6 ospf6 neighbor json": states in lower case, "twoway" as "2-way"; `nodes` by router id.
std::vector<AdjacencyRecord> parse_ospf6_neighbors(std::string_view text,
                                                   const std::map<std::string, std::string>& nodes);

/// "show isis neighbor json": states in lower case; `nodes` by system id.
std::vector<AdjacencyRecord> parse_isis_neighbors(std::string_view text,
                                                  const std::map<std::string, std::string>& nodes);

/// "show ip pim neighbor json": everybody heard is "up". `name_of` an address.
std::vector<AdjacencyRecord> parse_pim_neighbors(std::string_view text,
                                                 const std::function<std::string(const Address&)>& name_of);

}  // namespace useipsec
