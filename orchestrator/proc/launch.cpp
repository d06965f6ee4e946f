#include "proc/launch.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/process/v2/posix/vfork_launcher.hpp>
#include <boost/process/v2/process.hpp>
#include <cerrno>
#include <csignal>

#include "base/error.h"
#include "base/unique_fd.h"
#include "proc/environment.h"

// By vfork(): after fork() each page that we write to is copied first; in a User-Mode Linux guest that takes 50 us for
// each of thousands of pages, again after each of the dozen programs that a case starts. Between vfork() and execve()
// the child runs on our stack, while this thread stands still: system calls only.

namespace useipsec {

namespace process = boost::process::v2;

namespace {

enum class Step : int { streams, namespaces, session, directory, descriptors, execution };

constexpr std::array<const char*, 6> step_names{"connecting its streams", "entering its namespaces",
                                                "making its session",     "entering its folder",
                                                "closing descriptors",    "executing it"};

/// What the child does to itself, made before it exists; and what it says where that fails.
struct Plan {
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

/// A part of a launch in the form that Boost.Process takes one: called in the child, before and after its execve().
struct ChildSetup {
  Plan& plan;

  template <typename Launcher, typename CommandLine>
  process::error_code on_exec_setup(Launcher&, const process::filesystem::path&, const CommandLine&) {
    constexpr std::array steps{connect_streams, enter_namespaces, make_session, enter_directory, close_descriptors};
    for (std::size_t at = 0; at < steps.size(); ++at) {
      plan.step = static_cast<Step>(at);
      if (!steps[at](plan)) fail();
    }
    plan.step = Step::execution;
    return {};
  }

  /// The launcher asks for one list of arguments and passes another (1.81), so any will do.
  template <typename... Any>
  void on_exec_error(Any&&...) {
    fail();
  }

 private:
  /// The launcher would exit(), which runs what our own end is to run.
  [[noreturn]] void fail() {
    plan.failed = errno;
    ::_exit(127);
  }
};

/// No signal reaches the child before it has let go of our handlers.
class SignalsHeld {
 public:
  SignalsHeld() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsHeld(const SignalsHeld&) = delete;
  SignalsHeld& operator=(const SignalsHeld&) = delete;
  ~SignalsHeld() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

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
  std::vector<const char*> environment_pointers;
  for (const auto& entry : environment) environment_pointers.push_back(entry.c_str());
  environment_pointers.push_back(nullptr);

  Plan plan;
  plan.streams = {streams.input, streams.output, streams.error};
  plan.terminal = streams.terminal;
  // The user namespace first, for its capabilities; the mount namespace last, it changes what paths mean.
  plan.namespaces = {namespaces.user, namespaces.net, namespaces.uts, namespaces.mount};
  plan.directory = spec.directory.c_str();
  plan.inherited = &spec.inherited;
  plan.parent = ::getpid();

  // A context of its own, empty still when the child begins: asio renews a context's event queue in the child, whose
  // memory is ours, so with the loop's own we would lose that.
  boost::asio::io_context nothing;
  process::posix::vfork_launcher launcher;
  launcher.env = environment_pointers.data();
  launcher.fd_whitelist.insert(launcher.fd_whitelist.end(), spec.inherited.begin(), spec.inherited.end());
  process::error_code error;
  {
    const ChildrenInPidNamespace around(namespaces.pid);
    const SignalsHeld held;
    launcher(nothing.get_executor(), error, process::filesystem::path(program), spec.arguments, ChildSetup{plan})
        .detach();
  }
  if (launcher.pid < 0) throw system_error(error.value(), "vfork");
  if (plan.failed != 0) {
    while (::waitpid(launcher.pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    throw system_error(plan.failed,
                       fmt::format("starting {}: {}", spec.program, step_names[static_cast<std::size_t>(plan.step)]),
                       ExitCode::precondition);
  }
  return launcher.pid;
}

}  // namespace useipsec
