#include "scenario/scaled_time.h"

#include <fmt/format.h>

#include <optional>

namespace useipsec {

namespace {

struct Documented {
  std::uint32_t seconds;
  const char* source;
};

constexpr Documented udp_mapping{120, "RFC 4787 section 4.3"}, tcp_mapping{7440, "RFC 5382 section 5"},
    icmp_mapping{60, "RFC 5508 section 3.2"}, other_mapping{600, "Linux, nf_conntrack_generic_timeout"},
    keepalive{20, "RFC 3948 section 4"};

struct RoutingTimes {
  std::uint32_t hello, dead;  ///< seconds
  const char* source;
};

RoutingTimes times_of(RoutingProtocol protocol) {
  switch (protocol) {
    case RoutingProtocol::ospfv2:
      return {10, 40, "RFC 2328 appendix C.3"};
    case RoutingProtocol::ospfv3:
      return {10, 40, "RFC 5340 appendix C.3"};
    case RoutingProtocol::bgp:
      return {30, 90, "RFC 4271 section 10"};
    case RoutingProtocol::ripng:
      return {30, 180, "RFC 2080 section 2.3"};
    case RoutingProtocol::isis:
      return {3, 30, "FRR's default"};
    case RoutingProtocol::pim:
      return {30, 105, "RFC 7761 section 4.11"};
    case RoutingProtocol::router_advertisement:
      return {600, 2592000, "RFC 4861 section 6.2.1"};
  }
  return {};
}

class Collector {
 public:
  void add(std::string what, const std::optional<std::uint32_t>& set, const Documented& documented) {
    if (set && *set > 0 && *set < documented.seconds)
      times_.push_back({std::move(what), documented.seconds, *set, documented.source});
  }
  std::vector<ScaledTime> take() { return std::move(times_); }

 private:
  std::vector<ScaledTime> times_;
};

}  // namespace

std::string ScaledTime::str() const {
  const double factor = to_s == 0 ? 0 : static_cast<double>(from_s) / to_s;
  return fmt::format("{}: {} s for {} s ({}), {:.3g} times as fast", what, to_s, from_s, source, factor);
}

std::vector<ScaledTime> scaled_times(const Case& subject) {
  Collector times;
  for (const auto& node : subject.topology.nodes) {
    if (!node.nat) continue;
    const auto& [udp, tcp, icmp, other] = node.nat->lifetimes;
    times.add(node.name + " forgets a UDP mapping", udp, udp_mapping);
    times.add(node.name + " forgets a TCP mapping", tcp, tcp_mapping);
    times.add(node.name + " forgets an ICMP mapping", icmp, icmp_mapping);
    times.add(node.name + " forgets a mapping without ports", other, other_mapping);
  }
  for (const auto& node : subject.protected_nodes()) {
    const auto& profile = *subject.profile_of(node);
    if (profile.by_ike()) times.add(node + " sends a NAT keepalive", profile.nat.keepalive_s, keepalive);
  }
  if (subject.routing) {
    const auto [hello, dead, source] = times_of(subject.routing->protocol);
    times.add("a router says that it is there", subject.routing->hello_s, {hello, source});
    times.add("a router that is silent is given up", subject.routing->dead_s, {dead, source});
  }
  return times.take();
}

}  // namespace useipsec
