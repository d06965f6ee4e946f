#include "forge/tcp_session.h"

#include <gmock/gmock.h>

#include "forge/checksum.h"

namespace useipsec {
namespace {

const Address alice = *Address::parse("192.0.2.1"), bob = *Address::parse("192.0.2.2");

Packet segment(std::uint16_t source_port, std::uint32_t sequence, std::span<const std::uint8_t> payload,
               std::uint8_t flags = 16) {
  Packet packet;
  packet.protocol = 6;
  packet.source = alice;
  packet.destination = bob;
  packet.source_port = source_port;
  packet.destination_port = 179;
  packet.tcp_sequence = sequence;
  packet.tcp_flags = flags;
  packet.payload = payload;
  return packet;
}

TEST(TcpSession, IsWhereItsLastSegmentEnds) {
  const std::vector<std::uint8_t> payload(19);
  const auto position = tcp_position({segment(5000, 100, payload), segment(5001, 200, payload)}, alice, bob, 179);
  ASSERT_TRUE(position);
  EXPECT_EQ(position->source_port, 5001);
  EXPECT_EQ(position->destination_port, 179);
  EXPECT_EQ(position->next, 219u);
}

TEST(TcpSession, CountsSynAndPassesResetsOver) {
  const auto position = tcp_position({segment(5000, 100, {}, 2), segment(5000, 999, {}, 4)}, alice, bob, 179);
  ASSERT_TRUE(position);
  EXPECT_EQ(position->next, 101u);
}

TEST(TcpSession, IsNotThereWhereNothingCanBeRead) {
  Packet hidden;
  hidden.protocol = 50;
  EXPECT_FALSE(tcp_position({hidden}, alice, bob, 179));
  EXPECT_FALSE(tcp_position({segment(5000, 1, {})}, bob, alice, 179));
  EXPECT_FALSE(tcp_position({segment(5000, 1, {})}, alice, bob, 7001));
}

TEST(TcpReset, IsASegmentOfNothingElse) {
  const auto frame = tcp_reset({.source_mac = {}, .destination_mac = {}, .source = alice, .destination = bob},
                               {.source_port = 5000, .destination_port = 179, .next = 219});
  const auto packet = read_packet(frame, static_cast<std::uint32_t>(frame.size()));
  EXPECT_EQ(packet.protocol, 6);
  EXPECT_EQ(packet.tcp_flags, 4);
  EXPECT_EQ(packet.tcp_sequence, 219u);
  EXPECT_EQ(packet.source_port, 5000);
  EXPECT_EQ(packet.destination_port, 179);
  EXPECT_TRUE(packet.payload.empty());
  EXPECT_EQ(transport_checksum(alice, bob, 6, std::span(frame).subspan(34)), 0);
}

}  // namespace
}  // namespace useipsec
