#include <fmt/format.h>

#include <algorithm>

#include "facts/facts.h"

namespace useipsec {

namespace {

constexpr std::uint32_t ipv4_header = 20, ipv6_header = 40;  // RFC 791, RFC 8200
constexpr std::uint32_t udp_header = 8, icmp_header = 8;     // RFC 768, RFC 792 and RFC 4443 (echo)
constexpr std::uint32_t tcp_header = 20 + 12;                // RFC 9293; timestamps with their alignment, RFC 7323

}  // namespace

void PacketSizes::include(std::uint32_t bytes) {
  smallest = smallest == 0 ? bytes : std::min(smallest, bytes);
  largest = std::max(largest, bytes);
}

std::string PacketSizes::str() const {
  return alike() ? fmt::format("{} bytes", largest) : fmt::format("{} to {} bytes", smallest, largest);
}

PacketSizes clear_sizes(const Probe& probe) {
  const auto ip_header = probe.family == Family::v4 ? ipv4_header : ipv6_header;
  const auto whole = [&](std::uint32_t header) { return ip_header + header + probe.size; };
  switch (probe.kind) {
    case ProbeKind::icmp:
      return {whole(icmp_header), whole(icmp_header)};
    case ProbeKind::udp:
    case ProbeKind::multicast:
    case ProbeKind::broadcast:
      return {whole(udp_header), whole(udp_header)};
    case ProbeKind::tcp:
    case ProbeKind::ftp:
      return {ip_header + tcp_header, whole(tcp_header)};
    case ProbeKind::sctp:
      return {};  // chunks come together as they like
  }
  return {};
}

std::optional<std::int64_t> overhead(const FlowFact& flow, const WireFact& wire) {
  if (wire.sizes.largest == 0 || flow.clear_sizes.largest == 0) return std::nullopt;
  if (flow.clear_sizes.alike() && !wire.sizes.alike()) return std::nullopt;
  return std::int64_t{wire.sizes.largest} - std::int64_t{flow.clear_sizes.largest};
}

}  // namespace useipsec
