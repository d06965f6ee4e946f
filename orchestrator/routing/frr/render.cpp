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
  for (const auto& link : routed_links(subject, routing.routers[index]))
    text += fmt::format(
        "interface {}\n ipv6 ospf6 area 0\n ipv6 ospf6 hello-interval {}\n ipv6 ospf6 dead-interval {}\nexit\n", link,
        routing.hello_s, routing.dead_s);
  text += "interface lo\n ipv6 ospf6 area 0\n ipv6 ospf6 passive\nexit\n";
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

/// The kernel's tables remain the topology's.
constexpr const char* keeps_routes =
    "route-map none deny 10\nexit\nip protocol any route-map none\nipv6 protocol any route-map none\n";

struct Speech {
  const char* daemon;
  std::string (*configuration)(const Case&, std::size_t);
  const char* question;
};

Speech speech_of(RoutingProtocol protocol) {
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
      line("(AdjChg|ADJCHANGE).*(-> Full| to Up)|PIM NEIGHBOR UP", LogKind::child_up),
      line("\\[EC [0-9]+\\]", LogKind::warning),
  };
}

RoutingSetup render_frr(const Case& subject, std::size_t index) {
  const auto& routing = *subject.routing;
  const auto speech = speech_of(routing.protocol);
  RoutingSetup setup;
  setup.node = routing.routers[index];
  setup.folders = {"frr"};
  setup.files.push_back({"frr/zebra.conf", fmt::format("hostname {}\n{}", setup.node, keeps_routes), false});
  setup.files.push_back({fmt::format("frr/{}.conf", speech.daemon),
                         fmt::format("hostname {}\n{}", setup.node, speech.configuration(subject, index)), false});
  setup.prepare.push_back({"/usr/bin/chown", {"-R", "frr:frr", folder}});
  setup.daemons = {daemon("zebra"), daemon(speech.daemon)};
  setup.of_neighbors = {RoutingDialect::frr, fmt::format("{}/{}.vty", folder, speech.daemon), speech.question};
  if (routing.protocol == RoutingProtocol::isis)
    for (std::size_t i = 0; i < routing.routers.size(); ++i) setup.sessions.emplace(system_id(i), routing.routers[i]);
  setup.inspect = {"vtysh", {"--vty_socket", folder, "-d", speech.daemon, "-c", speech.question}};
  return setup;
}

}  // namespace useipsec
