#include "routing/bird/render.h"

#include <fmt/format.h>

namespace useipsec {

std::string bird_router_id(std::size_t index) { return fmt::format("10.0.{}.{}", index / 254, index % 254 + 1); }

std::vector<LogPattern> bird_log_patterns() {
  const auto line = [](const char* text, LogKind kind) {
    return LogPattern{std::regex(text, std::regex::ECMAScript | std::regex::optimize | std::regex::nosubs), kind};
  };
  return {
      line("<INFO> Started$", LogKind::ready),
      line("Neighbor [0-9.]+ on \\S+ changed state from \\S+ to Full", LogKind::child_up),
      line("<(WARN|ERR|AUTH|BUG|FATAL)>|<RMT>", LogKind::warning),
  };
}

RoutingSetup render_bird(const Routing& routing, std::size_t index) {
  const bool v3 = routing.protocol == RoutingProtocol::ospfv3;
  std::string text = "log stderr all;\n";
  text += fmt::format("router id {};\n", bird_router_id(index));
  text += "protocol device {}\n";
  text += fmt::format("protocol ospf {} adjacency {{\n", v3 ? "v3" : "v2");
  text += "  debug { states, events };\n";
  text += fmt::format("  {} {{ import all; export none; }};\n", v3 ? "ipv6" : "ipv4");
  text += "  area 0 {\n";
  // `wait` is how long a router listens for a designated router before it elects one (RFC 2328 section 9.4).
  text += fmt::format("    interface \"{}\" {{ type broadcast; hello {}; dead {}; wait {}; }};\n", routing.link,
                      routing.hello_s, routing.dead_s, routing.hello_s * 2);
  text += "    interface \"lo\" { stub; };\n";
  text += "  };\n}\n";

  RoutingSetup setup;
  setup.node = routing.routers[index];
  setup.files.push_back({"bird.conf", text, false});
  setup.control_socket = "{dir}/bird.ctl";
  setup.daemon.name = "bird";
  setup.daemon.command = {"/usr/sbin/bird",
                          {"-f", "-c", "{dir}/bird.conf", "-s", setup.control_socket, "-P", "{dir}/bird.pid"}};
  setup.daemon.patterns = bird_log_patterns();
  setup.inspect = {"/usr/sbin/birdc", {"-s", setup.control_socket, "show", "ospf", "neighbors"}};
  return setup;
}

}  // namespace useipsec
