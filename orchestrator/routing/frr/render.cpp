#include "routing/frr/render.h"

#include <fmt/format.h>

#include <algorithm>

namespace useipsec {
namespace {

const std::string folder = "{dir}/frr";

DaemonSpec daemon(const std::string& name) {
  return {name,
          {"/usr/lib/frr/" + name,
           {"-f", fmt::format("{}/{}.conf", folder, name), "-i", fmt::format("{}/{}.pid", folder, name), "-z",
            folder + "/zserv.api", "--vty_socket", folder, "-A", "127.0.0.1", "-P", "0", "--log", "stdout"}},
          frr_log_patterns()};
}

std::string ospf6(const Case& subject, std::size_t index) {
  const auto& routing = *subject.routing;
  std::string text;
  const auto& router = routing.routers[index];
  for (const auto& link : routed_links(subject, router))
    text += fmt::format(
        "interface {}\n ipv6 ospf6 area {}\n ipv6 ospf6 hello-interval {}\n ipv6 ospf6 dead-interval {}\nexit\n", link,
        area_of(routing, link), routing.hello_s, routing.dead_s);
  text +=
      fmt::format("interface lo\n ipv6 ospf6 area {}\n ipv6 ospf6 passive\nexit\n", areas_of(subject, router).front());
  return text +
         fmt::format("router ospf6\n ospf6 router-id {}\n log-adjacency-changes detail\nexit\n", router_id(index));
}

/// The system id of a router (ISO 10589 section 7.1.2).
std::string system_id(std::size_t index) { return fmt::format("0000.0000.{:04}", index + 1); }

std::string isis(const Case& subject, std::size_t index) {
  const auto& routing = *subject.routing;
  std::string text;
  for (const auto& link : routed_links(subject, routing.routers[index]))
    text += fmt::format(
        "interface {}\n ip router isis core\n ipv6 router isis core\n isis circuit-type level-2-only\n"
        " isis hello-interval {}\n isis hello-multiplier {}\nexit\n",
        link, routing.hello_s, std::max(2U, routing.dead_s / routing.hello_s));
  return text + fmt::format(
                    "router isis core\n net 49.0001.{}.00\n is-type level-2-only\n no hostname dynamic\n"
                    " log-adjacency-changes\nexit\n",
                    system_id(index));
}

std::string pim(const Case& subject, std::size_t index) {
  const auto& routing = *subject.routing;
  std::string text;
  for (const auto& link : routed_links(subject, routing.routers[index]))
    text += fmt::format("interface {}\n ip pim\n ip pim hello {} {}\nexit\n", link, routing.hello_s, routing.dead_s);
  return text;
}

std::string ripng(const Case& subject, std::size_t index) {
  const auto& routing = *subject.routing;
  // What the routers tell of themselves: their loopback addresses.
  std::string text = "route-map loopback permit 10\n match interface lo\nexit\nrouter ripng\n";
  text += fmt::format(" timers basic {} {} {}\n redistribute connected route-map loopback\n", routing.hello_s,
                      routing.dead_s, routing.dead_s);
  for (const auto& link : routed_links(subject, routing.routers[index])) text += fmt::format(" network {}\n", link);
  return text + "exit\n";
}

const char* ip_word(Family family) { return family == Family::v4 ? "ip" : "ipv6"; }

/// A prefix list: these, and nothing longer.
std::string prefix_list(const std::string& name, Family family, const std::vector<Prefix>& prefixes) {
  std::string text;
  for (const auto& prefix : prefixes)
    if (prefix.family() == family)
      text += fmt::format("{} prefix-list {} permit {}\n", ip_word(family), name, prefix.str());
  return text.empty() ? fmt::format("{} prefix-list {} deny any\n", ip_word(family), name) : text;
}

/// BGP speakers peer in one family, that of their addresses.
Family family_of_sessions(const std::vector<BgpSession>& sessions) {
  return sessions.empty() ? Family::v4 : sessions.front().own.family();
}

std::string bgp(const Case& subject, std::size_t index) {
  const auto& routing = *subject.routing;
  const auto& router = routing.routers[index];
  const auto& speaker = routing.speakers.at(router);
  const auto sessions = bgp_sessions(subject, router);
  const auto family = family_of_sessions(sessions);
  std::string text = prefix_list("own", family, speaker.announces);
  if (speaker.accepts) text += prefix_list("accepted", family, *speaker.accepts);
  text += fmt::format(
      "router bgp {}\n bgp router-id {}\n bgp log-neighbor-changes\n no bgp ebgp-requires-policy\n"
      " no bgp default ipv4-unicast\n no bgp network import-check\n",
      speaker.as, router_id(index));
  std::string policies;
  for (const auto& session : sessions) {
    const auto neighbor = fmt::format(" neighbor {}", session.address.str());
    text += fmt::format("{} remote-as {}\n", neighbor, session.peer_as);
    if (session.peer_as != session.own_as) text += fmt::format("{} ebgp-multihop\n", neighbor);
    text +=
        fmt::format("{0} update-source {1}\n{0} timers {2} {3}\n{0} timers connect 2\n{0} advertisement-interval 0\n",
                    neighbor, session.own.str(), routing.hello_s, routing.dead_s);
    if (speaker.passive) text += fmt::format("{} passive\n", neighbor);
    if (!session.password.empty()) text += fmt::format("{} password {}\n", neighbor, session.password);
    policies += fmt::format(" {0} activate\n {0} prefix-list own out\n", neighbor);
    if (speaker.accepts) policies += fmt::format(" {} prefix-list accepted in\n", neighbor);
  }
  text += fmt::format(" address-family {} unicast\n", family == Family::v4 ? "ipv4" : "ipv6");
  for (const auto& prefix : speaker.announces)
    if (prefix.family() == family) text += fmt::format("  network {}\n", prefix.str());
  return text + policies + " exit-address-family\nexit\n";
}

/// The kernel's tables remain the topology's; a default route there leads to a BGP peer as any other.
constexpr const char* keeps_routes =
    "ip nht resolve-via-default\nipv6 nht resolve-via-default\n"
    "route-map none deny 10\nexit\nip protocol any route-map none\nipv6 protocol any route-map none\n";

struct Speech {
  const char* daemon;
  std::string (*configuration)(const Case&, std::size_t);
  const char* question;
  std::string of_routes{};
};

Speech speech_of(const Case& subject, const std::string& router) {
  const auto protocol = subject.routing->protocol;
  if (protocol == RoutingProtocol::bgp) {
    const bool v4 = family_of_sessions(bgp_sessions(subject, router)) == Family::v4;
    return {"bgpd", bgp, "show bgp neighbors json", fmt::format("show bgp {} unicast json", v4 ? "ipv4" : "ipv6")};
  }
  if (protocol == RoutingProtocol::ripng) return {"ripngd", ripng, "show ipv6 ripng status", "show ipv6 ripng"};
  if (protocol == RoutingProtocol::isis) return {"isisd", isis, "show isis neighbor json"};
  if (protocol == RoutingProtocol::pim) return {"pimd", pim, "show ip pim neighbor json"};
  return {"ospf6d", ospf6, "show ipv6 ospf6 neighbor json"};
}

}  // namespace

std::vector<LogPattern> frr_log_patterns() {
  const auto line = [](const char* text, LogKind kind) {
    return LogPattern{std::regex(text, std::regex::ECMAScript | std::regex::optimize | std::regex::nosubs), kind};
  };
  return {
      line(" starting: vty@", LogKind::ready),
      line("(AdjChg|ADJCHANGE).*(-> Full| to Up| Up$)|PIM NEIGHBOR UP", LogKind::child_up),
      line("\\[EC [0-9]+\\]", LogKind::warning),
  };
}

RoutingSetup render_frr(const Case& subject, std::size_t index) {
  const auto& routing = *subject.routing;
  const auto speech = speech_of(subject, routing.routers[index]);
  RoutingSetup setup;
  setup.node = routing.routers[index];
  setup.folders = {"frr"};
  setup.files.push_back({"frr/zebra.conf", fmt::format("hostname {}\n{}", setup.node, keeps_routes), false});
  setup.files.push_back({fmt::format("frr/{}.conf", speech.daemon),
                         fmt::format("hostname {}\n{}", setup.node, speech.configuration(subject, index)), false});
  setup.prepare.push_back({"/usr/bin/chown", {"-R", "frr:frr", folder}});
  setup.daemons = {daemon("zebra"), daemon(speech.daemon)};
  setup.of_neighbors = {RoutingDialect::frr, fmt::format("{}/{}.vty", folder, speech.daemon), speech.question};
  if (!speech.of_routes.empty()) setup.of_routes = {RoutingDialect::frr, setup.of_neighbors.socket, speech.of_routes};
  if (routing.protocol == RoutingProtocol::bgp)
    for (const auto& session : bgp_sessions(subject, setup.node))
      setup.sessions.emplace(session.address.str(), session.peer);
  if (routing.protocol == RoutingProtocol::isis)
    for (std::size_t i = 0; i < routing.routers.size(); ++i) setup.sessions.emplace(system_id(i), routing.routers[i]);
  setup.inspect = {"vtysh", {"--vty_socket", folder, "-d", speech.daemon, "-c", speech.question}};
  return setup;
}

}  // namespace useipsec
