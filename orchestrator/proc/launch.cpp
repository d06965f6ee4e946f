#include "proc/launch.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include <fmt/format.h>

#include "base/error.h"
#include "base/unique_fd.h"
#include "proc/environment.h"

// By vfork(), and by hand. After fork() each page that we write to is copied first; in a User-Mode Linux guest that takes
// 50 us for each of thousands of pages, again after each of the dozen programs that a case starts. posix_spawn() can enter
// no namespace, Boost.Process 1.81 lets Asio close our own event queue in a child that shares our memory.
// Between vfork() and execve() the child runs on our stack, while this thread stands still: system calls only.

namespace useipsec {

namespace {

enum class Step : int { streams, namespaces, session, directory, descriptors, execution };

constexpr std::array<const char*, 6> step_names{"connecting its streams", "entering its namespaces", "making its session",
                                                "entering its folder",    "closing descriptors",     "executing it"};

/// All that the child needs, made before it exists; and what it says where it fails.
struct Plan {
  const char* program = nullptr;
  std::vector<const char*> arguments, environment;  ///< with the null at the end
  std::array<int, 3> streams{};
  bool terminal = false;
  std::array<int, 4> namespaces{};
  const char* directory = nullptr;
  const std::vector<int>* inherited = nullptr;
  pid_t parent = 0;
  volatile Step step = Step::streams;
  volatile int failed = 0;  ///< errno of the step; 0: execve() has succeeded
};

bool connect_streams(const Plan& plan) {
  for (int number = 0; number < 3; ++number)
    if (::dup2(plan.streams[static_cast<std::size_t>(number)], number) < 0) return false;
  return true;
}

bool enter_namespaces(const Plan& plan) {
  for (const int fd : plan.namespaces)
    if (fd >= 0 && ::setns(fd, 0) < 0) return false;
  return true;
}

bool make_session(const Plan& plan) {
  if (::setsid() < 0) return false;
  if (plan.terminal && ::ioctl(STDIN_FILENO, TIOCSCTTY, 0) < 0) return false;
  if (::prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) return false;
  // The parent may have died before that; in a PID namespace of its own the child sees no parent at all.
  if (const pid_t now = ::getppid(); now != plan.parent && now != 0) {
    errno = ESRCH;
    return false;
  }
  // Handlers first: ours must not run here, on the memory of us both.
  for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD}) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  return ::sigprocmask(SIG_SETMASK, &none, nullptr) == 0;
}

bool enter_directory(const Plan& plan) { return *plan.directory == '\0' || ::chdir(plan.directory) == 0; }

bool close_descriptors(const Plan& plan) {
  if (::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) < 0) return false;
  for (const int fd : *plan.inherited)
    if (::fcntl(fd, F_SETFD, 0) < 0) return false;
  return true;
}

bool execute(const Plan& plan) {
  ::execve(plan.program, const_cast<char* const*>(plan.arguments.data()), const_cast<char* const*>(plan.environment.data()));
  return false;
}

[[noreturn]] void become(Plan& plan) {
  constexpr std::array steps{connect_streams, enter_namespaces, make_session, enter_directory, close_descriptors, execute};
  for (std::size_t at = 0; at < steps.size(); ++at) {
    plan.step = static_cast<Step>(at);
    if (steps[at](plan)) continue;
    plan.failed = errno;
    break;
  }
  ::_exit(127);
}

/// Returns once the child has executed its program, or has failed to.
pid_t start(Plan& plan) {
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t child = ::vfork();
  if (child == 0) become(plan);
  const int code = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (child < 0) throw system_error(code, "vfork");
  return child;
}

/// setns() to a PID namespace concerns the children to come, so the parent does it around the fork (setns(2)).
class ChildrenInPidNamespace {
 public:
  explicit ChildrenInPidNamespace(int target) {
    if (target < 0) return;
    own_.reset(::open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC));
    int code = errno;
    if (!own_) throw system_error(code, "opening the own PID namespace");
    const int status = ::setns(target, CLONE_NEWPID);
    code = errno;
    if (status < 0) throw system_error(code, "entering a PID namespace");
  }
  ChildrenInPidNamespace(const ChildrenInPidNamespace&) = delete;
  ChildrenInPidNamespace& operator=(const ChildrenInPidNamespace&) = delete;
  ~ChildrenInPidNamespace() {
    if (own_) ::setns(own_.get(), CLONE_NEWPID);
  }

 private:
  UniqueFd own_;
};

}  // namespace

pid_t launch(const ProcessSpec& spec, const Namespaces& namespaces, const Streams& streams) {
  const std::string program = find_program(spec.program);
  const std::vector<std::string> environment = merged_environment(spec.environment);
  Plan plan;
  plan.program = program.c_str();
  plan.arguments.push_back(program.c_str());
  for (const auto& argument : spec.arguments) plan.arguments.push_back(argument.c_str());
  plan.arguments.push_back(nullptr);
  for (const auto& entry : environment) plan.environment.push_back(entry.c_str());
  plan.environment.push_back(nullptr);
  plan.streams = {streams.input, streams.output, streams.error};
  plan.terminal = streams.terminal;
  // The user namespace first, for its capabilities; the mount namespace last, it changes what paths mean.
  plan.namespaces = {namespaces.user, namespaces.net, namespaces.uts, namespaces.mount};
  plan.directory = spec.directory.c_str();
  plan.inherited = &spec.inherited;
  plan.parent = ::getpid();

  pid_t child = -1;
  {
    const ChildrenInPidNamespace around(namespaces.pid);
    child = start(plan);
  }
  if (plan.failed != 0) {
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR) {}
    throw system_error(plan.failed, fmt::format("starting {}: {}", spec.program, step_names[static_cast<std::size_t>(plan.step)]),
                       ExitCode::precondition);
  }
  return child;
}

}  // namespace useipsec
