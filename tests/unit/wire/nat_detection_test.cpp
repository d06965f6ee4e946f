#include "wire/nat_detection.h"

#include <gtest/gtest.h>

#include "unit/wire/frames.h"

namespace useipsec {
namespace {

using namespace frames;

Octets number(std::uint64_t value, int width) {
  Octets octets;
  put(octets, value, width);
  return octets;
}

Octets payload(std::uint8_t next, const Octets& body) {
  return join({number(next, 1), number(0, 1), number(4 + body.size(), 2), body});
}

/// An IKE message in a frame from port 500.
Octets message(std::uint8_t first, std::uint8_t version, std::uint8_t exchange, std::uint8_t flags,
               const Octets& payloads) {
  const auto ike =
      join({number(0x1111111111111111, 8), number(0x2222222222222222, 8), number(first, 1), number(version, 1),
            number(exchange, 1), number(flags, 1), number(0, 4), number(28 + payloads.size(), 4), payloads});
  return ethernet(0x0800, ipv4("192.0.2.2", "198.51.100.2", 17, udp(500, 500, ike)));
}

/// What it finds points into the frame.
std::vector<NatDetection> detections_in(const Octets& frame) {
  return nat_detections(read_packet(frame, static_cast<std::uint32_t>(frame.size())));
}

TEST(NatDetection, Ikev2HasNotificationsOfBothAddresses) {
  const auto notify = [](std::uint16_t type, std::uint8_t fill) {
    return join({number(0, 1), number(0, 1), number(type, 2), Octets(20, fill)});
  };
  const auto frame = message(33, 0x20, 34, 8,
                             join({payload(41, Octets(8, 0)), payload(41, notify(16389, 0xdd)),
                                   payload(41, notify(16430, 1)), payload(0, notify(16388, 0xaa))}));
  const auto found = detections_in(frame);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_FALSE(found[0].of_source);
  EXPECT_EQ(found[0].hash.size(), 20U);
  EXPECT_EQ(found[0].hash.front(), 0xdd);
  EXPECT_TRUE(found[1].of_source);
  EXPECT_EQ(found[1].spis.size(), 16U);
  EXPECT_EQ(found[1].spis.front(), 0x11);
  EXPECT_EQ(found[1].spis.back(), 0x22);
}

TEST(NatDetection, Ikev1SendsTheDestinationFirst) {
  const auto frame =
      message(4, 0x10, 2, 0, join({payload(20, Octets(16, 1)), payload(20, Octets(32, 2)), payload(0, Octets(32, 3))}));
  const auto found = detections_in(frame);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_FALSE(found[0].of_source);
  EXPECT_TRUE(found[1].of_source);
  EXPECT_EQ(found[1].hash.front(), 3);
}

TEST(NatDetection, WhatIsEncryptedOrCutHasNone) {
  EXPECT_TRUE(detections_in(message(20, 0x10, 2, 1, payload(0, Octets(32, 3)))).empty());
  EXPECT_TRUE(detections_in(message(41, 0x20, 35, 8, payload(0, Octets(24, 3)))).empty());
  auto body = payload(0, Octets(24, 3));
  body[3] = 200;  // longer than the message
  EXPECT_TRUE(detections_in(message(41, 0x20, 34, 8, body)).empty());
}

}  // namespace
}  // namespace useipsec
