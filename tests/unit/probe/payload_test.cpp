#include "probe/payload.h"

#include <gtest/gtest.h>

namespace useipsec {
namespace {

TEST(Payload, IsTokenSequenceDirectionAndPattern) {
  EXPECT_EQ(make_payload({.token = "tok", .sequence = 7}, 20), "tok/000007/q/abcdefg");
  EXPECT_EQ(make_payload({.token = "tok", .sequence = 999999, .direction = PayloadDirection::answer}, 14),
            "tok/999999/r/a");
}

TEST(Payload, IsNeverShorterThanItsMark) {
  EXPECT_EQ(make_payload({.token = "tok", .sequence = 1}, 4), "tok/000001/q/");
}

TEST(Payload, MarkIsReadBackAlsoWhereTheRestWasCut) {
  const PayloadMark mark{.token = "tok", .sequence = 42, .direction = PayloadDirection::answer};
  EXPECT_EQ(read_mark(make_payload(mark, 200)), mark);
  EXPECT_EQ(read_mark(make_payload(mark, 0)), mark);
}

TEST(Payload, WhatIsNotAPayloadHasNoMark) {
  for (const auto* text : {"", "/", "tok", "tok/", "tok/000001", "tok/000001/q", "tok/00001/q/", "tok/00x001/q/",
                           "tok/-00001/q/", "tok/000001/z/", "/000001/q/", "tok/0000012q/"}) {
    EXPECT_EQ(read_mark(text), std::nullopt) << text;
  }
}

TEST(Payload, OneChangedCutOrAddedByteIsNotIntact) {
  const PayloadMark mark{.token = "tok", .sequence = 3};
  const auto payload = make_payload(mark, 64);
  EXPECT_TRUE(is_intact(payload, mark, 64));
  auto changed = payload;
  changed.back() ^= 1;
  EXPECT_FALSE(is_intact(changed, mark, 64));
  EXPECT_FALSE(is_intact(payload.substr(0, 63), mark, 64));
  EXPECT_FALSE(is_intact(payload + "x", mark, 64));
}

}  // namespace
}  // namespace useipsec
