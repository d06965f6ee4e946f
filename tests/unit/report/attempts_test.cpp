// A case that is run several times: one result that says what its attempts came to, and never more than they do.
#include "report/attempts.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "helpers/golden.h"
#include "helpers/schema_oracle.h"
#include "report/story.h"
#include "report/tables.h"
#include "unit/report/made_up_run.h"

namespace useipsec {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const std::string id = "esp-nat@libreswan";

CaseResult attempt(State state, const std::string& why = "") {
  auto result = made_up_case(id, state, state == State::passed ? "all 2 expectations hold" : why);
  result.evidence = {id + "/captures/wan-nat.pcap"};
  return result;
}

/// The case as it stands after attempts that came to these states.
CaseResult after(const std::vector<State>& states) {
  auto result = attempt(states.at(0), "why of 1");
  for (unsigned number = 2; number <= states.size(); ++number)
    result = with_attempt(result, attempt(states[number - 1], "why of " + std::to_string(number)),
                          attempt_folder(id, number));
  return result;
}

constexpr auto passed = State::passed, failed = State::failed;

TEST(Attempts, ThatAgreeAreOneState) {
  const auto result = after({passed, passed, passed});
  EXPECT_EQ(state_word(result), "passed");
  EXPECT_EQ(attempts_text(result), "passed 3 of 3");
  EXPECT_EQ(deciding_why(result), "all 2 expectations hold");
  EXPECT_EQ(attempts_text(after({failed, failed})), "failed 2 of 2");
  EXPECT_FALSE(after({failed, failed}).flaky);
}

TEST(Attempts, ThatDifferAreFlakyAndTheFirstOfTheWorstDecides) {
  const auto result = after({passed, failed, passed, failed, State::unsupported});
  EXPECT_EQ(state_word(result), "flaky");
  EXPECT_EQ(result.verdict.state, failed) << "for readers that know of no attempts";
  EXPECT_EQ(attempts_text(result), "passed 2, unsupported 1, failed 2 of 5");
  EXPECT_EQ(deciding_why(result), "attempt 2: why of 2");
  ASSERT_NE(deciding_attempt(result), nullptr);
  EXPECT_EQ(deciding_attempt(result)->number, 2U);
}

TEST(Attempts, WhatHidesMoreIsWorse) {
  State before = passed;
  for (const auto state : {State::unsupported, State::precondition, State::failed, State::crashed, State::timeout,
                           State::not_run, State::broken}) {
    EXPECT_TRUE(is_worse(attempt(state), attempt(before))) << to_string(state);
    EXPECT_FALSE(is_worse(attempt(before), attempt(state))) << to_string(state);
    before = state;
  }
  EXPECT_FALSE(is_worse(attempt(failed), attempt(failed)));
}

TEST(Attempts, ACaseThatRanOnceSaysNothingOfThem) {
  EXPECT_EQ(attempts_text(attempt(failed)), "");
  EXPECT_EQ(deciding_attempt(attempt(failed)), nullptr);
  EXPECT_EQ(run_json(made_up_run({attempt(passed)}))["cases"][0]["counts"], nlohmann::json::object());
}

TEST(Attempts, OfACaseThatWasCutShortAreKept) {
  const auto result = cut_short(after({passed, passed}), State::not_run, "the run was interrupted");
  EXPECT_EQ(state_word(result), "not-run");
  EXPECT_EQ(result.verdict.why, "the run was interrupted; of the attempts before: passed 2 of 2");
  EXPECT_EQ(cut_short(attempt(passed), State::broken, "the guest panicked").verdict.why,
            "the guest panicked; of the attempts before: passed 1 of 1");
}

TEST(Attempts, EvidenceFollowsItsFolder) {
  auto result = attempt(failed);
  result.evidence = {id + "/a.log", id + "~2/b.log", id + "-longer/c.log"};
  rename_evidence(result, id, id + "~1");
  EXPECT_THAT(result.evidence, ElementsAre(id + "~1/a.log", id + "~2/b.log", id + "-longer/c.log"));
}

TEST(Attempts, AreInRunJsonAsItsSchemaSays) {
  const auto document = nlohmann::json::parse(run_json_text(made_up_run({after({passed, failed, passed})})));
  EXPECT_EQ(SchemaOracle::of_docs("run.json").complaints(document), "");
  const auto& one = document["cases"][0];
  EXPECT_EQ(one["id"], id);
  EXPECT_EQ(one["state"], "failed");
  EXPECT_EQ(one["flaky"], true);
  EXPECT_EQ(one["counts"], (nlohmann::json{{"passed", 2}, {"failed", 1}}));
  EXPECT_EQ(one["attempts"][1]["folder"], id + "~2");
  EXPECT_EQ(run_json(run_from_json(document)), document);
}

/// A flaky subject, one that passed each time, and a flaky control.
RunResult repeated() {
  auto [subject, control] = made_up_pair("esp-nat", passed, "nat-ah-icv");
  auto flaky = after({passed, passed, failed, passed});
  flaky.controls = subject.controls;
  flaky.claims = subject.claims;
  flaky.flows = {made_up_flow("ping", "protected", Outcome::exposed, {WireForm::clear})};
  control = with_attempt(control, control, attempt_folder(control.id, 2));
  auto [steady, unsteady] = made_up_pair("nd-loop", passed, "nd-ike-loop");
  steady = with_attempt(steady, steady, attempt_folder(steady.id, 2));
  auto other = unsteady;
  other.verdict.state = State::timeout;
  other.verdict.why = "60 s are over";
  unsteady = with_attempt(unsteady, other, attempt_folder(unsteady.id, 2));
  return made_up_run({flaky, control, steady, unsteady});
}

TEST(Attempts, ReadWellInTables) {
  const auto run = repeated();
  expect_golden("report/attempts.txt",
                case_table(run, false) + "\n" + claim_table(run, false) + "\n" + story(run.cases[0], run, false));
}

TEST(Attempts, ThatDifferAreNoEvidenceAndTheClaimSaysSo) {
  const auto run = repeated();
  EXPECT_EQ(run.claims[0].state, ClaimState::not_run);
  EXPECT_EQ(run.claims[0].why, "esp-nat@libreswan is flaky: passed 3, failed 1 of 4");
  EXPECT_EQ(run.claims[1].why,
            "nd-loop@libreswan: its control nd-loop.no-ipsec@libreswan is flaky (passed 1, timeout 1 of 2), so the "
            "instrument is not proven");
}

TEST(Attempts, AStoryOfManyLeavesOutThoseThatPassed) {
  std::vector<State> states(60, passed);
  states[41] = failed;
  const auto result = after(states);
  const auto text = story(result, made_up_run({result}), false);
  EXPECT_THAT(text, HasSubstr("Attempts: passed 59, failed 1 of 60"));
  EXPECT_THAT(text, HasSubstr("    42  failed (1.5 s): esp-nat@libreswan~42: why of 42"));
  EXPECT_THAT(text, HasSubstr("59 that passed are not listed"));
  EXPECT_THAT(text, Not(HasSubstr("esp-nat@libreswan~41")));
}

}  // namespace
}  // namespace useipsec
