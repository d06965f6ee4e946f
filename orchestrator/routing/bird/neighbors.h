#pragma once

#include <functional>
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

/// The reply to "show protocols": of each BGP session its state in lower case, "established", "active"; `sessions` by
/// the protocol's name.
std::vector<AdjacencyRecord> parse_bgp_sessions(std::string_view text,
                                                const std::map<std::string, std::string>& sessions);

/// The reply to "show rip neighbors": who was heard lately is "up". `name_of` an address.
std::vector<AdjacencyRecord> parse_rip_neighbors(std::string_view text,
                                                 const std::function<std::string(const Address&)>& name_of);

/// The reply to "show route": each network once, from the session of the best route where that is one of `sessions`.
std::vector<RouteRecord> parse_routes(std::string_view text, const std::map<std::string, std::string>& sessions);

}  // namespace useipsec
