#include "proc/process.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <utility>

#include "base/error.h"
#include "base/unique_fd.h"
#include "proc/launch.h"
#include "proc/line_splitter.h"

namespace useipsec {

namespace {

UniqueFd must_open(int fd, const char* what) {
  const int code = errno;
  if (fd < 0) throw system_error(code, what);
  // Never 0, 1 or 2: those are what the launcher puts in the child's place.
  if (fd > 2) return UniqueFd(fd);
  const UniqueFd low(fd);
  return UniqueFd(::fcntl(fd, F_DUPFD_CLOEXEC, 3));
}

/// A file in memory that holds the whole input: no pipe to fill, hence no way to block on it.
UniqueFd input_of(const std::string& text) {
  if (text.empty()) return must_open(::open("/dev/null", O_RDONLY | O_CLOEXEC), "opening /dev/null");
  UniqueFd file = must_open(::memfd_create("input", MFD_CLOEXEC), "making a file in memory");
  for (std::size_t done = 0; done < text.size();) {
    const ssize_t count = ::write(file.get(), text.data() + done, text.size() - done);
    const int code = errno;
    if (count < 0) throw system_error(code, "writing the input of a program");
    done += static_cast<std::size_t>(count);
  }
  ::lseek(file.get(), 0, SEEK_SET);
  return file;
}

constexpr std::chrono::milliseconds default_grace{1000};

}  // namespace

struct Process::Impl {
  explicit Impl(LineSink on_line) : lines(std::move(on_line)) {}

  pid_t pid = -1;
  UniqueFd pidfd;
  UniqueFd output;
  LineSplitter lines;
  std::optional<ExitStatus> status;
  bool asked_to_stop = false;
  Watch watch_exit;  // the watches last: they go before the descriptors
  Watch watch_output;

  /// Reads what is there; false at the end of the stream.
  bool drain() {
    std::array<char, 16384> buffer;
    while (output) {
      const ssize_t count = ::read(output.get(), buffer.data(), buffer.size());
      if (count > 0) {
        lines.feed({buffer.data(), static_cast<std::size_t>(count)});
      } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        watch_output.reset();
        output.reset();
      } else if (errno == EAGAIN) {
        return true;
      }
    }
    return false;
  }

  /// Collects the exit status where there is one.
  void reap() {
    if (status) return;
    siginfo_t info{};
    if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0) return;
    // The zombie still holds the number, so this cannot hit a group of somebody else.
    ::kill(-pid, SIGKILL);
    ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED);
    watch_exit.reset();
    status = ExitStatus{info.si_code != CLD_EXITED, info.si_status};
    drain();
    lines.finish();
    watch_output.reset();
    output.reset();
  }

  /// Waits for the end without the loop, still reading the output so that a last word does not block the program.
  void await_end(std::chrono::steady_clock::time_point deadline) {
    for (reap(); !status; reap()) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left.count() <= 0) return;
      std::array<pollfd, 2> waiting{pollfd{pidfd.get(), POLLIN, 0}, pollfd{output.get(), POLLIN, 0}};
      ::poll(waiting.data(), waiting.size(), static_cast<int>(std::min<std::int64_t>(left.count(), 60'000)));
      if (!(waiting[0].revents & POLLIN)) drain();
    }
  }
};

Process Process::start(Loop& loop, const ProcessSpec& spec, const Namespaces& namespaces, LineSink on_line) {
  auto impl = std::make_unique<Impl>(std::move(on_line));
  std::array<int, 2> ends{};
  const int piped = ::pipe2(ends.data(), O_CLOEXEC);
  const int code = errno;
  if (piped < 0) throw system_error(code, "making a pipe");
  impl->output = must_open(ends[0], "making a pipe");
  const UniqueFd output = must_open(ends[1], "making a pipe");
  ::fcntl(impl->output.get(), F_SETFL, O_NONBLOCK);  // our end only; the program's end stays as it expects it

  const UniqueFd input = input_of(spec.input);
  impl->pid = launch(spec, namespaces, {.input = input.get(), .output = output.get(), .error = output.get()});
  Process process(std::move(impl));  // from here on the child has an owner
  Impl* self = process.impl_.get();
  self->pidfd = must_open(static_cast<int>(::syscall(SYS_pidfd_open, self->pid, 0)), "opening a pidfd");
  self->watch_exit = loop.watch_readable(self->pidfd.get(), [self] { self->reap(); });
  self->watch_output = loop.watch_readable(self->output.get(), [self] { self->drain(); });
  return process;
}

Process::Process(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Process::Process(Process&&) noexcept = default;

Process& Process::operator=(Process&& other) noexcept {
  if (this != &other) {
    if (impl_) stop(default_grace);
    impl_ = std::move(other.impl_);
  }
  return *this;
}

Process::~Process() {
  if (impl_) stop(default_grace);
}

pid_t Process::pid() const { return impl_->pid; }

std::optional<ExitStatus> Process::exited() {
  impl_->reap();
  return impl_->status;
}

void Process::signal(int number) {
  if (!impl_->status) ::kill(impl_->pid, number);  // not reaped yet, so the number is still the child's
}

void Process::ask_to_stop() {
  impl_->reap();
  if (!impl_->status && !std::exchange(impl_->asked_to_stop, true)) ::kill(-impl_->pid, SIGTERM);
}

void Process::stop(std::chrono::milliseconds grace) {
  ask_to_stop();
  if (impl_->status) return;
  impl_->await_end(std::chrono::steady_clock::now() + grace);
  if (impl_->status) return;
  ::kill(-impl_->pid, SIGKILL);
  impl_->await_end(std::chrono::steady_clock::time_point::max());
}

}  // namespace useipsec
