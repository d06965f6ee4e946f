// What a run leaves on the host: nothing. The host's links, addresses, rules, sysctls, mounts and processes are listed
// before and after a run that ends by itself, by Ctrl-C, by SIGTERM and by kill -9.
#include <gtest/gtest.h>

#include <dirent.h>
#include <signal.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

std::string read(const fs::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// Command lines of live processes that carry `mark`: zombies are no longer there, only unburied by this machine's init.
std::set<std::string> processes_of(const std::string& mark) {
  std::set<std::string> found;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const auto name = entry.path().filename().string();
    if (!std::all_of(name.begin(), name.end(), ::isdigit) || name == std::to_string(::getpid())) continue;
    const auto status = read(entry.path() / "stat");
    const auto state = status.rfind(')') + 2;
    if (state < status.size() && status[state] == 'Z') continue;
    auto line = read(entry.path() / "cmdline");
    std::replace(line.begin(), line.end(), '\0', ' ');
    if (line.find(mark) != std::string::npos) found.insert(name + " " + line);
  }
  return found;
}

/// Every readable setting below a folder of /proc/sys; counters that move by themselves are not settings.
std::map<std::string, std::string> settings() {
  std::map<std::string, std::string> all;
  for (const auto* folder : {"/proc/sys/net/ipv4", "/proc/sys/net/ipv6", "/proc/sys/net/core"}) {
    for (const auto& entry : fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied)) {
      if (entry.is_regular_file() && entry.path().filename() != "flush") all[entry.path()] = read(entry.path());
    }
  }
  return all;
}

struct HostState {
  std::string links = read("/proc/net/dev_mcast") , addresses = read("/proc/net/fib_trie"), addresses6 = read("/proc/net/if_inet6"),
              routes = read("/proc/net/route"), rules = read("/proc/net/ip_tables_names"), mounts = read("/proc/self/mountinfo"),
              modules = read("/proc/modules");
  std::map<std::string, std::string> sysctls = settings();
};

void expect_same(const HostState& before, const HostState& after) {
  EXPECT_EQ(before.links, after.links);
  EXPECT_EQ(before.addresses, after.addresses);
  EXPECT_EQ(before.addresses6, after.addresses6);
  EXPECT_EQ(before.routes, after.routes);
  EXPECT_EQ(before.rules, after.rules);
  EXPECT_EQ(before.mounts, after.mounts);
  EXPECT_EQ(before.modules, after.modules);
  EXPECT_EQ(before.sysctls, after.sysctls);
}

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
    for (const auto until = std::chrono::steady_clock::now() + 60s; std::chrono::steady_clock::now() < until; std::this_thread::sleep_for(50ms)) {
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

  /// What the kernel still has to bury is given a moment; what stays after it is a leftover.
  void expect_no_process() {
    std::set<std::string> left;
    for (const auto until = std::chrono::steady_clock::now() + 5s; std::chrono::steady_clock::now() < until; std::this_thread::sleep_for(50ms)) {
      left = processes_of(out_.string());
      if (left.empty()) return;
    }
    ADD_FAILURE() << "still there: " << *left.begin();
  }

  fs::path out_ = fs::path(RESULTS) / "host-safety-run";
  HostState before_;
};

TEST_F(HostSafetyTest, ARunThatEndsByItselfLeavesNothing) {
  const int code = end_of(start());
  if (code == 77) GTEST_SKIP() << read(out_.parent_path() / "host_safety.log");
  EXPECT_EQ(code, 0) << read(out_.parent_path() / "host_safety.log");
  expect_no_process();
  expect_same(before_, HostState());
  EXPECT_FALSE(fs::exists(out_ / ".work"));
}

TEST_F(HostSafetyTest, CtrlCKeepsWhatWasFinishedAndLeavesNothing) {
  const pid_t child = start();
  if (!is_under_way(child)) GTEST_SKIP() << read(out_.parent_path() / "host_safety.log");
  ::kill(child, SIGINT);
  EXPECT_EQ(end_of(child), 130);
  expect_no_process();
  expect_same(before_, HostState());
  EXPECT_NE(read(out_ / "run.json").find("\"complete\": false"), std::string::npos);
}

TEST_F(HostSafetyTest, TerminationDoesTheSame) {
  const pid_t child = start();
  if (!is_under_way(child)) GTEST_SKIP() << read(out_.parent_path() / "host_safety.log");
  ::kill(child, SIGTERM);
  EXPECT_EQ(end_of(child), 143);
  expect_no_process();
  expect_same(before_, HostState());
}

TEST_F(HostSafetyTest, KillNineLeavesNothing) {
  const pid_t child = start();
  if (!is_under_way(child)) GTEST_SKIP() << read(out_.parent_path() / "host_safety.log");
  ::kill(child, SIGKILL);
  EXPECT_EQ(end_of(child), 128 + SIGKILL);
  expect_no_process();
  expect_same(before_, HostState());
}

}  // namespace
