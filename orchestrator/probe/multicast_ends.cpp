#include <cstring>

#include "base/error.h"
#include "probe/one_way_ends.h"

namespace useipsec {

namespace {

/// Groups that never leave their link (224.0.0.0/24, RFC 5771; ff02::/16, RFC 4291) go out with 1, others may be
/// routed.
int hop_limit(const Address& group) {
  const auto bytes = group.bytes();
  const bool one_link =
      group.family() == Family::v4 ? bytes[0] == 224 && bytes[1] == 0 && bytes[2] == 0 : (bytes[1] & 0x0fU) == 2;
  constexpr int routed = 16;
  return one_link ? 1 : routed;
}

void require_group(const Address& group) {
  if (!group.is_multicast()) throw Error(group.str() + " is not a multicast group", ExitCode::invalid);
}

SocketEndpoint group_endpoint(const EndContext& context) {
  const auto& ends = context.job.ends;
  require_group(ends.destination);
  return {.address = ends.destination,
          .port = context.job.probe.port,
          .interface_index = interface_index(ends.from_interface)};
}

class MulticastSender : public OneWaySender {
 public:
  explicit MulticastSender(const EndContext& context) : OneWaySender(context, group_endpoint(context)) {
    const auto& ends = context.job.ends;
    const unsigned interface = interface_index(ends.from_interface);
    const int hops = hop_limit(ends.destination);
    if (socket_.family() == Family::v4) {
      const ip_mreqn outgoing{.imr_multiaddr = {}, .imr_address = {}, .imr_ifindex = static_cast<int>(interface)};
      socket_.set(IPPROTO_IP, IP_MULTICAST_IF, &outgoing, sizeof(outgoing), "IP_MULTICAST_IF");
      socket_.set(IPPROTO_IP, IP_MULTICAST_LOOP, 0, "IP_MULTICAST_LOOP");
      socket_.set(IPPROTO_IP, IP_MULTICAST_TTL, hops, "IP_MULTICAST_TTL");
    } else {
      socket_.set(IPPROTO_IPV6, IPV6_MULTICAST_IF, static_cast<int>(interface), "IPV6_MULTICAST_IF");
      socket_.set(IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0, "IPV6_MULTICAST_LOOP");
      socket_.set(IPPROTO_IPV6, IPV6_MULTICAST_HOPS, hops, "IPV6_MULTICAST_HOPS");
    }
    if (!ends.source.is_any()) socket_.bind({.address = ends.source, .interface_index = interface});
  }
};

class MulticastReceiver : public OneWayReceiver {
 public:
  explicit MulticastReceiver(const EndContext& context) : OneWayReceiver(context) {
    const auto& group = context.job.ends.destination;
    require_group(group);
    const unsigned interface = interface_index(context.job.ends.to_interface);
    socket_.set(SOL_SOCKET, SO_REUSEADDR, 1, "SO_REUSEADDR");
    // Only what this socket joined, on the interface it joined it: a routing daemon of the node joins groups too.
    if (group.family() == Family::v4) {
      socket_.set(IPPROTO_IP, IP_MULTICAST_ALL, 0, "IP_MULTICAST_ALL");
      ip_mreqn join{.imr_multiaddr = {}, .imr_address = {}, .imr_ifindex = static_cast<int>(interface)};
      std::memcpy(&join.imr_multiaddr, group.bytes().data(), group.size());
      socket_.set(IPPROTO_IP, IP_ADD_MEMBERSHIP, &join, sizeof(join), "IP_ADD_MEMBERSHIP");
    } else {
      socket_.set(IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0, "IPV6_MULTICAST_ALL");
      ipv6_mreq join{.ipv6mr_multiaddr = {}, .ipv6mr_interface = interface};
      std::memcpy(&join.ipv6mr_multiaddr, group.bytes().data(), group.size());
      socket_.set(IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &join, sizeof(join), "IPV6_ADD_MEMBERSHIP");
    }
    socket_.bind({.address = group, .port = context.job.probe.port, .interface_index = interface});
  }
};

}  // namespace

std::unique_ptr<Sender> make_multicast_sender(const EndContext& context) {
  return std::make_unique<MulticastSender>(context);
}

std::unique_ptr<ProbeEnd> make_multicast_receiver(const EndContext& context) {
  return std::make_unique<MulticastReceiver>(context);
}

}  // namespace useipsec
