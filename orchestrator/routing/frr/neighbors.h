#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "observe/observations.h"

namespace useipsec {

// Answers of FRR's daemons as records: JSON, but ripngd has text alone. What is of another form has no neighbors.

/// "show ipv6 ospf6 neighbor json": states in lower case, "twoway" as "2-way"; `nodes` by router id.
std::vector<AdjacencyRecord> parse_ospf6_neighbors(std::string_view text,
                                                   const std::map<std::string, std::string>& nodes);

/// "show isis neighbor json": states in lower case; `nodes` by system id.
std::vector<AdjacencyRecord> parse_isis_neighbors(std::string_view text,
                                                  const std::map<std::string, std::string>& nodes);

/// "show ip pim neighbor json": everybody heard is "up". `name_of` an address.
std::vector<AdjacencyRecord> parse_pim_neighbors(std::string_view text,
                                                 const std::function<std::string(const Address&)>& name_of);

/// "show bgp neighbors json": states in lower case; `sessions` by the neighbor's address.
std::vector<AdjacencyRecord> parse_bgp_neighbors(std::string_view text,
                                                 const std::map<std::string, std::string>& sessions);
/// "show bgp ipv4 unicast json": what was learned in one of the sessions.
std::vector<RouteRecord> parse_bgp_routes(std::string_view text, const std::map<std::string, std::string>& sessions);

/// "show ipv6 ripng status": who was heard in the last `dead_s` seconds is "up". `name_of` an address.
std::vector<AdjacencyRecord> parse_ripng_status(std::string_view text, std::uint32_t dead_s,
                                                const std::function<std::string(const Address&)>& name_of);
/// "show ipv6 ripng": what was learned and can be reached (RFC 2080 section 2.1: a metric of 16 is infinity).
std::vector<RouteRecord> parse_ripng_routes(std::string_view text);

}  // namespace useipsec
