#pragma once

#include "routing/routing.h"

namespace useipsec {

/// BIRD 2 for the router at `index` of `routing.routers`. OSPF and RIPng on the links, with the loopback addresses as
/// stub networks; BGP between the routers' addresses. Routes stay in BIRD: what is watched is adjacencies and what
/// routers tell each other, and the kernel's tables remain the topology's.
RoutingSetup render_bird(const Case& subject, std::size_t index);

/// What BIRD's lines mean.
std::vector<LogPattern> bird_log_patterns();

}  // namespace useipsec
