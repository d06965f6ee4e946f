#include "shard/merge.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "helpers/golden.h"
#include "helpers/schema_oracle.h"
#include "unit/report/made_up_run.h"

namespace useipsec {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

const std::vector<std::vector<std::string>> plan{
    {"ah@libreswan", "ah.no-ipsec@libreswan"}, {"nd@libreswan", "nd.no-ipsec@libreswan"}, {"esp@manual+napt"}};

StoredRun stored(const std::string& folder, std::vector<CaseResult> cases, unsigned index = 0) {
  StoredRun one;
  one.folder = folder;
  one.run = made_up_run(std::move(cases));
  if (index > 0) one.run.shard = ShardRecord{.index = index, .total = 3, .plan = plan};
  return one;
}

std::vector<CaseResult> pair(const std::string& scenario, State state, const std::string& claim) {
  auto [subject, control] = made_up_pair(scenario, state, claim);
  return {subject, control};
}

StoredRun first(State state = State::passed) { return stored("runs/shard-1", pair("ah", state, "nat-ah-icv"), 1); }
StoredRun second(State state = State::passed) { return stored("runs/shard-2", pair("nd", state, "nd-ike-loop"), 2); }
StoredRun third() { return stored("runs/shard-3", {made_up_case("esp@manual+napt", State::passed)}, 3); }

const CaseResult& of(const Merged& merged, const std::string& id) {
  for (const auto& each : merged.run.cases)
    if (each.id == id) return each;
  throw std::runtime_error("no " + id);
}

std::vector<std::string> ids(const RunResult& run) {
  std::vector<std::string> all;
  for (const auto& each : run.cases) all.push_back(each.id);
  return all;
}

std::string refusal(const std::vector<StoredRun>& runs) {
  try {
    merge(runs);
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::invalid);
    return std::string(error.what()) + "\n";
  }
  return "no error\n";
}

TEST(Merge, AllShardsAreTheWholeRun) {
  const auto merged = merge({second(), third(), first()});
  EXPECT_THAT(ids(merged.run), ElementsAre("ah@libreswan", "ah.no-ipsec@libreswan", "esp@manual+napt", "nd@libreswan",
                                           "nd.no-ipsec@libreswan"));
  EXPECT_TRUE(merged.run.complete);
  EXPECT_FALSE(merged.run.shard.has_value());
  EXPECT_THAT(merged.remarks, IsEmpty());
  for (const auto& claim : merged.run.claims) EXPECT_EQ(claim.state, ClaimState::reproduced) << claim.id;
  EXPECT_EQ(merged.run.kernel, "Linux 6.1.176");
  ASSERT_EQ(merged.run.parts.size(), 3u);
  EXPECT_EQ(merged.run.parts[0].run, "shard-2");
  EXPECT_EQ(merged.run.parts[0].index, 2u);
  std::vector<std::string> brought;
  for (const auto& each : merged.evidence) brought.push_back(each.from.string() + " " + each.to);
  EXPECT_THAT(brought, testing::Contains("runs/shard-3/esp@manual+napt esp@manual+napt"));
  EXPECT_EQ(brought.size(), 5u);
  EXPECT_EQ(SchemaOracle::of_docs("run.json").complaints(nlohmann::json::parse(run_json_text(merged.run))), "");
}

TEST(Merge, JudgesAClaimOverAllShards) {
  auto other = second();
  other.run.cases[0].claims = other.run.cases[1].claims = {{"nat-ah-icv", Bearing::supports, ""}};
  other.run.cases[0].verdict.state = State::failed;
  EXPECT_EQ(merge({first(), other, third()}).run.claims[0].state, ClaimState::mixed);
}

TEST(Merge, AMissingShardIsNamedAndItsCasesAreNotRun) {
  const auto merged = merge({first(), third()});
  EXPECT_FALSE(merged.run.complete);
  const auto& lost = of(merged, "nd@libreswan");
  EXPECT_EQ(lost.verdict.state, State::not_run);
  EXPECT_EQ(lost.verdict.why, "shard 2 of 3 is not there");
  EXPECT_EQ(lost.scenario + " " + lost.engine, "nd libreswan");
  EXPECT_THAT(merged.remarks,
              ElementsAre("shard 2 of 3 is not there: 2 cases not run: nd@libreswan, nd.no-ipsec@libreswan"));
  EXPECT_EQ(of(merge({first(), second()}), "esp@manual+napt").variant, "napt");
}

TEST(Merge, APartialShardIsKeptAndSaid) {
  auto cut_off = second();
  cut_off.run.complete = false;
  cut_off.run.cases[1].verdict.state = State::not_run;
  cut_off.missing = {"the run did not come to its end: 1 of 2 cases are not there: nd.no-ipsec@libreswan"};
  const auto merged = merge({first(), cut_off, third()});
  EXPECT_FALSE(merged.run.complete);
  EXPECT_EQ(of(merged, "nd@libreswan").verdict.state, State::passed);
  EXPECT_EQ(merged.run.claims[1].state, ClaimState::not_run) << "its control is not there";
  EXPECT_THAT(merged.remarks, ElementsAre(HasSubstr("shard-2: the run did not come to its end")));
  // Run again, it is whole.
  auto again = second();
  again.folder = "runs/shard-2-again";
  const auto whole = merge({first(), cut_off, again, third()});
  EXPECT_TRUE(whole.run.complete);
  EXPECT_EQ(whole.run.claims[1].state, ClaimState::reproduced);
}

TEST(Merge, TwiceTheSameVerdictIsOneOfThem) {
  auto again = first();
  again.folder = "runs/again";
  const auto merged = merge({first(), again, second(), third()});
  EXPECT_FALSE(of(merged, "ah@libreswan").flaky);
  EXPECT_THAT(merged.run.parts[1].set_aside, UnorderedElementsAre("ah@libreswan", "ah.no-ipsec@libreswan"));
  EXPECT_THAT(merged.remarks[0], "ah@libreswan is in shard-1 (passed) and again (passed): that of shard-1 is taken");
}

TEST(Merge, WhatWasOurFaultGivesWayToAVerdict) {
  auto again = first(State::failed);
  again.folder = "runs/again";
  const auto merged = merge({first(State::broken), again, second(), third()});
  EXPECT_EQ(of(merged, "ah@libreswan").verdict.state, State::failed);
  EXPECT_FALSE(of(merged, "ah@libreswan").flaky);
  EXPECT_THAT(merged.run.parts[0].set_aside, ElementsAre("ah@libreswan"));
}

TEST(Merge, DifferentVerdictsAreFlakyWhicheverCameFirst) {
  auto again = first(State::failed);
  again.folder = "runs/again";
  for (const auto& order : {std::vector{first(), again}, std::vector{again, first()}}) {
    const auto merged = merge(order);
    const auto& one = of(merged, "ah@libreswan");
    EXPECT_TRUE(one.flaky);
    EXPECT_EQ(one.verdict.state, State::failed);
    ASSERT_EQ(one.attempts.size(), 2u);
    EXPECT_NE(one.attempts[0].folder, one.attempts[1].folder);
    EXPECT_EQ(merged.run.claims[0].state, ClaimState::not_run) << "no evidence";
    EXPECT_THAT(merged.remarks[0], HasSubstr("it is flaky"));
    std::vector<std::string> to;
    for (const auto& each : merged.evidence) to.push_back(each.from.string() + " " + each.to);
    EXPECT_THAT(to, testing::IsSupersetOf(
                        {"runs/again/ah@libreswan ah@libreswan", "runs/shard-1/ah@libreswan ah@libreswan~1"}));
  }
}

TEST(Merge, OtherDurationsLoseNothingSilently) {
  auto other = second();
  other.run.shard->plan = {plan[1], plan[0], plan[2]};  // its cases are the first shard's by its own plan
  const auto merged = merge({first(), other});
  EXPECT_FALSE(merged.run.complete);
  EXPECT_THAT(merged.remarks[0], HasSubstr("shared the cases out otherwise than shard-1"));
}

TEST(Merge, RefusesWhatIsNotOneRun) {
  auto odd = second();
  odd.run.tool_version = "0.2.0";
  odd.run.kernel = "Linux 6.12.1";
  odd.run.record.programs[0].said = "Libreswan 5.0 \x1b[2J";
  auto one = first();
  one.run.record.files = {{"scenarios/nat/ah.json", std::string(64, 'a')}};
  odd.run.record.files = {{"scenarios/nat/ah.json", std::string(64, 'b')}};
  auto other_size = third();
  other_size.run.shard->total = 2;
  other_size.run.shard->index = 2;
  other_size.run.shard->plan = {plan[0], {"esp@manual+napt", "more@manual"}};
  auto nameless = third();
  nameless.run.tool_version.clear();
  nameless.missing = {"run.json cannot be used: run.json:1:1: expected JSON, found an empty file"};
  std::string text;
  for (const auto& runs : {std::vector{one, odd}, std::vector{first(), second(), other_size},
                           std::vector{first(), first()}, std::vector{first(), nameless}})
    text += refusal(runs);
  expect_golden("errors/merge.txt", text);
}

TEST(Merge, AnEmptyShardKnowsNoKernelAndFits) {
  auto empty = stored("runs/shard-3", {}, 3);
  empty.run.kernel.clear();
  empty.run.record.kernel = {};
  for (auto* each : {&empty}) each->run.shard->plan = {plan[0], plan[1], {}};
  auto one = first(), other = second();
  one.run.shard->plan = other.run.shard->plan = empty.run.shard->plan;
  const auto merged = merge({empty, one, other});
  EXPECT_TRUE(merged.run.complete);
  EXPECT_EQ(merged.run.kernel, "Linux 6.1.176");
}

}  // namespace
}  // namespace useipsec
