#include "ground/guest_guard.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "base/error.h"

namespace useipsec {

namespace {

/// Runs in the forked child: system calls only.
[[noreturn]] void guard(int life_line, pid_t group) {
  ::setsid();  // a Ctrl-C is for us, not for the guard
  ::dup2(life_line, 0);
  ::syscall(SYS_close_range, 1U, ~0U, 0U);
  char byte = 0;
  ssize_t count = 0;
  while ((count = ::read(0, &byte, 1)) < 0 && errno == EINTR) {
  }
  if (count == 0) ::kill(-group, SIGKILL);
  ::_exit(0);
}

}  // namespace

GuestGuard::GuestGuard(pid_t group) {
  std::array<int, 2> ends{};
  const int piped = ::pipe2(ends.data(), O_CLOEXEC);
  int code = errno;
  if (piped < 0) throw system_error(code, "making a pipe");
  const UniqueFd reading(ends[0]);
  life_line_.reset(ends[1]);
  pid_ = ::fork();
  code = errno;
  if (pid_ < 0) throw system_error(code, "starting the guest's guard");
  if (pid_ == 0) guard(reading.get(), group);
}

GuestGuard::~GuestGuard() {
  ::kill(pid_, SIGKILL);  // also where somebody has stopped it; not reaped yet, so the number is still its own
  life_line_.reset();
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

}  // namespace useipsec
