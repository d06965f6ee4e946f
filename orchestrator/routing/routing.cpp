#include "routing/routing.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "routing/bird/control.h"
#include "routing/bird/neighbors.h"
#include "routing/bird/render.h"
#include "routing/frr/control.h"
#include "routing/frr/neighbors.h"
#include "routing/frr/render.h"

namespace useipsec {

std::string router_id(std::size_t index) { return fmt::format("10.0.{}.{}", index / 254, index % 254 + 1); }

std::map<std::string, std::string> router_ids(const Routing& routing) {
  std::map<std::string, std::string> ids;
  for (std::size_t i = 0; i < routing.routers.size(); ++i) ids.emplace(router_id(i), routing.routers[i]);
  return ids;
}

std::vector<std::string> routed_links(const Case& subject, const std::string& router) {
  auto links = subject.routing->links;
  std::erase_if(links, [&](const std::string& link) { return subject.topology.end(link, router) == nullptr; });
  return links;
}

std::vector<std::string> areas_of(const Case& subject, const std::string& router) {
  const auto& routing = *subject.routing;
  const auto links = routed_links(subject, router);
  std::set<std::string> areas;
  for (const auto& link : links) areas.insert(area_of(routing, link));
  if (links.empty() || !virtual_links_of(routing, router).empty()) areas.insert(backbone_area);
  return {areas.begin(), areas.end()};
}

std::string name_of(const Topology& topology, const Address& address) {
  const auto* owner = topology.owner(address);
  return owner == nullptr ? address.str() : owner->name;
}

std::optional<std::string> unsupported_routing(const Case& subject) {
  if (!subject.routing) return {};
  const auto& routing = *subject.routing;
  const auto speaks = [&](std::initializer_list<RoutingProtocol> protocols) {
    return std::find(protocols.begin(), protocols.end(), routing.protocol) != protocols.end();
  };
  using enum RoutingProtocol;
  if (routing.daemon == "bird" && !speaks({ospfv2, ospfv3, bgp, ripng, router_advertisement}))
    return "BIRD 2.0 speaks neither IS-IS nor PIM; FRR does";
  if (routing.daemon == "frr" && speaks({ospfv2, router_advertisement}))
    return "this project drives neither FRR's ospfd nor its router advertisements";
  if (routing.daemon == "frr" && !routing.instances.empty())
    return "FRR's ospf6d has one instance ID for each interface";
  if (routing.daemon == "frr" && !routing.virtual_links.empty()) return "FRR's ospf6d has no virtual links";
  return {};
}

std::vector<RoutingSetup> render_routing(const Case& subject) {
  std::vector<RoutingSetup> setups;
  if (!subject.routing || unsupported_routing(subject)) return setups;
  for (std::size_t i = 0; i < subject.routing->routers.size(); ++i)
    setups.push_back(subject.routing->daemon == "frr" ? render_frr(subject, i) : render_bird(subject, i));
  return setups;
}

Result<std::string> ask_router(const RoutingQuestion& question, const std::string& socket,
                               std::chrono::milliseconds deadline) {
  return question.dialect == RoutingDialect::frr ? ask_frr(socket, question.text, deadline)
                                                 : ask_bird(socket, question.text, deadline);
}

std::vector<AdjacencyRecord> neighbors_in(const Case& subject, const RoutingSetup& setup, const std::string& answer) {
  const auto& routing = *subject.routing;
  const auto name = [&](const Address& address) { return name_of(subject.topology, address); };
  const bool by_frr = routing.daemon == "frr";
  switch (routing.protocol) {
    case RoutingProtocol::bgp:
      return by_frr ? parse_bgp_neighbors(answer, setup.sessions) : parse_bgp_sessions(answer, setup.sessions);
    case RoutingProtocol::ripng:
      return by_frr ? parse_ripng_status(answer, routing.dead_s, name) : parse_rip_neighbors(answer, name);
    case RoutingProtocol::isis:
      return parse_isis_neighbors(answer, setup.sessions);
    case RoutingProtocol::pim:
      return parse_pim_neighbors(answer, name);
    case RoutingProtocol::router_advertisement:
      return {};  // hosts are told, and answer nothing
    case RoutingProtocol::ospfv2:
    case RoutingProtocol::ospfv3:
      break;
  }
  return by_frr ? parse_ospf6_neighbors(answer, router_ids(routing))
                : parse_ospf_neighbors(answer, router_ids(routing));
}

std::vector<RouteRecord> routes_in(const Case& subject, const RoutingSetup& setup, const std::string& answer) {
  if (subject.routing->daemon != "frr") return parse_routes(answer, setup.sessions);
  return subject.routing->protocol == RoutingProtocol::ripng ? parse_ripng_routes(answer)
                                                             : parse_bgp_routes(answer, setup.sessions);
}

}  // namespace useipsec
