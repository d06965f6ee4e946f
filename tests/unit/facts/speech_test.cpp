#include "facts/speech.h"

#include "unit/facts/trial.h"

namespace useipsec {
namespace {

Packet packet_of(const frames::Octets& frame) { return read_packet(frame, static_cast<std::uint32_t>(frame.size())); }

TEST(Speech, ProtocolsAreToldByWhatAnObserverReads) {
  const frames::Octets hello(24, 0);
  const auto v6 = frames::ethernet(0x86dd, frames::ipv6("fe80::1", "ff02::5", 89, hello));
  const auto v4 = frames::ethernet(0x0800, frames::ipv4("192.0.2.1", "224.0.0.5", 89, hello));
  const auto bgp =
      frames::ethernet(0x0800, frames::ipv4("192.0.2.1", "192.0.2.2", 6, frames::tcp(1025, 179, 16, hello)));
  const auto iih = frames::ethernet(0x0011, {0xfe, 0xfe, 0x03, 0x83, 0x1b, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  const auto advertisement =
      frames::ethernet(0x86dd, frames::ipv6("fe80::1", "ff02::1", 58, {134, 0, 0, 0, 64, 0, 0, 6}));
  EXPECT_TRUE(is_speech(RoutingProtocol::router_advertisement, packet_of(advertisement)));
  EXPECT_FALSE(is_speech(RoutingProtocol::router_advertisement, packet_of(v6)));
  EXPECT_TRUE(is_speech(RoutingProtocol::ospfv3, packet_of(v6)));
  EXPECT_FALSE(is_speech(RoutingProtocol::ospfv2, packet_of(v6)));
  EXPECT_TRUE(is_speech(RoutingProtocol::ospfv2, packet_of(v4)));
  EXPECT_TRUE(is_speech(RoutingProtocol::bgp, packet_of(bgp)));
  EXPECT_TRUE(is_speech(RoutingProtocol::isis, packet_of(iih)));
  EXPECT_FALSE(is_speech(RoutingProtocol::isis, packet_of(bgp)));
}

TEST(Speech, IsReadInsideOfGre) {
  const frames::Octets hello(24, 0);
  const auto inner = frames::ethernet(0x86dd, frames::ipv6("fe80::1", "ff02::5", 89, hello));
  frames::Octets gre{0, 0, 0x65, 0x58};
  gre.insert(gre.end(), inner.begin(), inner.end());
  const auto outer = frames::ethernet(0x0800, frames::ipv4("192.0.2.1", "192.0.2.2", 47, gre));
  EXPECT_TRUE(is_speech(RoutingProtocol::ospfv3, packet_of(outer)));
  EXPECT_FALSE(is_speech(RoutingProtocol::ospfv2, packet_of(outer)));
}

}  // namespace
}  // namespace useipsec
