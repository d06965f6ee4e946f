#include "probe/tally.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

namespace useipsec {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Tally with_answers(std::uint32_t count) { return {"ping", "tok", count, 64, true}; }

TEST(Tally, IsCompleteOnceEveryAnswerIsBack) {
  auto tally = with_answers(2);
  tally.sent(1);
  tally.arrived(1);
  tally.answered(1);
  tally.answer_arrived(1);
  EXPECT_FALSE(tally.complete()) << "the second is not sent yet";
  tally.sent(2);
  tally.arrived(2);
  tally.answered(2);
  EXPECT_FALSE(tally.complete());
  tally.answer_arrived(2);
  EXPECT_TRUE(tally.complete());
}

TEST(Tally, WithoutAnswersArrivalIsEnough) {
  Tally tally("hello", "tok", 1, 64, false);
  tally.sent(1);
  EXPECT_FALSE(tally.complete());
  tally.arrived(1);
  EXPECT_TRUE(tally.complete());
}

TEST(Tally, CountsEveryArrivalOfAReplay) {
  Tally tally("again", "tok", 3, 64, false);
  tally.count_each_arrival();
  for (const auto sequence : {1, 2, 3}) tally.sent(static_cast<std::uint32_t>(sequence));
  tally.arrived(7);
  tally.arrived(7);
  EXPECT_FALSE(tally.complete());
  tally.arrived(8);
  EXPECT_TRUE(tally.complete());
  EXPECT_THAT(tally.record().arrived, ElementsAre(1, 2, 3));
}

TEST(Tally, RefusedPacketIsNotSentAndNotWaitedFor) {
  auto tally = with_answers(1);
  tally.not_sent(1, "sendto", ENETUNREACH);
  EXPECT_TRUE(tally.complete());
  EXPECT_THAT(tally.record().sent, IsEmpty());
  EXPECT_THAT(tally.record().errors, ElementsAre("sequence 1: sendto: Network is unreachable (ENETUNREACH)"));
}

TEST(Tally, RefusedAnswerIsNotWaitedFor) {
  auto tally = with_answers(1);
  tally.sent(1);
  tally.arrived(1);
  tally.not_answered(1, "sendto", EAGAIN);
  EXPECT_TRUE(tally.complete());
  EXPECT_THAT(tally.record().errors, ElementsAre("answer 1: sendto: Resource temporarily unavailable (EAGAIN)"));
}

TEST(Tally, LostAnswerKeepsItWaiting) {
  auto tally = with_answers(2);
  for (const std::uint32_t sequence : {1U, 2U}) tally.sent(sequence);
  tally.answer_arrived(2);
  EXPECT_FALSE(tally.complete());
}

TEST(Tally, CountsDuplicatesOnceAndKeepsTheOrderOfArrival) {
  auto tally = with_answers(3);
  for (const std::uint32_t sequence : {1U, 2U, 3U}) tally.sent(sequence);
  for (const std::uint32_t sequence : {2U, 1U, 2U, 2U}) tally.answer_arrived(sequence);
  EXPECT_THAT(tally.record().answers_arrived, ElementsAre(2, 1));
  EXPECT_FALSE(tally.complete()) << "three duplicates are not the third answer";
}

TEST(Tally, TakesNoNumberItDidNotAskFor) {
  auto tally = with_answers(1);
  tally.arrived(0);
  tally.arrived(2);
  EXPECT_THAT(tally.record().arrived, IsEmpty());
}

TEST(Tally, TakesNothingAfterItsWindow) {
  auto tally = with_answers(1);
  tally.sent(1);
  tally.close(2.5);
  tally.answer_arrived(1);
  tally.error("late");
  tally.close(9.0);
  EXPECT_THAT(tally.record().answers_arrived, IsEmpty());
  EXPECT_THAT(tally.record().errors, IsEmpty());
  EXPECT_EQ(tally.record().ended, 2.5);
}

TEST(Tallies, FindTheProbeByTokenAndRefuseChangedPayloads) {
  auto tally = with_answers(2);
  Tallies tallies;
  tallies.add(tally);
  const auto arrive = [&](const std::string& payload) {
    tallies.with(payload, PayloadDirection::request,
                 [](Tally& found, const PayloadMark& mark) { found.arrived(mark.sequence); });
  };
  arrive(make_payload({.token = "other", .sequence = 1}, 64));
  arrive(make_payload({.token = "tok", .sequence = 1, .direction = PayloadDirection::answer}, 64));
  EXPECT_THAT(tally.record().arrived, IsEmpty());
  EXPECT_THAT(tally.record().errors, IsEmpty());
  arrive(make_payload({.token = "tok", .sequence = 1}, 63));
  EXPECT_THAT(tally.record().arrived, IsEmpty());
  EXPECT_THAT(tally.record().errors, ElementsAre("sequence 1: the payload was changed on its way"));
  arrive(make_payload({.token = "tok", .sequence = 2}, 64));
  EXPECT_THAT(tally.record().arrived, ElementsAre(2));
}

}  // namespace
}  // namespace useipsec
