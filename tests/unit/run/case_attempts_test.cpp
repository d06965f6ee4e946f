// How often a case is run, and where the evidence of each attempt stays: with attempts that only write a file.
#include "run/case_attempts.h"

#include <gmock/gmock.h>

#include "base/files.h"
#include "helpers/temporary_folder.h"
#include "report/attempts.h"
#include "report/stored_run.h"
#include "run/case_runner.h"
#include "unit/report/made_up_run.h"

namespace useipsec {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

const std::string case_id = "esp-nat@libreswan";
constexpr auto passed = State::passed, failed = State::failed, crashed = State::crashed;

class CaseAttempts : public testing::Test {
 protected:
  /// Runs a case whose attempts come to these states, one after the other; each leaves a log that says its number.
  CaseResult attempts(const std::vector<State>& states, const Repetition& repetition) {
    made_ = 0;
    for (const auto& entry : fs::directory_iterator(run_.path()))
      if (entry.path().filename().string().rfind(case_id, 0) == 0) fs::remove_all(entry.path());
    return run_attempts(run_, case_id, repetition, [&](unsigned number, const std::string& folder) {
      ++made_;
      fs::create_directories(run_.path() / folder);
      write_text(run_.path() / folder / "alice.log", std::to_string(number));
      auto result = made_up_case(case_id, states.at(number - 1), "why of " + std::to_string(number));
      result.evidence = {folder + "/alice.log"};
      write_case(run_.path() / folder, result);
      return result;
    });
  }
  std::string log_in(const std::string& folder) const { return read_text(run_.path() / folder / "alice.log"); }
  /// The result that the folder's case.json tells, alone.
  CaseResult kept(const std::string& folder) const {
    TemporaryFolder elsewhere;
    fs::create_directories(elsewhere.path() / case_id);
    fs::copy_file(run_.path() / folder / "case.json", elsewhere.path() / case_id / "case.json");
    return read_stored_run(elsewhere.path()).run.cases.at(0);
  }

  TemporaryFolder folder_;
  RunFolder run_ = RunFolder::create(folder_.path(), folder_.path() / "run");
  unsigned made_ = 0;
};

TEST_F(CaseAttempts, OnceLeavesNoTraceOfAttempts) {
  EXPECT_TRUE(attempts({failed}, {}).attempts.empty());
  EXPECT_EQ(made_, 1U);
  EXPECT_FALSE(fs::exists(run_.path() / attempt_folder(case_id, 1)));
}

TEST_F(CaseAttempts, RepeatMakesAllOfThem) {
  EXPECT_EQ(attempts_text(attempts({passed, failed, passed}, {.repeat = 3})), "passed 2, failed 1 of 3");
  EXPECT_EQ(attempts_text(attempts({passed, failed, passed}, {.repeat = 3, .retries = 0, .fail_fast = true})),
            "passed 1, failed 1 of 2");
  EXPECT_EQ(made_, 2U);
}

TEST_F(CaseAttempts, RetriesEndWhereOneIsAsExpected) {
  EXPECT_TRUE(attempts({passed}, {.repeat = 1, .retries = 2}).attempts.empty());
  const auto flaky = attempts({failed, passed}, {.repeat = 1, .retries = 2});
  EXPECT_EQ(made_, 2U);
  EXPECT_TRUE(flaky.flaky);
  EXPECT_EQ(attempts_text(attempts({failed, failed, failed}, {.repeat = 1, .retries = 2})), "failed 3 of 3");
  EXPECT_TRUE(attempts({State::unsupported}, {.repeat = 1, .retries = 2}).attempts.empty()) << "it stays so";
}

TEST_F(CaseAttempts, TheOneThatDecidesHasTheCasesFolder) {
  const auto result = attempts({passed, failed, passed, crashed}, {.repeat = 4});
  EXPECT_EQ(log_in(case_id), "4");
  EXPECT_THAT(result.evidence, ElementsAre(case_id + "/alice.log"));
  for (const auto& each : result.attempts) {
    EXPECT_EQ(log_in(each.folder), std::to_string(each.number));
    if (each.folder == case_id) continue;
    const auto own = kept(each.folder);
    EXPECT_EQ(own.verdict.state, each.state);
    EXPECT_TRUE(own.attempts.empty());
    EXPECT_FALSE(own.flaky);
    EXPECT_THAT(own.evidence, ElementsAre(each.folder + "/alice.log"));
  }
  EXPECT_EQ(attempts_text(kept(case_id)), "passed 2, failed 1, crashed 1 of 4") << "case.json tells of all";
}

}  // namespace
}  // namespace useipsec
