// Where a run of hundreds of cases went wrong, its log ends with which, and why.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "helpers/golden.h"
#include "report/attempts.h"
#include "report/grid.h"
#include "report/tables.h"
#include "unit/report/made_up_run.h"

namespace useipsec {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// A pair as it should be, a subject that failed, a control that is flaky.
RunResult mixed_run() {
  const auto [good, good_control] = made_up_pair("esp-routed", State::passed, "nat-ah-icv");
  auto [bad, bad_control] = made_up_pair("esp-nat", State::failed, "nat-ah-icv");
  bad.flows = {made_up_flow("ping", "protected", Outcome::exposed, {WireForm::clear})};
  bad.steps = {{.began = 0.5, .ended = 1.2, .text = "start all", .result = "done"},
               {.began = 1.2, .ended = 9.2, .text = "wait until alice's child SA is up", .result = "deadline"}};
  bad.deciding_log = {
      {.at = 4.1, .node = "alice", .program = "pluto", .line = "no proposal chosen", .kind = LogKind::refused}};
  auto late = bad_control;
  late.verdict.state = State::timeout;
  late.verdict.why = "60 s are over";
  bad_control = with_attempt(bad_control, late, attempt_folder(bad_control.id, 2));
  return made_up_run({good, good_control, bad, bad_control});
}

TEST(UnexpectedTable, SaysWhichAndWhyAndThoseThatWereNotRunTogether) {
  auto run = mixed_run();
  for (const auto* why : {"the run was interrupted", "the run was interrupted", "the worker ended"})
    run.cases.push_back(made_up_case(fmt::format("late-{}@manual", run.cases.size()), State::not_run, why));
  expect_golden("report/unexpected.txt", unexpected_table(run, false));
}

TEST(UnexpectedTable, LeavesOutWhatARunThatWasEndedOnPurposeDidNotComeTo) {
  auto run = mixed_run();
  run.cases.push_back(made_up_case("late@manual", State::not_run, "the run was ended"));
  EXPECT_THAT(unexpected_table(run, false), StartsWith("3 of 5 cases"));
  run.stopped = "fail-fast";
  EXPECT_THAT(unexpected_table(run, false), StartsWith("2 of 5 cases"));
}

TEST(UnexpectedTable, TellsWhatLedToTheFirstFew) {
  std::vector<CaseResult> cases;
  for (int i = 0; i < 7; ++i) {
    cases.push_back(made_up_case(fmt::format("esp-{}@manual", i), State::failed, "it did otherwise"));
    cases.back().steps = {{.began = i + 0.5, .ended = i + 1.0, .text = "start all", .result = "done"}};
  }
  const auto text = unexpected_table(made_up_run(cases), false);
  EXPECT_THAT(text,
              AllOf(HasSubstr("4.500 s  start all"), Not(HasSubstr("5.500 s  start all")), HasSubstr("esp-6@manual")));
}

TEST(UnexpectedTable, EndsTheTablesOfARun) {
  const auto run = mixed_run();
  EXPECT_THAT(run_tables(run, false), EndsWith("\n" + unexpected_table(run, false) + "\n"));
}

TEST(UnexpectedTable, IsLeftOutWhereTheTableOfCasesSaysNoMore) {
  auto [subject, control] = made_up_pair("esp-nat", State::passed, "nat-ah-icv");
  EXPECT_EQ(unexpected_table(made_up_run({subject, control}), false), "");
  subject.verdict.state = State::failed;
  const auto alone = made_up_run({subject});
  ASSERT_THAT(unexpected_table(alone, false), StartsWith("1 of 1 cases"));
  EXPECT_THAT(run_tables(alone, false), Not(HasSubstr(unexpected_table(alone, false))));
}

}  // namespace
}  // namespace useipsec
