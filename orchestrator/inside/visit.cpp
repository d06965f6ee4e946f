#include "inside/visit.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"
#include "inside/frame_channel.h"
#include "proc/loop.h"

using namespace std::chrono_literals;

namespace useipsec {

namespace {

constexpr auto for_ever = 365 * 24h;

/// The terminal passes every key through; as before when this goes.
class RawTerminal {
 public:
  RawTerminal() {
    ::tcgetattr(STDIN_FILENO, &before_);
    termios raw = before_;
    ::cfmakeraw(&raw);
    ::tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
  }
  ~RawTerminal() { ::tcsetattr(STDIN_FILENO, TCSADRAIN, &before_); }
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;

 private:
  termios before_{};
};

/// Regular files and /dev/null are always ready and cannot be watched (epoll_ctl(2), EPERM).
bool can_be_watched(int fd) {
  const UniqueFd poll(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{};
  return ::epoll_ctl(poll.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

class Visit {
 public:
  Visit(UniqueFd gate, const ProgramRequest& request) : terminal_(request.terminal) {
    sigset_t mask;
    ::sigemptyset(&mask);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH}) ::sigaddset(&mask, number);
    ::sigprocmask(SIG_BLOCK, &mask, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    signals_.reset(::signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK));
    channel_ = std::make_unique<FrameChannel>(loop_, std::move(gate), FrameChannel::Sending::queued, [this](Frame& frame) { take(frame); },
                                              [this] { end(125, "the lab has ended"); });
    watch_signals_ = loop_.watch_readable(signals_.get(), [this] { pass_signal_on(); });
    channel_->send({.kind = FrameKind::open, .session = 0, .payload = to_text(request)});
    if (terminal_) raw_.emplace();
    watchable_ = can_be_watched(STDIN_FILENO);
    pump_input();
  }

  int wait() {
    loop_.wait([this] { return code_ ? Tri::holds : Tri::not_yet; }, Loop::Clock::now() + for_ever);
    watch_input_.reset();
    raw_.reset();
    if (!why_.empty()) fmt::print(stderr, "useipsec: {}\n", why_);
    return code_.value_or(125);
  }

 private:
  void end(int code, const std::string& why = "") {
    if (code_) return;
    code_ = code;
    why_ = why;
  }

  void take(const Frame& frame) {
    switch (frame.kind) {
      case FrameKind::output: return print(STDOUT_FILENO, frame.payload);
      case FrameKind::error_output: return print(STDERR_FILENO, frame.payload);
      case FrameKind::exit: return end(std::stoi(frame.payload));
      case FrameKind::refused: return end(std::stoi(frame.payload), frame.payload.substr(frame.payload.find(' ') + 1));
      case FrameKind::credit:
        untaken_ -= std::min(untaken_, static_cast<std::size_t>(std::stoul(frame.payload)));
        return pump_input();
      default: return;
    }
  }

  void print(int fd, std::string_view bytes) {
    const auto size = bytes.size();
    while (!bytes.empty()) {
      const ssize_t count = ::write(fd, bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return end(128 + SIGPIPE);  // nobody reads: as if the program itself had been told
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    channel_->send({.kind = FrameKind::credit, .session = 0, .payload = std::to_string(size)});
  }

  void pass_signal_on() {
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
      if (info.ssi_signo == SIGWINCH) {
        winsize size{};
        if (terminal_ && ::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0) channel_->send({.kind = FrameKind::resize, .session = 0, .payload = fmt::format("{} {}", size.ws_row, size.ws_col)});
        continue;
      }
      channel_->send({.kind = FrameKind::signal, .session = 0, .payload = std::to_string(info.ssi_signo)});
      if (info.ssi_signo == SIGHUP) end(128 + SIGHUP);
    }
  }

  /// Reads as long as the program takes it; a file at once, all else when it is ready.
  void pump_input() {
    if (input_ended_) return;
    if (untaken_ >= session_window) return watch_input_.reset();
    if (watchable_) {
      if (!watch_input_) watch_input_ = loop_.watch_readable(STDIN_FILENO, [this] { read_input(); });
      return;
    }
    while (!input_ended_ && untaken_ < session_window) read_input();
  }

  void read_input() {
    std::array<char, 4096> buffer;
    const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) return;
    if (count <= 0) {
      input_ended_ = true;
      watch_input_.reset();
      channel_->send({.kind = FrameKind::end_input});
      return;
    }
    untaken_ += static_cast<std::size_t>(count);
    channel_->send({.kind = FrameKind::input, .session = 0, .payload = std::string(buffer.data(), static_cast<std::size_t>(count))});
    if (untaken_ >= session_window && watchable_) watch_input_.reset();
  }

  Loop loop_;
  bool terminal_, watchable_ = true, input_ended_ = false;
  std::size_t untaken_ = 0;
  std::optional<int> code_;
  std::string why_;
  UniqueFd signals_;
  std::unique_ptr<FrameChannel> channel_;
  std::optional<RawTerminal> raw_;
  Watch watch_signals_, watch_input_;
};

}  // namespace

int visit(UniqueFd gate, ProgramRequest request) {
  if (winsize size{}; request.terminal && ::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0) {
    request.rows = size.ws_row;
    request.columns = size.ws_col;
  }
  return Visit(std::move(gate), request).wait();
}

void say_stop(UniqueFd gate) {
  Loop loop;
  bool closed = false;
  FrameChannel channel(loop, std::move(gate), FrameChannel::Sending::queued, [](Frame&) {}, [&] { closed = true; });
  channel.send({.kind = FrameKind::stop});
  loop.wait([&] { return closed ? Tri::holds : Tri::not_yet; }, Loop::Clock::now() + 60s);
}

}  // namespace useipsec
