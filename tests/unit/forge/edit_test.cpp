#include "forge/edit.h"

#include <gmock/gmock.h>

#include "forge/checksum.h"
#include "wire/packet.h"

namespace useipsec {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

ForgedEnds ends(const char* source, const char* destination) {
  return {.source_mac = {{2, 0, 0, 0, 0, 1}},
          .destination_mac = {{2, 0, 0, 0, 0, 2}},
          .source = *Address::parse(source),
          .destination = *Address::parse(destination)};
}

Frame datagram() { return udp_frame(ends("192.0.2.1", "192.0.2.2"), 7000, 7001, "payload"); }
Frame datagram6() { return udp_frame(ends("2001:db8::1", "2001:db8::2"), 7000, 7001, "payload"); }

Frame one(const Frame& frame, const Edit& edit) {
  const auto out = edited(frame, edit);
  EXPECT_THAT(out, SizeIs(1));
  return out.at(0);
}

/// Where the frames differ.
std::vector<std::size_t> changed(const Frame& before, const Frame& after) {
  std::vector<std::size_t> places;
  EXPECT_EQ(before.size(), after.size());
  for (std::size_t at = 0; at < std::min(before.size(), after.size()); ++at)
    if (before[at] != after[at]) places.push_back(at);
  return places;
}

bool header_is_good(const Frame& frame) { return internet_checksum(std::span(frame).subspan(14, 20)) == 0; }

TEST(Edit, NoneTakesAHopAndNothingElse) {
  const auto frame = datagram();
  const auto out = one(frame, {});
  EXPECT_EQ(out[22], 63);
  EXPECT_TRUE(header_is_good(out));
  EXPECT_THAT(changed(frame, out), ElementsAre(22, 24)) << "the hops and, with them, the checksum's high byte";
  EXPECT_THAT(changed(datagram6(), one(datagram6(), {})), ElementsAre(21)) << "IPv6 has no checksum";
}

TEST(Edit, ThePacketWhoseHopsAreUsedUpEndsHere) {
  auto frame = datagram();
  frame[22] = 1;
  EXPECT_THAT(edited(frame, {}), IsEmpty());
}

TEST(Edit, WhatIsNoIpIsNotForwarded) {
  EXPECT_THAT(edited(arp_reply(ends("192.0.2.1", "192.0.2.2")), {}), IsEmpty());
  EXPECT_THAT(edited(Frame{1, 2, 3}, {}), IsEmpty());
}

TEST(Edit, SetsFieldsAndMakesTheHeadersChecksumGood) {
  EXPECT_EQ(one(datagram(), {.kind = EditKind::ttl, .value = 9})[22], 9);
  EXPECT_EQ(one(datagram(), {.kind = EditKind::tos, .value = 184})[15], 184);
  const auto id = one(datagram(), {.kind = EditKind::id, .value = 0x1234});
  EXPECT_EQ(id[18], 0x12);
  EXPECT_EQ(id[19], 0x34);
  const auto source = one(datagram(), {.kind = EditKind::source, .source = Address::parse("192.0.2.77")});
  EXPECT_EQ(read_packet(source, static_cast<std::uint32_t>(source.size())).source, Address::parse("192.0.2.77"));
  for (const auto& frame : {id, source}) EXPECT_TRUE(header_is_good(frame));
}

TEST(Edit, TrafficClassOfIpv6StandsAcrossTwoBytes) {
  const auto frame = one(datagram6(), {.kind = EditKind::tos, .value = 0xb8});
  EXPECT_EQ(frame[14], 0x6b);
  EXPECT_EQ(frame[15], 0x80);
}

TEST(Edit, LacksWhatIsNotThereAndForwardsAllTheSame) {
  EXPECT_THAT(changed(datagram6(), one(datagram6(), {.kind = EditKind::id, .value = 1})), ElementsAre(21));
  const Edit too_far{.kind = EditKind::flip, .offset = 1000, .bytes = {0xff}};
  EXPECT_EQ(one(datagram(), too_far), one(datagram(), {}));
  const Edit no_esp{.kind = EditKind::flip, .after = "esp", .bytes = {0xff}};
  EXPECT_EQ(one(datagram(), no_esp), one(datagram(), {}));
  const Edit other_family{.kind = EditKind::source, .source = Address::parse("2001:db8::9")};
  EXPECT_EQ(one(datagram(), other_family), one(datagram(), {}));
}

TEST(Edit, FlipsBitsAfterTheHeaderItNames) {
  const auto plain = one(datagram(), {});
  EXPECT_THAT(changed(plain, one(datagram(), {.kind = EditKind::flip, .offset = 3, .bytes = {3}})), ElementsAre(37));
  EXPECT_THAT(changed(plain, one(datagram(), {.kind = EditKind::flip, .after = "udp", .bytes = {0xff, 0, 1}})),
              ElementsAre(42, 44));
  const auto esp = keyless_frame(ends("192.0.2.1", "192.0.2.2"), Protocol::esp, 9, 1, std::string(64, 'x'));
  EXPECT_THAT(changed(one(esp, {}), one(esp, {.kind = EditKind::flip, .after = "esp", .offset = 2, .bytes = {0, 3}})),
              ElementsAre(34 + 8 + 3))
      << "the initialization vector follows SPI and sequence number";
  const auto ah = keyless_frame(ends("192.0.2.1", "192.0.2.2"), Protocol::ah, 9, 1, std::string(64, 'x'));
  EXPECT_THAT(changed(one(ah, {}), one(ah, {.kind = EditKind::flip, .after = "ah", .bytes = {1}})),
              ElementsAre(34 + 24));
}

TEST(Edit, FlippedPortsArriveElsewhere) {
  const auto frame = one(datagram(), {.kind = EditKind::flip, .offset = 2, .bytes = {0, 3}});
  EXPECT_EQ(read_packet(frame, static_cast<std::uint32_t>(frame.size())).destination_port, 7002);
}

TEST(Edit, SetsTheValueOfRouterAlertWhereItIsSent) {
  auto frame = datagram();
  const std::vector<std::uint8_t> options{1, 148, 4, 0, 0, 0, 0, 0};
  frame.insert(frame.begin() + 34, options.begin(), options.end());
  frame[14] = 0x47;
  const auto out = one(frame, {.kind = EditKind::router_alert, .value = 0x0102});
  EXPECT_EQ(out[37], 1);
  EXPECT_EQ(out[38], 2);
  EXPECT_EQ(internet_checksum(std::span(out).subspan(14, 28)), 0);
  EXPECT_EQ(one(datagram(), {.kind = EditKind::router_alert, .value = 1}), one(datagram(), {})) << "there is none";
}

TEST(Edit, ChangesIkeAndMakesUdpsChecksumGood) {
  std::string ike(28, '\0');
  ike[0] = 1;  // a cookie
  ike[16] = 20;
  ike[17] = 0x10;
  ike[18] = 2;
  ike[27] = 34;
  ike += std::string("\0\0\0\6ab", 6);
  const auto frame = udp_frame(ends("192.0.2.1", "192.0.2.2"), 500, 500, ike);
  const auto plain = one(frame, {});
  const auto out = one(frame, {.kind = EditKind::nat_detection});
  EXPECT_EQ(out[42 + 32], 'a' ^ 0xff);
  EXPECT_EQ(
      transport_checksum(*Address::parse("192.0.2.1"), *Address::parse("192.0.2.2"), 17, std::span(out).subspan(34)),
      0);
  EXPECT_EQ(one(frame, {.kind = EditKind::vendor_ids}), plain) << "it has none";
}

TEST(Edit, DropsAndDuplicates) {
  EXPECT_THAT(edited(datagram(), {.kind = EditKind::drop}), IsEmpty());
  const auto copies = edited(datagram(), {.kind = EditKind::duplicate, .value = 2});
  ASSERT_THAT(copies, SizeIs(3));
  EXPECT_EQ(copies[0], copies[2]);
}

TEST(Edit, AnotherSourceLeavesHopsAndPayloadAsTheyWere) {
  auto frame = datagram();
  set_source(frame, *Address::parse("192.0.2.9"));
  EXPECT_THAT(changed(datagram(), frame), ElementsAre(25, 29));  // the checksum, the last byte of the source
  EXPECT_TRUE(header_is_good(frame));
  set_source(frame, *Address::parse("2001:db8::9"));
  EXPECT_THAT(changed(datagram(), frame), ElementsAre(25, 29));
}

}  // namespace
}  // namespace useipsec
