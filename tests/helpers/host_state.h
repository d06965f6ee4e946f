#pragma once

// What this machine is, for tests that what we do leaves nothing of ours on it.

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>

namespace useipsec::host {

namespace fs = std::filesystem;

inline std::string read(const fs::path& file) {
  std::ifstream stream(file);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// Command lines of live processes that carry `mark`: zombies are no longer there, only unburied by this machine's
/// init.
inline std::set<std::string> processes_of(const std::string& mark) {
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
inline std::map<std::string, std::string> settings() {
  std::map<std::string, std::string> all;
  for (const auto* folder : {"/proc/sys/net/ipv4", "/proc/sys/net/ipv6", "/proc/sys/net/core"}) {
    for (const auto& entry : fs::recursive_directory_iterator(folder, fs::directory_options::skip_permission_denied)) {
      if (entry.is_regular_file() && entry.path().filename() != "flush") all[entry.path()] = read(entry.path());
    }
  }
  return all;
}

struct HostState {
  std::string links = read("/proc/net/dev_mcast"), addresses = read("/proc/net/fib_trie"),
              addresses6 = read("/proc/net/if_inet6"), routes = read("/proc/net/route"),
              rules = read("/proc/net/ip_tables_names"), mounts = read("/proc/self/mountinfo"),
              modules = read("/proc/modules");
  std::map<std::string, std::string> sysctls = settings();
  bool operator==(const HostState&) const = default;
};

/// As it was. What held a module is freed by the kernel's own workers once its namespace is gone (cleanup_net(),
/// net/core/net_namespace.c), so that has a moment; what stays after it is a leftover.
inline void expect_as_before(const HostState& before) {
  using namespace std::chrono_literals;
  HostState after;
  for (const auto until = std::chrono::steady_clock::now() + 30s;
       !(after == before) && std::chrono::steady_clock::now() < until; after = HostState())
    std::this_thread::sleep_for(50ms);
  EXPECT_EQ(before.links, after.links);
  EXPECT_EQ(before.addresses, after.addresses);
  EXPECT_EQ(before.addresses6, after.addresses6);
  EXPECT_EQ(before.routes, after.routes);
  EXPECT_EQ(before.rules, after.rules);
  EXPECT_EQ(before.mounts, after.mounts);
  EXPECT_EQ(before.modules, after.modules);
  EXPECT_EQ(before.sysctls, after.sysctls);
}

/// None whose command line carries `mark`. What the kernel still has to bury is given a moment; what stays after it is
/// a leftover.
inline void expect_no_process(const std::string& mark) {
  using namespace std::chrono_literals;
  std::set<std::string> left;
  for (const auto until = std::chrono::steady_clock::now() + 5s; std::chrono::steady_clock::now() < until;
       std::this_thread::sleep_for(50ms)) {
    left = processes_of(mark);
    if (left.empty()) return;
  }
  ADD_FAILURE() << "still there: " << *left.begin();
}

}  // namespace useipsec::host
