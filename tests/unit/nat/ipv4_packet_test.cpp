#include "nat/ipv4_packet.h"

#include <gtest/gtest.h>

#include <random>

#include "sample_packets.h"

namespace useipsec {
namespace {

using namespace sample;

TEST(AdjustedChecksum, IsTheOneOfTheExampleInRfc1624) {
  // Section 4: HC 0xDD2F, m 0x5555, m' 0x3285 gives 0x0000.
  EXPECT_EQ(adjusted_checksum(0xdd2f, 0x5555, 0x3285), 0x0000);
}

TEST(Ipv4Packet, RefusesWhatIsNoPacket) {
  EXPECT_FALSE(Ipv4Packet::read({}));
  auto packet = udp(endpoint("10.1.0.2", 500), endpoint("198.51.100.2", 500));
  for (std::size_t length = 0; length < packet.size(); ++length)
    EXPECT_FALSE(Ipv4Packet::read(std::span(packet).first(length))) << length;
  packet[0] = 0x65;
  EXPECT_FALSE(Ipv4Packet::read(packet));
}

TEST(Ipv4Packet, TakesNoMoreThanItsLength) {
  auto packet = udp(endpoint("10.1.0.2", 500), endpoint("198.51.100.2", 500));
  const auto length = packet.size();
  packet.resize(length + 6);  // Ethernet pads
  EXPECT_EQ(Ipv4Packet::read(packet)->bytes().size(), length);
}

TEST(Ipv4Packet, ChecksumsFollowEveryRewriting) {
  std::mt19937 random(1);
  const auto any = [&] { return static_cast<std::uint8_t>(random()); };
  for (int round = 0; round < 2000; ++round) {
    const std::array<std::uint8_t, 4> octets{any(), any(), any(), any()};
    const Endpoint to{Address(octets), static_cast<std::uint16_t>(random())};
    const auto from = endpoint("10.1.0.2", static_cast<std::uint16_t>(random()));
    PacketBytes data(random() % 30);
    for (auto& byte : data) byte = any();
    for (const auto& bytes :
         {udp(from, endpoint("198.51.100.2", 500), data), tcp(from, endpoint("198.51.100.2", 80))}) {
      auto packet = *Ipv4Packet::read(bytes);
      packet.set_source(to);
      EXPECT_TRUE(is_sound(packet.bytes()));
      EXPECT_EQ(packet.source(), to.address);
      EXPECT_EQ(packet.source_port(), to.port);
      packet.set_destination(to);
      EXPECT_TRUE(is_sound(packet.bytes()));
      packet.set_time_to_live(any());
      EXPECT_TRUE(is_sound(packet.bytes()));
    }
  }
}

TEST(Ipv4Packet, LeavesAnAbsentUdpChecksumAbsent) {
  auto bytes = udp(endpoint("10.1.0.2", 500), endpoint("198.51.100.2", 500));
  put16(bytes, 26, 0);
  auto packet = *Ipv4Packet::read(bytes);
  packet.set_source(endpoint("192.0.2.2", 40000));
  EXPECT_EQ(packet.bytes()[26], 0);
  EXPECT_EQ(packet.bytes()[27], 0);
}

TEST(Ipv4Packet, RewritesWhatAnErrorQuotes) {
  const auto sent = udp(endpoint("192.0.2.2", 40000), endpoint("198.51.100.2", 7001));
  for (const std::size_t quoted :
       {std::size_t{28}, sent.size()}) {  // at least the header and eight bytes; here an odd rest
    auto packet =
        *Ipv4Packet::read(icmp(3, address("198.51.100.2"), address("192.0.2.2"), 0, std::span(sent).first(quoted)));
    packet.set_quoted_source(endpoint("10.1.0.2", 5000));
    EXPECT_TRUE(is_sound(packet.bytes()));
    EXPECT_EQ(packet.quoted()->source, endpoint("10.1.0.2", 5000));
    EXPECT_EQ(packet.quoted()->destination, endpoint("198.51.100.2", 7001));
    const PacketBytes quote(packet.bytes().begin() + 28, packet.bytes().end());
    if (quoted == sent.size()) {
      EXPECT_TRUE(is_sound(quote));  // the sender finds the packet that it sent
    }
  }
}

TEST(Ipv4Packet, FindsTheSpi) {
  EXPECT_EQ(Ipv4Packet::read(esp(address("10.1.0.2"), address("198.51.100.2"), 0xdeadbeef))->spi(), 0xdeadbeefU);
  EXPECT_EQ(Ipv4Packet::read(esp(address("10.1.0.2"), address("198.51.100.2"), 77, IPPROTO_AH))->spi(), 77U);
  EXPECT_FALSE(Ipv4Packet::read(tcp(endpoint("10.1.0.2", 1), endpoint("198.51.100.2", 2)))->spi());
}

}  // namespace
}  // namespace useipsec
