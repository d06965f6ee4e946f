// The contract of exit codes: docs/architecture.md.
#include "run/exit_codes.h"

#include <gtest/gtest.h>

#include "unit/report/made_up_run.h"

namespace useipsec {
namespace {

RunResult run_of(std::initializer_list<State> states) {
  std::vector<CaseResult> cases;
  for (const auto state : states) cases.push_back(made_up_case("a@x", state));
  return made_up_run(std::move(cases), {});
}

TEST(ExitCodes, TheFirstThatAppliesOfAllCases) {
  EXPECT_EQ(exit_code_of(run_of({State::passed, State::unsupported})), ExitCode::as_expected);
  EXPECT_EQ(exit_code_of(run_of({State::passed, State::precondition})), ExitCode::precondition);
  EXPECT_EQ(exit_code_of(run_of({State::precondition, State::failed})), ExitCode::unexpected);
  EXPECT_EQ(exit_code_of(run_of({State::precondition, State::crashed})), ExitCode::unexpected);
  EXPECT_EQ(exit_code_of(run_of({State::failed, State::timeout})), ExitCode::deadline);
  EXPECT_EQ(exit_code_of(run_of({State::timeout, State::broken})), ExitCode::broken);
  EXPECT_EQ(exit_code_of(run_of({State::passed, State::not_run})), ExitCode::broken);
}

TEST(ExitCodes, WhatWasLeftOutOnPurposeHasNoSay) {
  auto run = run_of({State::failed, State::not_run});
  run.stopped = "fail-fast";
  EXPECT_EQ(exit_code_of(run), ExitCode::unexpected);
}

TEST(ExitCodes, AFlakyCaseIsNoSuccess) {
  for (const auto& [worst, code] : {std::pair{State::failed, ExitCode::unexpected},
                                    {State::timeout, ExitCode::deadline},
                                    {State::broken, ExitCode::broken},
                                    {State::unsupported, ExitCode::unexpected},
                                    {State::precondition, ExitCode::unexpected}}) {
    auto run = run_of({State::passed, worst});
    run.cases[1].flaky = true;
    EXPECT_EQ(exit_code_of(run), code) << to_string(worst);
  }
}

TEST(ExitCodes, UnexpectedIsWhatTryingAgainCouldChange) {
  for (const auto state : {State::failed, State::crashed, State::timeout, State::broken})
    EXPECT_TRUE(is_unexpected(made_up_case("a@x", state))) << to_string(state);
  for (const auto state : {State::passed, State::unsupported, State::precondition, State::not_run})
    EXPECT_FALSE(is_unexpected(made_up_case("a@x", state))) << to_string(state);
}

}  // namespace
}  // namespace useipsec
