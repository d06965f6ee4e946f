#pragma once

#include <map>
#include <string>
#include <vector>

#include "engine/engine.h"
#include "scenario/scenario.h"

namespace useipsec {

/// One router's daemon as a value; placeholders as in engine.h.
struct RoutingSetup {
  std::string node;
  std::vector<RenderedFile> files;
  DaemonSpec daemon;
  std::string control_socket;  ///< "{dir}/bird.ctl"
  Command inspect;             ///< shows the daemon's state to a person who looks inside
};

/// The routing daemons of a case in the order of `routing.routers`; empty where it has none.
std::vector<RoutingSetup> render_routing(const Case& subject);

/// Router id -> node, in the order of `routing.routers`: 10.0.0.1, 10.0.0.2, ...
std::map<std::string, std::string> router_ids(const Routing& routing);

}  // namespace useipsec
