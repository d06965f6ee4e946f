#include "shard/split.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <random>
#include <set>

#include "unit/report/made_up_run.h"

namespace useipsec {
namespace {

using testing::ElementsAre;

Case subject(const std::string& id) {
  Case one;
  one.id = id;
  return one;
}

Case control(const std::string& id, const std::string& of) {
  auto one = subject(id);
  one.control_of = of;
  return one;
}

struct Suite {
  std::vector<Case> cases;
  Durations durations;
};

/// Subjects with none to four controls, some of them of unknown duration.
Suite made_up_suite(std::mt19937& random) {
  const auto upto = [&](unsigned most) { return static_cast<unsigned>(random() % (most + 1)); };
  Suite suite;
  const auto subjects = upto(40);
  for (unsigned number = 0; number < subjects; ++number) {
    const auto id = "s" + std::to_string(number) + "@x";
    suite.cases.push_back(subject(id));
    const auto controls = upto(4);
    for (unsigned index = 0; index < controls; ++index)
      suite.cases.push_back(control("s" + std::to_string(number) + ".c" + std::to_string(index) + "@x", id));
  }
  for (const auto& one : suite.cases)
    if (upto(3) != 0) suite.durations[one.id] = 0.5 + upto(600) / 10.0;
  return suite;
}

TEST(Split, EachCaseIsInExactlyOneShardWithItsSubject) {
  std::mt19937 random(20251129);
  for (int trial = 0; trial < 300; ++trial) {
    const auto suite = made_up_suite(random);
    const auto total = static_cast<unsigned>(1 + random() % 12);
    const auto shards = split(suite.cases, suite.durations, total);
    ASSERT_EQ(shards.plan.size(), total);
    std::map<std::string, std::size_t> shard_of;
    for (std::size_t index = 0; index < shards.plan.size(); ++index)
      for (const auto& id : shards.plan[index]) EXPECT_TRUE(shard_of.emplace(id, index).second) << id << " twice";
    EXPECT_EQ(shard_of.size(), suite.cases.size());
    for (const auto& one : suite.cases)
      EXPECT_EQ(shard_of.at(one.id), shard_of.at(one.control_of.empty() ? one.id : one.control_of)) << one.id;
  }
}

TEST(Split, IsTheSameWhereverTheSameIsAsked) {
  std::mt19937 random(5406);
  for (int trial = 0; trial < 100; ++trial) {
    const auto suite = made_up_suite(random);
    auto shuffled = suite.cases;
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    const auto one = split(suite.cases, suite.durations, 5), other = split(shuffled, suite.durations, 5);
    for (std::size_t index = 0; index < 5; ++index)
      EXPECT_EQ(std::set<std::string>(one.plan[index].begin(), one.plan[index].end()),
                std::set<std::string>(other.plan[index].begin(), other.plan[index].end()));
  }
}

// Graham 1969: whoever is given the next group had least, so nobody is ahead of another by more than one group.
TEST(Split, IsBalancedToWithinOneGroup) {
  std::mt19937 random(3715);
  for (int trial = 0; trial < 100; ++trial) {
    auto suite = made_up_suite(random);
    std::map<std::string, double> groups;
    for (const auto& one : suite.cases) {
      suite.durations[one.id] = static_cast<double>(1 + random() % 60);
      groups[one.control_of.empty() ? one.id : one.control_of] += suite.durations[one.id];
    }
    double longest = 0;
    for (const auto& [id, seconds] : groups) longest = std::max(longest, seconds);
    const auto shards = split(suite.cases, suite.durations, 4);
    const auto [least, most] = std::minmax_element(shards.seconds.begin(), shards.seconds.end());
    EXPECT_LE(*most - *least, longest);
  }
}

TEST(Split, LongCasesAreSharedOutFirstAndOrderIsKept) {
  const std::vector<Case> cases{subject("a@x"), control("a.c@x", "a@x"), subject("b@x"), subject("c@x"),
                                subject("d@x")};
  const auto shards = split(cases, {{"a@x", 5}, {"a.c@x", 5}, {"b@x", 30}, {"c@x", 9}, {"d@x", 8}}, 2);
  EXPECT_THAT(shards.plan, ElementsAre(ElementsAre("b@x"), ElementsAre("a@x", "a.c@x", "c@x", "d@x")));
  EXPECT_THAT(shards.seconds, ElementsAre(30, 27));
  EXPECT_EQ(shards.unknown, 0u);
}

TEST(Split, SubjectsThatShareAControlStayTogether) {
  auto first = subject("a@x"), second = subject("b@x");
  first.controls = {"a.shared@x"};
  second.controls = {"a.shared@x", "b.own@x"};
  const auto shards =
      split({first, control("a.shared@x", "a@x"), second, control("b.own@x", "b@x"), subject("c@x")}, {}, 2);
  EXPECT_THAT(shards.plan, testing::UnorderedElementsAre(testing::ElementsAre("a@x", "a.shared@x", "b@x", "b.own@x"),
                                                         testing::ElementsAre("c@x")));
}

TEST(Split, MoreShardsThanSubjectsLeaveTheLastEmpty) {
  const auto shards = split({subject("a@x"), control("a.c@x", "a@x")}, {}, 3);
  EXPECT_THAT(shards.plan, ElementsAre(ElementsAre("a@x", "a.c@x"), ElementsAre(), ElementsAre()));
  EXPECT_EQ(shards.unknown, 2u);
  EXPECT_EQ(shards.seconds[0], 2 * unknown_case_s);
}

TEST(Durations, AreOfCasesThatCameToAnEnd) {
  auto slow = made_up_case("slow@x", State::failed);
  slow.duration_s = 31;
  const auto known =
      durations_of(made_up_run({slow, made_up_case("lost@x", State::broken), made_up_case("open@x", State::not_run)}));
  EXPECT_THAT(known, ElementsAre(testing::Pair("slow@x", 31)));
}

}  // namespace
}  // namespace useipsec
