// What a run leaves on the host: nothing. The host's links, addresses, rules, sysctls, mounts and processes are listed
// before and after a run that ends by itself, by Ctrl-C, by SIGTERM and by kill -9.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "helpers/host_state.h"

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using namespace useipsec::host;

namespace {

class HostSafetyTest : public testing::Test {
 protected:
  void SetUp() override { fs::remove_all(out_); }

  /// Starts a run of one scenario; the folder's name marks its processes.
  pid_t start() {
    const pid_t child = ::fork();
    if (child == 0) {
      ::setpgid(0, 0);
      const std::string log = (out_.parent_path() / "host_safety.log").string();
      if (std::freopen(log.c_str(), "w", stdout) == nullptr || ::dup2(1, 2) < 0) ::_exit(126);
      ::execl(PROGRAM, PROGRAM, "run", "nd-ike-loop", "--jobs", "1", "--out", out_.c_str(), nullptr);
      ::_exit(127);
    }
    return child;
  }

  /// Waits until the run is in the middle of a case: its first capture exists.
  bool is_under_way(pid_t child) {
    for (const auto until = std::chrono::steady_clock::now() + 60s; std::chrono::steady_clock::now() < until;
         std::this_thread::sleep_for(50ms)) {
      if (fs::exists(out_ / "nd-ike-loop@libreswan" / "captures")) return true;
      if (::waitpid(child, nullptr, WNOHANG) == child) return false;
    }
    return false;
  }

  int end_of(pid_t child) {
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

  void expect_no_process() { useipsec::host::expect_no_process(out_.string()); }

  fs::path out_ = fs::path(RESULTS) / "host-safety-run";
  HostState before_;
};

TEST_F(HostSafetyTest, ARunThatEndsByItselfLeavesNothing) {
  const int code = end_of(start());
  if (code == 77) GTEST_SKIP() << read(out_.parent_path() / "host_safety.log");
  EXPECT_EQ(code, 0) << read(out_.parent_path() / "host_safety.log");
  expect_no_process();
  expect_as_before(before_);
  EXPECT_FALSE(fs::exists(out_ / ".work"));
}

TEST_F(HostSafetyTest, CtrlCKeepsWhatWasFinishedAndLeavesNothing) {
  const pid_t child = start();
  if (!is_under_way(child)) GTEST_SKIP() << read(out_.parent_path() / "host_safety.log");
  ::kill(child, SIGINT);
  EXPECT_EQ(end_of(child), 130);
  expect_no_process();
  expect_as_before(before_);
  EXPECT_NE(read(out_ / "run.json").find("\"complete\": false"), std::string::npos);
}

TEST_F(HostSafetyTest, TerminationDoesTheSame) {
  const pid_t child = start();
  if (!is_under_way(child)) GTEST_SKIP() << read(out_.parent_path() / "host_safety.log");
  ::kill(child, SIGTERM);
  EXPECT_EQ(end_of(child), 143);
  expect_no_process();
  expect_as_before(before_);
}

TEST_F(HostSafetyTest, KillNineLeavesNothing) {
  const pid_t child = start();
  if (!is_under_way(child)) GTEST_SKIP() << read(out_.parent_path() / "host_safety.log");
  ::kill(child, SIGKILL);
  EXPECT_EQ(end_of(child), 128 + SIGKILL);
  expect_no_process();
  expect_as_before(before_);
}

}  // namespace
