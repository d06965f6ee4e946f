#include "proc/detached_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/error.h"
#include "proc/environment.h"

namespace useipsec {

namespace {

/// posix_spawn's two descriptions of how a child begins.
struct SpawnPlan {
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
  SpawnPlan() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
  }
};

}  // namespace

DetachedProcess start_detached(const ProcessSpec& spec) {
  std::array<int, 2> ends{};
  const int paired = ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data());
  int code = errno;
  if (paired < 0) throw system_error(code, "making a socket pair");
  DetachedProcess process{.pid = -1, .channel = UniqueFd(ends[0])};
  const UniqueFd theirs(ends[1]);

  const auto program = find_program(spec.program);
  std::vector<std::string> words{program};
  words.insert(words.end(), spec.arguments.begin(), spec.arguments.end());
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  SpawnPlan plan;
  ::posix_spawn_file_actions_addopen(&plan.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&plan.actions, theirs.get(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&plan.actions, theirs.get(), STDERR_FILENO);
  ::posix_spawn_file_actions_addclosefrom_np(&plan.actions, 3);
  ::posix_spawnattr_setflags(&plan.attributes, POSIX_SPAWN_SETSID);
  code = ::posix_spawn(&process.pid, program.c_str(), &plan.actions, &plan.attributes, arguments.data(), ::environ);
  if (code != 0) throw system_error(code, fmt::format("starting {}", program));
  return process;
}

}  // namespace useipsec
