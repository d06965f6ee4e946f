#include "proc/launch.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/process/v2/posix/default_launcher.hpp>
#include <boost/process/v2/process.hpp>
#include <boost/process/v2/stdio.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "base/unique_fd.h"
#include "proc/environment.h"

// Boost.Process v2 of Boost 1.81, and what is done about its sharp edges:
// - a child whose set-up fails would run exit handlers and flush our buffers again: ExitFast;
// - a child whose set-up fails is not reaped: launch() does it;
// - descriptors below its error pipe leak into the child: CloseOnExec;
// - its wait gives an exit code in which a signal cannot be told from an exit: Process waits on a pidfd by itself.
// Hooks run in the child between fork and execve: system calls only, and errno of the failed one must survive, because
// the launcher sends that to the parent.

namespace useipsec {

namespace process_v2 = boost::process::v2;
using boost::system::error_code;

namespace {

enum class Step : int { streams, namespaces, session, directory, execution };

constexpr std::array<const char*, 5> step_names{"connecting its streams", "entering its namespaces", "making its session",
                                                "entering its folder", "executing it"};

/// One word shared with the child: the step it is at.
class SharedStep {
 public:
  SharedStep()
      : step_(static_cast<volatile Step*>(
            ::mmap(nullptr, sizeof(Step), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0))) {
    const int code = errno;
    if (step_ == MAP_FAILED) throw system_error(code, "mapping a shared page");
    *step_ = Step::streams;
  }
  SharedStep(const SharedStep&) = delete;
  SharedStep& operator=(const SharedStep&) = delete;
  ~SharedStep() { ::munmap(const_cast<Step*>(step_), sizeof(Step)); }

  void set(Step step) const { *step_ = step; }
  const char* name() const { return step_names[static_cast<std::size_t>(*step_)]; }

 private:
  volatile Step* step_;
};

error_code last_error() { return {errno, boost::system::system_category()}; }

using Path = process_v2::filesystem::path;
using CommandLine = const char* const*;

struct EnterNamespaces {
  const SharedStep& step;
  Namespaces namespaces;
  template <class Launcher>
  error_code on_exec_setup(Launcher&, const Path&, CommandLine&) const {
    step.set(Step::namespaces);
    // The user namespace first, for its capabilities; the mount namespace last, it changes what paths mean.
    for (const int fd : {namespaces.user, namespaces.net, namespaces.uts, namespaces.mount})
      if (fd >= 0 && ::setns(fd, 0) < 0) return last_error();
    return {};
  }
};

struct OwnSession {
  const SharedStep& step;
  bool terminal;
  pid_t parent = ::getpid();
  template <class Launcher>
  error_code on_exec_setup(Launcher&, const Path&, CommandLine&) const {
    step.set(Step::session);
    if (::setsid() < 0) return last_error();
    if (terminal && ::ioctl(STDIN_FILENO, TIOCSCTTY, 0) < 0) return last_error();
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) < 0) return last_error();
    // The parent may have died before that; in a PID namespace of its own the child sees no parent at all.
    if (const pid_t now = ::getppid(); now != parent && now != 0) {
      errno = ESRCH;
      return last_error();
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    for (const int number : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGCHLD}) ::signal(number, SIG_DFL);
    return {};
  }
};

struct EnterDirectory {
  const SharedStep& step;
  const char* directory;
  template <class Launcher>
  error_code on_exec_setup(Launcher&, const Path&, CommandLine&) const {
    step.set(Step::directory);
    if (*directory != '\0' && ::chdir(directory) < 0) return last_error();
    return {};
  }
};

struct CloseOnExec {
  const SharedStep& step;
  const std::vector<int>& inherited;
  template <class Launcher>
  error_code on_exec_setup(Launcher&, const Path&, CommandLine&) const {
    if (::syscall(SYS_close_range, 3U, ~0U, CLOSE_RANGE_CLOEXEC) < 0) return last_error();
    for (const int fd : inherited)
      if (::fcntl(fd, F_SETFD, 0) < 0) return last_error();
    step.set(Step::execution);
    return {};
  }
};

struct ExitFast {
  template <class... Any>
  void on_exec_error(Any&&...) const {
    ::_exit(127);
  }
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

pid_t launch(Loop& loop, const ProcessSpec& spec, const Namespaces& namespaces, const Streams& streams) {
  const std::string program = find_program(spec.program);
  const std::vector<std::string> environment = merged_environment(spec.environment);
  std::vector<const char*> entries;
  for (const auto& entry : environment) entries.push_back(entry.c_str());
  entries.push_back(nullptr);

  process_v2::posix::default_launcher launcher;
  launcher.env = entries.data();
  launcher.fd_whitelist.insert(launcher.fd_whitelist.end(), spec.inherited.begin(), spec.inherited.end());

  const SharedStep step;
  error_code error;
  {
    const ChildrenInPidNamespace around(namespaces.pid);
    auto process = launcher(loop.context().get_executor(), error, Path(program), spec.arguments,
                            process_v2::process_stdio{streams.input, streams.output, streams.error},
                            EnterNamespaces{step, namespaces}, OwnSession{step, streams.terminal}, EnterDirectory{step, spec.directory.c_str()},
                            CloseOnExec{step, spec.inherited}, ExitFast{});
    if (!error) process.detach();
  }
  if (error) {
    if (launcher.pid > 0)
      while (::waitpid(launcher.pid, nullptr, 0) < 0 && errno == EINTR) {}
    throw system_error(error.value(), fmt::format("starting {}: {}", spec.program, step.name()), ExitCode::precondition);
  }
  return launcher.pid;
}

}  // namespace useipsec
