#include "routing/routing.h"

#include <fmt/format.h>

#include "routing/bird/render.h"

namespace useipsec {

std::map<std::string, std::string> router_ids(const Routing& routing) {
  std::map<std::string, std::string> ids;
  for (std::size_t i = 0; i < routing.routers.size(); ++i) ids.emplace(bird_router_id(i), routing.routers[i]);
  return ids;
}

std::vector<RoutingSetup> render_routing(const Case& subject) {
  std::vector<RoutingSetup> setups;
  if (!subject.routing) return setups;
  for (std::size_t i = 0; i < subject.routing->routers.size(); ++i) setups.push_back(render_bird(*subject.routing, i));
  return setups;
}

}  // namespace useipsec
