#include "inside/node_program.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "proc/environment.h"

namespace useipsec {

namespace {

/// What the child says through its pipe where it fails; the pipe closes silently when execve() succeeds.
struct ChildFailure {
  int step = 0;
  int code = 0;
};
constexpr std::array<const char*, 4> step_names{"entering the node", "making its session", "entering its folder", "starting it"};

void must(int status, const char* what) {
  const int code = errno;
  if (status < 0) throw system_error(code, what);
}

/// Both ends of one stream of the program.
struct StreamPair {
  UniqueFd ours, theirs;
};

StreamPair pipe_pair(bool they_write) {
  std::array<int, 2> ends{};
  must(::pipe2(ends.data(), O_CLOEXEC), "making a pipe");
  return they_write ? StreamPair{UniqueFd(ends[0]), UniqueFd(ends[1])} : StreamPair{UniqueFd(ends[1]), UniqueFd(ends[0])};
}

StreamPair terminal_pair(const ProgramRequest& request) {
  UniqueFd ours(::open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!ours) ours.reset(::open("/dev/pts/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC));
  must(ours.get(), "opening /dev/ptmx");
  must(::unlockpt(ours.get()), "unlocking a terminal");
  // By descriptor, not by name: the node may see another /dev (ioctl_tty(2)).
  UniqueFd theirs(::ioctl(ours.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  must(theirs.get(), "opening a terminal");
  const winsize size{.ws_row = request.rows, .ws_col = request.columns, .ws_xpixel = 0, .ws_ypixel = 0};
  ::ioctl(ours.get(), TIOCSWINSZ, &size);
  return {std::move(ours), std::move(theirs)};
}

/// Everything the child needs, made before the fork: other threads may hold the allocator's lock.
struct ChildPlan {
  const Namespaces& namespaces;
  const char* program;
  char* const* arguments;
  char* const* environment;
  const char* directory;
  std::array<int, 3> streams;
  bool terminal;
  int failure;  ///< where a ChildFailure goes
};

[[noreturn]] void give_up(const ChildPlan& plan, int step) {
  const ChildFailure failure{.step = step, .code = errno};
  static_cast<void>(::write(plan.failure, &failure, sizeof failure));
  ::_exit(127);
}

/// System calls only: the child of a process with threads.
[[noreturn]] void become(const ChildPlan& plan) {
  // The mount namespace last, it changes what paths mean.
  for (const int fd : {plan.namespaces.net, plan.namespaces.uts, plan.namespaces.mount})
    if (fd >= 0 && ::setns(fd, 0) < 0) give_up(plan, 0);
  if (::setsid() < 0 || ::prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) give_up(plan, 1);
  if (plan.terminal && ::ioctl(plan.streams[0], TIOCSCTTY, 0) < 0) give_up(plan, 1);
  for (int n = 0; n < 3; ++n)
    if (::dup2(plan.streams[static_cast<std::size_t>(n)], n) < 0) give_up(plan, 1);
  ::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD}) ::signal(number, SIG_DFL);
  if (::chdir(plan.directory) < 0 && ::chdir("/") < 0) give_up(plan, 2);
  ::execve(plan.program, plan.arguments, plan.environment);
  give_up(plan, 3);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (auto& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

pid_t start(const ProgramRequest& request, const Namespaces& namespaces, const std::string& directory, const std::array<int, 3>& streams) {
  auto failure = pipe_pair(true);
  auto arguments = request.command;
  auto environment = merged_environment(request.environment);
  const auto program = find_program(arguments.front());
  const auto argument_pointers = pointers(arguments);
  const auto environment_pointers = pointers(environment);
  const ChildPlan plan{.namespaces = namespaces, .program = program.c_str(), .arguments = argument_pointers.data(), .environment = environment_pointers.data(),
                       .directory = directory.c_str(), .streams = streams, .terminal = request.terminal, .failure = failure.theirs.get()};
  const pid_t child = ::fork();
  must(child, "fork");
  if (child == 0) become(plan);
  failure.theirs.reset();
  ChildFailure failed;
  ssize_t count = 0;
  while ((count = ::read(failure.ours.get(), &failed, sizeof failed)) < 0 && errno == EINTR) {}
  if (count != static_cast<ssize_t>(sizeof failed)) return child;
  while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {}
  const bool not_found = failed.step == 3 && failed.code == ENOENT;
  throw system_error(failed.code, fmt::format("{}: {}", request.command.front(), step_names[static_cast<std::size_t>(failed.step)]),
                     static_cast<ExitCode>(not_found ? 127 : 126));
}

}  // namespace

std::string to_text(const ProgramRequest& request) {
  return nlohmann::json{{"node", request.node}, {"command", request.command}, {"terminal", request.terminal}, {"rows", request.rows},
                        {"columns", request.columns}, {"environment", request.environment}}
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

ProgramRequest program_request(const std::string& text) {
  const auto document = nlohmann::json::parse(text);
  return {.node = document.at("node"), .command = document.at("command"), .terminal = document.at("terminal"), .rows = document.at("rows"),
          .columns = document.at("columns"), .environment = document.at("environment")};
}

Result<NodeProgram> start_in_node(const ProgramRequest& request, const Namespaces& namespaces, const std::string& directory) {
  try {
    NodeProgram program;
    if (request.terminal) {
      auto terminal = terminal_pair(request);
      const int theirs = terminal.theirs.get();
      program.pid = start(request, namespaces, directory, {theirs, theirs, theirs});
      program.input.reset(::fcntl(terminal.ours.get(), F_DUPFD_CLOEXEC, 3));
      program.output = std::move(terminal.ours);
      return program;
    }
    auto input = pipe_pair(false);
    auto output = pipe_pair(true), error = pipe_pair(true);
    program.pid = start(request, namespaces, directory, {input.theirs.get(), output.theirs.get(), error.theirs.get()});
    program.input = std::move(input.ours);
    program.output = std::move(output.ours);
    program.error = std::move(error.ours);
    return program;
  } catch (const Error& error) {
    return failure(error);
  }
}

}  // namespace useipsec
