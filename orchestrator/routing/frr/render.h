#pragma once

#include "routing/routing.h"

namespace useipsec {

/// FRR for the router at `index` of `routing.routers`: zebra, and the daemon of the protocol. All of their files and
/// sockets are in a folder of the node's own, which is frr's: that is who they run as.
RoutingSetup render_frr(const Case& subject, std::size_t index);

/// What the lines of FRR's daemons mean.
std::vector<LogPattern> frr_log_patterns();

}  // namespace useipsec
