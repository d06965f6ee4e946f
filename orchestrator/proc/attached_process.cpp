#include "proc/attached_process.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <utility>

#include "base/error.h"
#include "proc/environment.h"
#include "proc/launch.h"

namespace useipsec {

namespace {

void must(int status, const char* what) {
  const int code = errno;
  if (status < 0) throw system_error(code, what);
}

struct Ends {
  UniqueFd ours, theirs;
};

Ends pipe_pair(bool we_read) {
  std::array<int, 2> ends{};
  must(::pipe2(ends.data(), O_CLOEXEC), "making a pipe");
  Ends pair{UniqueFd(ends[we_read ? 0 : 1]), UniqueFd(ends[we_read ? 1 : 0])};
  ::fcntl(pair.ours.get(), F_SETFL, O_NONBLOCK);
  return pair;
}

Ends terminal_pair(TerminalSize size) {
  Ends pair;
  pair.ours.reset(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK));
  must(pair.ours.get(), "making a terminal");
  must(::unlockpt(pair.ours.get()), "unlocking a terminal");
  // By number, not by a path: the caller may see another /dev/pts (ioctl_tty(2), TIOCGPTPEER).
  pair.theirs.reset(::ioctl(pair.ours.get(), TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
  must(pair.theirs.get(), "opening a terminal");
  const winsize window{.ws_row = size.rows, .ws_col = size.columns, .ws_xpixel = 0, .ws_ypixel = 0};
  ::ioctl(pair.ours.get(), TIOCSWINSZ, &window);
  return pair;
}

/// A shell's answer to a program that does not start (POSIX, Shell Command Language, 2.8.2).
ExitCode refusal_code(const std::string& program) {
  return static_cast<ExitCode>(::access(find_program(program).c_str(), F_OK) == 0 ? 126 : 127);
}

pid_t launch_as_a_shell_would(const ProcessSpec& spec, const Namespaces& namespaces, const Streams& streams) {
  try {
    return launch(spec, namespaces, streams);
  } catch (const Error& error) {
    throw Error(error.what(), refusal_code(spec.program));
  }
}

}  // namespace

AttachedProcess AttachedProcess::start(const ProcessSpec& spec, const Namespaces& namespaces,
                                       std::optional<TerminalSize> terminal) {
  AttachedProcess process;
  process.terminal_ = terminal.has_value();
  if (terminal) {
    auto pair = terminal_pair(*terminal);
    const int theirs = pair.theirs.get();
    process.pid_ = launch_as_a_shell_would(spec, namespaces,
                                           {.input = theirs, .output = theirs, .error = theirs, .terminal = true});
    process.output = std::move(pair.ours);
    process.input.reset(::fcntl(process.output.get(), F_DUPFD_CLOEXEC, 3));
  } else {
    auto in = pipe_pair(false), out = pipe_pair(true), err = pipe_pair(true);
    process.pid_ = launch_as_a_shell_would(
        spec, namespaces, {.input = in.theirs.get(), .output = out.theirs.get(), .error = err.theirs.get()});
    process.input = std::move(in.ours);
    process.output = std::move(out.ours);
    process.error = std::move(err.ours);
  }
  process.pidfd_.reset(static_cast<int>(::syscall(SYS_pidfd_open, process.pid_, 0)));
  must(process.pidfd_.get(), "opening a pidfd");
  return process;
}

AttachedProcess::AttachedProcess(AttachedProcess&& other) noexcept
    : input(std::move(other.input)),
      output(std::move(other.output)),
      error(std::move(other.error)),
      pid_(std::exchange(other.pid_, -1)),
      terminal_(other.terminal_),
      pidfd_(std::move(other.pidfd_)),
      status_(other.status_) {}

AttachedProcess::~AttachedProcess() {
  if (pid_ <= 0 || exited()) return;
  ::kill(-pid_, SIGHUP);
  ::kill(-pid_, SIGCONT);  // a stopped program hears nothing until it goes on
}

std::optional<ExitStatus> AttachedProcess::exited() {
  if (status_) return status_;
  siginfo_t info{};
  if (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG) == 0 && info.si_pid != 0)
    status_ = ExitStatus{info.si_code != CLD_EXITED, info.si_status};
  return status_;
}

void AttachedProcess::signal(int number) {
  if (exited()) return;  // from here on the number is still the child's
  pid_t group = terminal_ ? ::tcgetpgrp(output.get()) : pid_;
  if (group <= 0) group = pid_;
  ::kill(-group, number);
}

void AttachedProcess::resize(TerminalSize size) {
  const winsize window{.ws_row = size.rows, .ws_col = size.columns, .ws_xpixel = 0, .ws_ypixel = 0};
  if (terminal_ && output) ::ioctl(output.get(), TIOCSWINSZ, &window);
}

}  // namespace useipsec
