#include "forge/frames.h"

#include <gmock/gmock.h>

#include "forge/checksum.h"
#include "wire/packet.h"

namespace useipsec {
namespace {

using testing::ElementsAre;

Address address(const char* text) { return *Address::parse(text); }

ForgedEnds v4() {
  return {.source_mac = {{2, 0, 0, 0, 0, 3}},
          .destination_mac = {{2, 0, 0, 0, 0, 2}},
          .source = address("192.0.2.1"),
          .destination = address("192.0.2.2")};
}

ForgedEnds v6() {
  auto ends = v4();
  ends.source = address("2001:db8::1");
  ends.destination = address("2001:db8::2");
  return ends;
}

Packet read(const Frame& frame) { return read_packet(frame, static_cast<std::uint32_t>(frame.size())); }

/// With its own field in place the sum is zero (RFC 1071 section 1).
bool has_good_transport_checksum(const Packet& packet, std::span<const std::uint8_t> message) {
  return transport_checksum(*packet.source, *packet.destination, packet.protocol, message) == 0;
}

TEST(Checksum, IsThatOfRfc1071) {
  const std::vector<std::uint8_t> bytes{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  EXPECT_EQ(internet_checksum(bytes), static_cast<std::uint16_t>(~0xddf2));  // RFC 1071 section 3
}

TEST(Checksum, CountsAnOddLastByteAsTheHighOne) {
  const std::vector<std::uint8_t> bytes{0x12};
  EXPECT_EQ(internet_checksum(bytes), static_cast<std::uint16_t>(~0x1200));
}

TEST(Frames, UdpReadsAsItWasForged) {
  for (const auto& ends : {v4(), v6()}) {
    const auto frame = udp_frame(ends, 7000, 7001, "hello");
    const auto packet = read(frame);
    EXPECT_EQ(packet.form, WireForm::clear);
    EXPECT_EQ(packet.source, ends.source);
    EXPECT_EQ(packet.destination, ends.destination);
    EXPECT_EQ(packet.source_mac, ends.source_mac);
    EXPECT_EQ(packet.source_port, 7000);
    EXPECT_EQ(packet.destination_port, 7001);
    EXPECT_EQ(std::string(packet.payload.begin(), packet.payload.end()), "hello");
    const auto header = ends.source.family() == Family::v4 ? 34u : 54u;
    EXPECT_TRUE(has_good_transport_checksum(packet, std::span(frame).subspan(header)));
  }
}

TEST(Frames, Ipv4HeaderHasAGoodChecksum) {
  const auto frame = udp_frame(v4(), 1, 2, "x");
  EXPECT_EQ(internet_checksum(std::span(frame).subspan(14, 20)), 0);
  EXPECT_EQ(frame[22], 64) << "time to live";
}

TEST(Frames, NeighborAdvertisementIsThatOfRfc4861) {
  const auto frame = neighbor_advertisement(v6(), address("2001:db8::1"));
  const auto packet = read(frame);
  EXPECT_EQ(packet.form, WireForm::neighbor_discovery);
  EXPECT_EQ(packet.icmp, (IcmpHeader{136, 0}));
  EXPECT_EQ(frame[21], 255) << "hop limit, without which it is ignored";
  const auto message = std::span(frame).subspan(54);
  ASSERT_EQ(message.size(), 32u);
  EXPECT_EQ(message[4], 0x20) << "override alone";
  EXPECT_EQ(Address(message.subspan(8, 16)), address("2001:db8::1"));
  const auto option = message.subspan(24);
  EXPECT_THAT(std::vector<std::uint8_t>(option.begin(), option.end()), ElementsAre(2, 1, 2, 0, 0, 0, 0, 3));
  EXPECT_TRUE(has_good_transport_checksum(packet, message));
}

TEST(Frames, ArpReplyPutsTheSourceAtTheSendersInterface) {
  const auto frame = arp_reply(v4());
  const auto packet = read(frame);
  EXPECT_EQ(packet.form, WireForm::arp);
  EXPECT_EQ(packet.source, address("192.0.2.1"));
  EXPECT_EQ(frame[21], 2) << "a reply";
  EXPECT_THAT(std::vector<std::uint8_t>(frame.begin() + 22, frame.begin() + 28), ElementsAre(2, 0, 0, 0, 0, 3));
}

TEST(Frames, KeylessPacketsHaveAReadableSpi) {
  const auto esp = keyless_frame(v4(), Protocol::esp, 0x1234, 7, std::string(64, 'x'));
  const auto esp_packet = read(esp);
  EXPECT_EQ(esp_packet.form, WireForm::esp);
  EXPECT_EQ(esp_packet.spi, 0x1234u);
  EXPECT_EQ(esp_packet.sequence, 7u);
  const auto ah = keyless_frame(v6(), Protocol::ah, 0x1234, 7, std::string(64, 'x'));
  const auto packet = read(ah);
  EXPECT_EQ(packet.form, WireForm::ah);
  EXPECT_EQ(packet.spi, 0x1234u);
  EXPECT_EQ(packet.destination_port, 7001);
  EXPECT_FALSE(packet.truncated);
}

TEST(Frames, GroupsHaveTheirOwnLinkLayerAddress) {
  EXPECT_EQ(group_mac(address("224.0.0.5")).str(), "01:00:5e:00:00:05");
  EXPECT_EQ(group_mac(address("239.129.2.3")).str(), "01:00:5e:01:02:03") << "23 bits are all that fit";
  EXPECT_EQ(group_mac(address("ff02::1:ff00:1")).str(), "33:33:ff:00:00:01");
}

}  // namespace
}  // namespace useipsec
