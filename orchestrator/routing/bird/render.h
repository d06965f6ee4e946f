#pragma once

#include "routing/routing.h"

namespace useipsec {

/// BIRD 2 for the router at `index` of `routing.routers`: OSPF on the link, the loopback addresses as stub networks.
/// Routes stay in BIRD: adjacencies are what is watched, and the kernel's tables remain the topology's.
RoutingSetup render_bird(const Routing& routing, std::size_t index);

/// "10.0.0.<index + 1>"; carries into the third octet after 254 routers.
std::string bird_router_id(std::size_t index);

/// What BIRD's lines mean.
std::vector<LogPattern> bird_log_patterns();

}  // namespace useipsec
