// What `run` is not started for: what it says, word for word, and the exit code.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "base/files.h"
#include "cli/verb.h"
#include "helpers/places.h"
#include "helpers/temporary_folder.h"
#include "report/run_result.h"
#include "unit/report/made_up_run.h"

namespace useipsec {
namespace {

namespace fs = std::filesystem;

struct Said {
  ExitCode code;
  std::string words;
};

class RunRefusals : public testing::Test {
 protected:
  /// `useipsec run ...` in a folder of the test's own.
  Said run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"useipsec", "run", "--home", source_dir().string()});
    std::vector<char*> words;
    for (auto& each : arguments) words.push_back(each.data());
    words.push_back(nullptr);
    const auto before = fs::current_path();
    fs::current_path(folder_.path());
    testing::internal::CaptureStderr();
    const auto code = run_command_line(static_cast<int>(arguments.size()), words.data());
    Said said{code, testing::internal::GetCapturedStderr()};
    fs::current_path(before);
    return said;
  }
  void expect_refused(const std::vector<std::string>& arguments, ExitCode code, const std::string& words) {
    const auto said = run(arguments);
    EXPECT_EQ(said.code, code);
    EXPECT_EQ(said.words, words);
  }
  void store(const std::string& name, const RunResult& run) {
    fs::create_directories(folder_.path() / name);
    write_text(folder_.path() / name / "run.json", run_json_text(run));
  }
  TemporaryFolder folder_;
};

TEST_F(RunRefusals, NothingFailedInTheLastRun) {
  store("ci", made_up_run({made_up_case("nd-ike-loop@libreswan", State::passed)}, {}));
  expect_refused({"--last-failed", "--run", "ci"}, ExitCode::nothing_selected,
                 "useipsec: ci: nothing failed there (1 passed), so there is nothing to run again\n");
}

TEST_F(RunRefusals, TheLastRunIsNotThere) {
  expect_refused({"--last-failed", "--run", "ci"}, ExitCode::invalid,
                 "useipsec: --last-failed: ci: expected a result folder or a run.json, found nothing\n");
}

TEST_F(RunRefusals, TheLastRunIsCutOff) {
  fs::create_directories(folder_.path() / "ci");
  write_text(folder_.path() / "ci" / "run.json", "{\"schema\": \"useipsec/run/1\", \"cases\": [{\"id");
  expect_refused({"--last-failed", "--run", "ci"}, ExitCode::invalid,
                 "useipsec: --last-failed: ci/run.json:1:44: expected JSON, found the end of the file: it is cut off "
                 "after 43 bytes\n");
}

TEST_F(RunRefusals, WhatFailedIsGone) {
  store("ci", made_up_run({made_up_case("never@libreswan", State::failed)}, {}));
  expect_refused({"--last-failed", "--run", "ci"}, ExitCode::nothing_selected,
                 "useipsec: ci: what failed there is in no scenario any more: never@libreswan\n");
}

TEST_F(RunRefusals, ANumberOfAttemptsIsAWholeNumber) {
  for (const auto* number : {"0", "-1", "1001", "ten", "2.5", ""}) {
    const auto said = run({"--repeat", number});
    EXPECT_EQ(said.code, ExitCode::invalid);
    EXPECT_THAT(said.words, testing::HasSubstr(
                                fmt::format("--repeat: expected a whole number from 1 to 1000, found \"{}\"", number)));
  }
  EXPECT_THAT(run({"--retries", "many"}).words,
              testing::HasSubstr("--retries: expected a whole number from 0 to 1000, found \"many\""));
}

TEST_F(RunRefusals, RepeatAndRetriesContradictEachOther) {
  expect_refused({"--repeat", "3", "--retries", "1"}, ExitCode::invalid,
                 "useipsec: expected --repeat or --retries, found both: the one runs each case a number of times "
                 "whatever comes of "
                 "it, the other only until it passes\n");
}

TEST_F(RunRefusals, ALabIsHeldForOneAttempt) {
  expect_refused({"--retries", "3", "--pause-unexpected"}, ExitCode::invalid,
                 "useipsec: expected --retries or --pause, found both: a lab that is held is that of the only attempt "
                 "at its case\n");
}

TEST_F(RunRefusals, ARunIsNamedForNothing) {
  const auto said = run({"--run", "ci"});
  EXPECT_EQ(said.code, ExitCode::invalid);
  EXPECT_THAT(said.words, testing::HasSubstr("--run requires --last-failed"));
}

}  // namespace
}  // namespace useipsec
