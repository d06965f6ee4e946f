#include "inside/agent_session.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string>

namespace useipsec {

namespace {

/// One read's worth: small, so that a guest's slow line is shared fairly.
constexpr std::size_t chunk = 4096;

void make_non_blocking(int fd) {
  if (fd >= 0) ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
}

}  // namespace

AgentSession::AgentSession(Loop& loop, NodeProgram program, std::function<void(FrameKind, std::string)> send, std::function<void()> on_ended)
    : loop_(loop), program_(std::move(program)), send_(std::move(send)), on_ended_(std::move(on_ended)) {
  make_non_blocking(program_.output.get());
  make_non_blocking(program_.error.get());
  input_ = std::make_unique<WriteQueue>(loop, std::move(program_.input), [this](std::size_t count) { send_(FrameKind::credit, std::to_string(count)); });
  life_.reset(static_cast<int>(::syscall(SYS_pidfd_open, program_.pid, 0)));
  watch_life_ = loop.watch_readable(life_.get(), [this] { ended(); });
  watch_streams();
}

AgentSession::~AgentSession() {
  if (program_.pid <= 0) return;
  watch_life_.reset();
  ::kill(-program_.pid, SIGHUP);
  ::kill(-program_.pid, SIGCONT);
  // A program that ignores it stays, as after a terminal's hang-up, and ends with the lab at the latest.
}

void AgentSession::watch_streams() {
  if (untaken_ >= session_window) {
    watch_output_.reset();
    watch_error_.reset();
    return;
  }
  const auto room = [this] { return std::min(chunk, session_window - std::min(session_window, untaken_)); };
  if (program_.output && !watch_output_) {
    watch_output_ = loop_.watch_readable(program_.output.get(), [this, room] {
      if (!pass_on(program_.output.get(), FrameKind::output, room())) watch_output_.reset(), program_.output.reset();
      if (untaken_ >= session_window) watch_streams();
    });
  }
  if (program_.error && !watch_error_) {
    watch_error_ = loop_.watch_readable(program_.error.get(), [this, room] {
      if (!pass_on(program_.error.get(), FrameKind::error_output, room())) watch_error_.reset(), program_.error.reset();
      if (untaken_ >= session_window) watch_streams();
    });
  }
}

bool AgentSession::pass_on(int fd, FrameKind kind, std::size_t at_most) {
  if (at_most == 0) return true;
  std::array<char, chunk> buffer;
  const ssize_t count = ::read(fd, buffer.data(), at_most);
  if (count < 0) return errno == EAGAIN || errno == EINTR;  // EIO: nobody has the terminal open any more
  if (count == 0) return false;
  untaken_ += static_cast<std::size_t>(count);
  send_(kind, std::string(buffer.data(), static_cast<std::size_t>(count)));
  return true;
}

void AgentSession::drain(UniqueFd& fd, FrameKind kind) {
  // What a pipe or terminal holds at its program's end, and no more: a grandchild may go on writing for ever.
  for (std::size_t n = 0; fd && n < 2 * session_window / chunk; ++n) {
    const auto before = untaken_;
    if (!pass_on(fd.get(), kind, chunk) || untaken_ == before) return;
  }
}

void AgentSession::take(const Frame& frame) {
  switch (frame.kind) {
    case FrameKind::input: input_->push(frame.payload); break;
    case FrameKind::end_input: input_->finish(); break;
    case FrameKind::signal: ::kill(-program_.pid, std::stoi(frame.payload)); break;
    case FrameKind::credit:
      untaken_ -= std::min(untaken_, static_cast<std::size_t>(std::stoul(frame.payload)));
      watch_streams();
      break;
    case FrameKind::resize: {
      winsize size{};
      if (std::sscanf(frame.payload.c_str(), "%hu %hu", &size.ws_row, &size.ws_col) == 2 && program_.output) ::ioctl(program_.output.get(), TIOCSWINSZ, &size);
      break;
    }
    default: break;
  }
}

void AgentSession::ended() {
  int status = 0;
  if (::waitpid(program_.pid, &status, WNOHANG) != program_.pid) return;
  program_.pid = -1;
  watch_life_.reset();
  watch_output_.reset();
  watch_error_.reset();
  drain(program_.output, FrameKind::output);
  drain(program_.error, FrameKind::error_output);
  send_(FrameKind::exit, std::to_string(WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status)));
  on_ended_();
}

}  // namespace useipsec
