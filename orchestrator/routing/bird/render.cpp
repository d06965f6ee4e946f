#include "routing/bird/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace useipsec {

std::vector<LogPattern> bird_log_patterns() {
  const auto line = [](const char* text, LogKind kind) {
    return LogPattern{std::regex(text, std::regex::ECMAScript | std::regex::optimize | std::regex::nosubs), kind};
  };
  return {
      line("<INFO> Started$", LogKind::ready),
      line("Neighbor [0-9.]+ on \\S+ changed state from \\S+ to Full", LogKind::child_up),
      line("BGP session established$", LogKind::child_up),
      line("<(WARN|ERR|AUTH|BUG|FATAL)>|<RMT>", LogKind::warning),
  };
}

namespace {

/// One area as a router has it. Its loopback addresses are in the first of its areas.
std::string area(const Case& subject, const std::string& router, const std::string& id, bool with_loopback) {
  const auto& routing = *subject.routing;
  std::string text = fmt::format("  area {} {{\n", id);
  // `wait` is how long a router listens for a designated router before it elects one (RFC 2328 section 9.4).
  const auto timers = fmt::format("hello {}; dead {}; wait {};", routing.hello_s, routing.dead_s, routing.hello_s * 2);
  for (const auto& link : routed_links(subject, router))
    if (area_of(routing, link) == id)
      text += fmt::format("    interface \"{}\" {{ type broadcast; {} }};\n", link, timers);
  if (with_loopback) text += "    interface \"lo\" { stub; };\n";
  // BIRD writes a virtual link into its transit area.
  for (const auto& [other, transit] : virtual_links_of(routing, router)) {
    const auto place = std::find(routing.routers.begin(), routing.routers.end(), other) - routing.routers.begin();
    if (transit == id)
      text += fmt::format("    virtual link {} {{ {} }};\n", router_id(static_cast<std::size_t>(place)), timers);
  }
  return text + "  };\n";
}

std::string ospf(const Case& subject, const std::string& router) {
  const auto& routing = *subject.routing;
  const bool v3 = routing.protocol == RoutingProtocol::ospfv3;
  const auto own = routing.instances.find(router);
  const auto ids = own == routing.instances.end() ? std::vector<std::uint8_t>{0} : own->second;
  std::string text;
  for (const auto& id : ids) {
    // The first instance has the default table; a further one needs one of its own.
    const bool further = &id != &ids.front();
    const auto table = further ? fmt::format("instance{}", id) : std::string();
    if (further) text += fmt::format("ipv6 table {};\n", table);
    text += fmt::format("protocol ospf {} adjacency{} {{\n", v3 ? "v3" : "v2", further ? fmt::format("{}", id) : "");
    text += "  debug { states, events };\n";
    if (id != 0) text += fmt::format("  instance id {};\n", id);
    text += fmt::format("  {} {{ {}import all; export none; }};\n", v3 ? "ipv6" : "ipv4",
                        further ? fmt::format("table {}; ", table) : "");
    const auto areas = areas_of(subject, router);
    for (const auto& each : areas) text += area(subject, router, each, each == areas.front());
    text += "}\n";
  }
  return text;
}

std::string ripng(const Case& subject, const std::string& router) {
  std::string text = "protocol direct { ipv6; interface \"lo\"; }\nprotocol rip ng adjacency {\n";
  text += "  debug { states, events };\n  ipv6 { import all; export where source = RTS_DEVICE; };\n";
  for (const auto& link : routed_links(subject, router))
    text += fmt::format("  interface \"{}\" {{ update time {}; timeout time {}; }};\n", link, subject.routing->hello_s,
                        subject.routing->dead_s);
  return text + "}\n";
}

/// The links' own prefixes.
std::string router_advertisements(const Case& subject, const std::string& router) {
  const auto& routing = *subject.routing;
  std::string text = "protocol radv {\n  debug { states, events };\n";
  for (const auto& link : routed_links(subject, router)) {
    text += fmt::format("  interface \"{}\" {{\n    min ra interval 3; max ra interval {}; default lifetime {};\n",
                        link, routing.hello_s, routing.dead_s);
    text += fmt::format("    prefix ::/0 {{ valid lifetime {0}; preferred lifetime {0}; }};\n  }};\n", routing.dead_s);
  }
  return text + "}\n";
}

/// A prefix set of BIRD's filter language: these prefixes, and nothing longer.
std::string accepted(const Speaker& speaker) {
  if (!speaker.accepts) return "all";
  if (speaker.accepts->empty()) return "none";
  std::string set;
  for (const auto& prefix : *speaker.accepts) set += (set.empty() ? "" : ", ") + prefix.str();
  return fmt::format("where net ~ [ {} ]", set);
}

std::string channel(Family family) { return family == Family::v4 ? "ipv4" : "ipv6"; }

std::string bgp(const Case& subject, const std::string& router, RoutingSetup& setup) {
  const auto& routing = *subject.routing;
  const auto& speaker = routing.speakers.at(router);
  // The kernel's routes say how the next hops of other routers are reached.
  std::string text = "protocol kernel { learn; scan time 1; ipv4 { import all; export none; }; }\n";
  for (const auto family : {Family::v4, Family::v6}) {
    std::string routes;
    for (const auto& prefix : speaker.announces)
      if (prefix.family() == family) routes += fmt::format("  route {} unreachable;\n", prefix.str());
    if (!routes.empty()) text += fmt::format("protocol static {{\n  {};\n{}}}\n", channel(family), routes);
  }
  for (const auto& session : bgp_sessions(subject, router)) {
    const auto name = fmt::format("session{}", setup.sessions.size() + 1);
    setup.sessions.emplace(name, session.peer);
    text +=
        fmt::format("protocol bgp {} {{\n  description \"{}\";\n  debug {{ states, events }};\n", name, session.peer);
    text += fmt::format("  local {} as {};\n  neighbor {} as {};\n  multihop;\n", session.own.str(), session.own_as,
                        session.address.str(), session.peer_as);
    text += fmt::format(
        "  hold time {}; keepalive time {}; connect delay time 1; connect retry time 2; error wait time 1, 2;\n",
        routing.dead_s, routing.hello_s);
    if (speaker.passive) text += "  passive;\n";
    if (!session.password.empty()) text += fmt::format("  password \"{}\";\n", session.password);
    text += fmt::format("  {} {{ import {}; export where source = RTS_STATIC; }};\n}}\n", channel(session.own.family()),
                        accepted(speaker));
  }
  return text;
}

const char* neighbor_question(RoutingProtocol protocol) {
  if (protocol == RoutingProtocol::bgp || protocol == RoutingProtocol::router_advertisement) return "show protocols";
  return protocol == RoutingProtocol::ripng ? "show rip neighbors" : "show ospf neighbors";
}

}  // namespace

RoutingSetup render_bird(const Case& subject, std::size_t index) {
  const auto& routing = *subject.routing;
  RoutingSetup setup;
  setup.node = routing.routers[index];
  std::string text = "log stderr all;\n";
  text += fmt::format("router id {};\n", router_id(index));
  text += "protocol device {}\n";
  if (routing.protocol == RoutingProtocol::bgp)
    text += bgp(subject, setup.node, setup);
  else if (routing.protocol == RoutingProtocol::ripng)
    text += ripng(subject, setup.node);
  else if (routing.protocol == RoutingProtocol::router_advertisement)
    text += router_advertisements(subject, setup.node);
  else
    text += ospf(subject, setup.node);
  setup.files.push_back({"bird.conf", text, false});
  const std::string socket = "{dir}/bird.ctl";
  setup.daemons.push_back({"bird",
                           {"/usr/sbin/bird", {"-f", "-c", "{dir}/bird.conf", "-s", socket, "-P", "{dir}/bird.pid"}},
                           bird_log_patterns()});
  const std::string question = neighbor_question(routing.protocol);
  setup.of_neighbors = {RoutingDialect::bird, socket, question};
  if (routing.protocol == RoutingProtocol::bgp)
    setup.of_routes = {RoutingDialect::bird, socket, "show route where source = RTS_BGP"};
  if (routing.protocol == RoutingProtocol::ripng)
    setup.of_routes = {RoutingDialect::bird, socket, "show route where source = RTS_RIP"};
  setup.inspect = {"/usr/sbin/birdc", {"-s", socket}};
  std::istringstream words{question};
  for (std::string word; words >> word;) setup.inspect.arguments.push_back(word);
  return setup;
}

}  // namespace useipsec
