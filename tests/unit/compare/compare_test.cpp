// Two runs that nobody ran, beside each other; the table of what is worse comes from what a pipeline must stop for.
#include <gmock/gmock.h>

#include <filesystem>

#include "base/error.h"
#include "base/files.h"
#include "compare/baseline.h"
#include "compare/difference.h"
#include "helpers/golden.h"
#include "helpers/schema_oracle.h"
#include "report/stored_run.h"
#include "unit/report/made_up_run.h"

namespace useipsec {
namespace {

using testing::HasSubstr;
using testing::Not;

Difference difference(const RunResult& before, const RunResult& after) { return compare(before, "old", after, "new"); }

Turn case_turn(const CaseResult& before, const CaseResult& after) {
  return difference(made_up_run({before}), made_up_run({after})).changes.at(0).turn;
}

std::string refusal(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::invalid);
    return error.what();
  }
  return "accepted";
}

TEST(Compare, KnowsWhatIsWorseForACase) {
  const auto in = [](State state) { return made_up_case("a@x", state); };
  auto flaky = in(State::failed);
  flaky.flaky = true;
  EXPECT_EQ(case_turn(in(State::passed), in(State::failed)), Turn::worse);
  EXPECT_EQ(case_turn(in(State::passed), in(State::broken)), Turn::worse);
  EXPECT_EQ(case_turn(in(State::passed), in(State::unsupported)), Turn::worse) << "what was shown is shown no more";
  EXPECT_EQ(case_turn(in(State::passed), in(State::not_run)), Turn::worse);
  EXPECT_EQ(case_turn(in(State::passed), flaky), Turn::worse);
  EXPECT_EQ(case_turn(in(State::precondition), in(State::crashed)), Turn::worse);
  EXPECT_EQ(case_turn(in(State::failed), in(State::passed)), Turn::better);
  EXPECT_EQ(case_turn(flaky, in(State::passed)), Turn::better);
  EXPECT_EQ(case_turn(in(State::unsupported), in(State::passed)), Turn::better);
  EXPECT_EQ(case_turn(in(State::failed), in(State::broken)), Turn::changed)
      << "broken is not worse than failed: it is unknown";
  EXPECT_EQ(case_turn(in(State::failed), flaky), Turn::changed);
  EXPECT_EQ(case_turn(in(State::unsupported), in(State::precondition)), Turn::changed);
  EXPECT_EQ(case_turn(in(State::timeout), in(State::timeout)), Turn::same);
}

/// A run of one case that passed with this flow.
RunResult with_flow(const std::string& expected, Outcome outcome, std::set<WireForm> forms) {
  auto one = made_up_case("a@x", State::passed);
  one.flows = {made_up_flow("ping", expected, outcome, std::move(forms))};
  return made_up_run({one});
}

TEST(Compare, AFlowIsWorseWhereItMissesWhatItMet) {
  const auto turn = [](const std::string& expected, Outcome before, Outcome after) {
    const auto found = difference(with_flow(expected, before, {}), with_flow(expected, after, {}));
    for (const auto& each : found.changes)
      if (each.subject == Subject::flow) return each.turn;
    return Turn::gone;
  };
  EXPECT_EQ(turn("protected", Outcome::protected_, Outcome::exposed), Turn::worse);
  EXPECT_EQ(turn("exposed", Outcome::protected_, Outcome::exposed), Turn::better)
      << "the scenario foretold the exposure";
  EXPECT_EQ(turn("", Outcome::protected_, Outcome::exposed), Turn::changed) << "nothing was expected of it";
  EXPECT_EQ(turn("blocked", Outcome::protected_, Outcome::exposed), Turn::changed) << "wrong before, wrong after";
  EXPECT_EQ(turn("blocked", Outcome::blocked, Outcome::blocked), Turn::same);
}

TEST(Compare, FormsOnTheWireAreNamed) {
  const auto found = difference(with_flow("protected", Outcome::protected_, {WireForm::esp_in_udp}),
                                with_flow("protected", Outcome::protected_, {WireForm::esp, WireForm::ah}));
  ASSERT_EQ(found.changes[0].subject, Subject::wire);
  EXPECT_EQ(found.changes[0].turn, Turn::changed);
  EXPECT_EQ(found.changes[0].before, "esp-in-udp");
  EXPECT_EQ(found.changes[0].after, "ah+esp");
  EXPECT_FALSE(found.got_worse(true));
}

RunResult pairs(std::vector<std::pair<CaseResult, CaseResult>> all) {
  std::vector<CaseResult> cases;
  for (auto& [subject, control] : all) {
    cases.push_back(subject);
    cases.push_back(control);
  }
  return made_up_run(cases);
}

Turn claim_turn(const RunResult& before, const RunResult& after) {
  for (const auto& each : difference(before, after).changes)
    if (each.subject == Subject::claim && each.name == "nat-ah-icv") return each.turn;
  return Turn::gone;
}

TEST(Compare, AClaimIsWorseOnlyWhereItsCasesAreStillThere) {
  const auto good = made_up_pair("ah", State::passed, "nat-ah-icv"),
             bad = made_up_pair("ah", State::failed, "nat-ah-icv");
  const auto other = made_up_pair("nd", State::passed, "nd-ike-loop");
  auto unproven = good;
  unproven.second.verdict.state = State::failed;
  EXPECT_EQ(claim_turn(pairs({good}), pairs({bad})), Turn::worse);
  EXPECT_EQ(claim_turn(pairs({good}), pairs({unproven})), Turn::worse) << "its control no longer goes the other way";
  EXPECT_EQ(claim_turn(pairs({bad}), pairs({unproven})), Turn::worse) << "contradicted is evidence too, and it is lost";
  EXPECT_EQ(claim_turn(pairs({bad}), pairs({good})), Turn::better);
  EXPECT_EQ(claim_turn(pairs({good, other}), pairs({other})), Turn::changed) << "a smaller selection loses nothing";
  EXPECT_EQ(claim_turn(pairs({other}), pairs({other, bad})), Turn::changed)
      << "new evidence is not worse, whatever it says";
  EXPECT_EQ(claim_turn(pairs({other}), pairs({other, good})), Turn::better);
}

TEST(Compare, WhatIsNewIsNotWorseAndWhatIsGoneOnlyForWholeSuites) {
  const auto found = difference(made_up_run({made_up_case("a@x", State::passed), made_up_case("b@x", State::passed)}),
                                made_up_run({made_up_case("a@x", State::passed), made_up_case("c@x", State::failed)}));
  EXPECT_EQ(found.count(Subject::case_, Turn::appeared), 1U);
  EXPECT_EQ(found.count(Subject::case_, Turn::gone), 1U);
  EXPECT_FALSE(found.got_worse(false));
  EXPECT_TRUE(found.got_worse(true));
}

TEST(Compare, RefusesRunsWithNothingInCommon) {
  auto one = made_up_run({made_up_case("a@x", State::passed)}),
       other = made_up_run({made_up_case("b@x", State::passed)});
  EXPECT_EQ(refusal([&] { difference(one, other); }), "expected runs with a case in common; old has a@x, new has b@x");
  EXPECT_EQ(refusal([&] { difference(one, made_up_run({})); }),
            "expected runs with a case in common; old has a@x, new has none");
  one.shard = ShardRecord{.index = 1, .total = 2, .plan = {{"a@x"}, {"b@x"}}};
  other.shard = ShardRecord{.index = 2, .total = 2, .plan = {{"a@x"}, {"b@x"}}};
  EXPECT_EQ(
      refusal([&] { difference(one, other); }),
      "old and new are shards 1 and 2 of one run and have no case in common; `useipsec merge` puts them together");
}

/// A bit of everything.
std::pair<RunResult, RunResult> two_runs() {
  auto [good, control] = made_up_pair("ah-nat", State::passed, "nat-ah-icv");
  good.flows = {made_up_flow("ping", "blocked", Outcome::blocked, {WireForm::ah}),
                made_up_flow("udp", "", Outcome::blocked, {WireForm::ah})};
  auto bad = good;
  bad.verdict.state = State::failed;
  bad.verdict.why = "flow ping: expected blocked, observed protected \x1b[2J";
  bad.flows = {made_up_flow("ping", "blocked", Outcome::protected_, {WireForm::esp}),
               made_up_flow("tcp", "", Outcome::blocked, {})};
  auto before =
      made_up_run({good, control, made_up_case("gone@x", State::passed), made_up_case("was@x", State::failed)});
  auto after = made_up_run({bad, control, made_up_case("new@x", State::passed), made_up_case("was@x", State::passed)});
  after.kernel = "Linux 6.12.1";
  after.record.programs[0].said = "Libreswan 5.0";
  before.record.files = {{"scenarios/nat/ah-nat.json", std::string(64, 'a')}};
  after.record.files = {{"scenarios/nat/ah-nat.json", std::string(64, 'b')}};
  after.complete = false;
  return {before, after};
}

TEST(DifferenceText, SaysOnlyWhatChanged) {
  const auto [before, after] = two_runs();
  const auto found = difference(before, after);
  const auto text = difference_text(found, false);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("same")));
  EXPECT_THAT(difference_text(found, true), HasSubstr("same     case   ah-nat.no-ipsec@libreswan: passed\n"));
  expect_golden("compare/difference.txt", text);
}

TEST(DifferenceText, ManyNewOnesAreCounted) {
  std::vector<CaseResult> cases{made_up_case("a@x", State::passed)};
  const auto before = made_up_run(cases);
  for (int index = 0; index < 30; ++index)
    cases.push_back(made_up_case("n" + std::to_string(index) + "@x", State::passed));
  EXPECT_THAT(difference_text(difference(before, made_up_run(cases)), false),
              HasSubstr("new      18 more; --all lists them\n"));
}

TEST(DifferenceJson, IsAsItsSchemaSays) {
  const auto [before, after] = two_runs();
  const auto document = difference_json(difference(before, after), {"old", &before}, {"new", &after}, true, false);
  EXPECT_EQ(SchemaOracle::of_docs("diff.json").complaints(nlohmann::json::parse(document.dump())), "");
  EXPECT_EQ(document["worse"], true);
  EXPECT_EQ(document["changes"][0]["turn"], "worse");
}

TEST(Baseline, HoldsWhatLastsAndNothingOfTheMachine) {
  auto [run, ignored] = two_runs();
  run.cases[0].evidence = {"ah-nat@libreswan/x.log"};
  run.cases[0].verdict.why = "0.123 s";
  run.cases[0].file = "/home/somebody/own.json";
  run.record.files.push_back({"/home/somebody/own.json", "ff"});
  const auto text = baseline_text(baseline(run, nullptr));
  for (const auto* varying : {"/home", "0.123", ".log", "pluto", "2026-"}) EXPECT_THAT(text, Not(HasSubstr(varying)));
  EXPECT_EQ(SchemaOracle::of_docs("run.json").complaints(nlohmann::json::parse(text)), "");
  const auto file = std::filesystem::path(testing::TempDir()) / "baseline.json";
  write_text(file, text);
  const auto found = difference(read_stored_run(file).run, run);
  for (const auto& each : found.changes) EXPECT_EQ(each.turn, Turn::same) << each.case_id << " " << each.name;
  EXPECT_TRUE(found.circumstances.empty());
}

TEST(Baseline, DurationsChangeOnlyWithReason) {
  auto run = made_up_run({made_up_case("a@x", State::passed)});
  const auto seconds = [&](double before, double now) {
    auto old = run;
    old.cases[0].duration_s = before;
    run.cases[0].duration_s = now;
    return baseline(run, &old).cases[0].duration_s;
  };
  EXPECT_EQ(seconds(12, 15.7), 12);
  EXPECT_EQ(seconds(12, 40.4), 40);
  EXPECT_EQ(seconds(1, 2.9), 1);
  EXPECT_EQ(seconds(40, 12), 12);
  EXPECT_EQ(baseline(run, nullptr).cases[0].duration_s, 12);
}

TEST(Baseline, RefusesWhatIsNoMeasure) {
  auto run = made_up_run({made_up_case("a@x", State::failed)});
  EXPECT_NO_THROW(baseline(run, nullptr)) << "a known failure is a state like another";
  auto broken = run, flaky = run, part = run, shard = run;
  broken.cases[0].verdict.state = State::broken;
  flaky.cases[0].flaky = true;
  part.complete = false;
  shard.shard = ShardRecord{.index = 2, .total = 3, .plan = {}};
  std::string text;
  for (const auto& each : {broken, flaky, part, shard}) text += refusal([&] { baseline(each, nullptr); }) + "\n";
  EXPECT_EQ(text,
            "expected a run that can be a measure: a@x is broken\n"
            "expected a run that can be a measure: a@x is flaky\n"
            "expected a run that can be a measure: it is not complete\n"
            "expected a run that can be a measure: it is shard 2 of 3; `useipsec merge` puts them together\n");
}

}  // namespace
}  // namespace useipsec
