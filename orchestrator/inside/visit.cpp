#include "inside/visit.h"

#include <fcntl.h>
#include <fmt/format.h>
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
#include <cstdlib>
#include <optional>

#include "base/error.h"
#include "base/files.h"
#include "inside/letter_box.h"
#include "inside/visit_folder.h"
#include "proc/folder_watch.h"

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace useipsec {

namespace {

/// How long the last letter of a lab that is let go may take.
constexpr auto farewell = 3s;
/// So many requests to end in a row, and a visitor leaves a program that does not listen.
constexpr int patience = 3;

void must(int status, const std::string& what) {
  const int code = errno;
  if (status < 0) throw system_error(code, what);
}

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

/// Files and /dev/null are always ready and cannot be watched (epoll_ctl(2), EPERM).
bool can_be_watched(int fd) {
  const UniqueFd poll(::epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{};
  return ::epoll_ctl(poll.get(), EPOLL_CTL_ADD, fd, &event) == 0;
}

/// A visit's folder, made whole before the lab sees it and taken away with this object.
class OwnFolder {
 public:
  OwnFolder(const fs::path& inside, const ProgramRequest& request) {
    auto draft = (inside / "draft.XXXXXX").string();
    must(::mkdtemp(draft.data()) == nullptr ? -1 : 0, "making a folder in " + inside.string());
    visit_.path = draft;
    for (const auto& box : {visit_.input(), visit_.control(), visit_.output()})
      must(::mkdir(box.c_str(), 0700), "making " + box.string());
    write_text(visit_.request(), to_text(request));
    must(::mkfifo(visit_.life().c_str(), 0600), "making " + visit_.life().string());
    life_.reset(
        ::open(visit_.life().c_str(), O_RDWR | O_CLOEXEC));  // for both directions: nobody need read yet (fifo(7))
    must(life_.get(), "opening " + visit_.life().string());
  }
  ~OwnFolder() { remove_visit(visit_); }
  OwnFolder(const OwnFolder&) = delete;
  OwnFolder& operator=(const OwnFolder&) = delete;

  /// From here on the lab sees it.
  void show() {
    const auto name = visit_.path.filename().string();
    const auto shown = visit_.path.parent_path() / ("visit-" + name.substr(name.find('.') + 1));
    must(::rename(visit_.path.c_str(), shown.c_str()), "showing the visit");
    visit_.path = shown;
  }
  const VisitFolder& folder() const { return visit_; }

 private:
  VisitFolder visit_;
  UniqueFd life_;
};

class Visit {
 public:
  Visit(const KnownLab& lab, UniqueFd life, const ProgramRequest& request)
      : lab_(lab), request_(request), life_(std::move(life)), folder_(inside_folder(lab.state->run), request) {
    block_signals();
    folders_.add(folder_.folder().input(), FolderInterest::going);
    folders_.add(folder_.folder().output(), FolderInterest::coming);
    lab_number_ = folders_.add(lab.folder);
    folder_.show();
    input_.emplace(folder_.folder().input());
    control_.emplace(folder_.folder().control());
    output_.emplace(folder_.folder().output());
    watch_life_ = loop_.watch_readable(life_.get(), [this] {
      watch_life_.reset();
      farewell_at_ = std::min(farewell_at_, Loop::Clock::now());
    });
    watch_signals_ = loop_.watch_readable(signals_.get(), [this] { pass_signals_on(); });
    if (request.terminal) raw_.emplace();
    watchable_ = can_be_watched(STDIN_FILENO);
  }

  int stay() {
    expect_held();
    move_letters();
    for (;;) {
      const auto until = farewell_at_;
      const auto ended = [&] { return code_ ? Tri::holds : farewell_at_ != until ? Tri::impossible : Tri::not_yet; };
      if (loop_.wait(ended, std::min(until, Loop::Clock::now() + for_ever)) == WaitResult::holds) break;
      take_letters();  // what was said before the lab went
      if (!code_ && Loop::Clock::now() >= farewell_at_) break;
    }
    watch_input_.reset();
    raw_.reset();
    if (code_ && !why_.empty()) fmt::print(stderr, "useipsec: {}\n", why_);
    if (!code_)
      throw Error(fmt::format("the lab {} is gone; what ran in {} has ended with it", lab_.name, request_.node));
    return *code_;
  }

 private:
  void block_signals() {
    sigset_t mask;
    ::sigemptyset(&mask);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH}) ::sigaddset(&mask, number);
    ::sigprocmask(SIG_BLOCK, &mask, nullptr);
    ::signal(SIGPIPE, SIG_IGN);
    signals_.reset(::signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK));
    must(signals_.get(), "making a signalfd");
  }

  /// Something was said, taken, or has become of the lab.
  void hear(const std::vector<FolderChange>& changes) {
    if (std::any_of(changes.begin(), changes.end(),
                    [this](const auto& change) { return change.folder == lab_number_; }))
      expect_held();
    move_letters();
  }

  void move_letters() {
    take_letters();
    if (!code_) pump_input();
  }

  /// A lab that is let go has not long to say its last.
  void expect_held() {
    const auto now = known_lab(lab_.folder);
    if (now && now->state && now->state->case_id == request_.case_id && now->state->phase == LabPhase::held) return;
    farewell_at_ = std::min(farewell_at_, Loop::Clock::now() + farewell);
  }

  void take_letters() {
    while (!code_) {
      const auto letter = output_->look();
      if (!letter) return;
      switch (letter->kind) {
        case LetterKind::output:
          print(STDOUT_FILENO, letter->body);
          break;
        case LetterKind::error:
          print(STDERR_FILENO, letter->body);
          break;
        case LetterKind::exit:
          code_ = number_in(*letter);
          break;
        case LetterKind::refused:
          code_ = number_in(*letter);
          why_ = letter->body.substr(letter->body.find(' ') + 1);
          break;
        default:
          break;
      }
      output_->take();
    }
  }

  void print(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::write(fd, bytes.data(), bytes.size());
      const int code = errno;
      if (count < 0 && code == EINTR) continue;
      if (count < 0 && code == EAGAIN) {  // a descriptor that somebody else made non-blocking
        fd_wait(fd);
        continue;
      }
      if (count < 0) {  // nobody reads: as if the program itself had been told
        code_ = 128 + SIGPIPE;
        return;
      }
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }

  static void fd_wait(int fd) {
    fd_set set;
    FD_ZERO(&set);
    FD_SET(fd, &set);
    ::select(fd + 1, nullptr, &set, nullptr, nullptr);
  }

  void pass_signals_on() {
    signalfd_siginfo info{};
    while (::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
      const int number = static_cast<int>(info.ssi_signo);
      if (number == SIGWINCH) {
        if (const auto size = terminal_size(); size && request_.terminal)
          control_->put({.kind = LetterKind::resize, .body = size_text(*size)});
        continue;
      }
      control_->put({.kind = LetterKind::signal, .body = std::to_string(number)});
      const bool wants_an_end = number == SIGINT || number == SIGTERM || number == SIGQUIT;
      if (number == SIGHUP || (wants_an_end && ++requests_to_end_ >= patience)) code_ = 128 + number;
    }
  }

  /// Reads as long as there is room; a file at once, all else when it is ready.
  void pump_input() {
    if (input_ended_) return;
    if (!watchable_) {
      while (!input_ended_ && input_->has_room()) read_input();
      return;
    }
    if (!input_->has_room()) return watch_input_.reset();
    if (!watch_input_) watch_input_ = loop_.watch_readable(STDIN_FILENO, [this] { read_input(); });
  }

  void read_input() {
    std::string bytes(letter_bytes, '\0');
    const ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    const int code = errno;
    if (count < 0 && (code == EINTR || code == EAGAIN)) return;
    if (count <= 0) {
      input_ended_ = true;
      watch_input_.reset();
      input_->put({.kind = LetterKind::end_of_input});
      return;
    }
    bytes.resize(static_cast<std::size_t>(count));
    input_->put({.kind = LetterKind::input, .body = std::move(bytes)});
    if (watchable_ && !input_->has_room()) watch_input_.reset();
  }

  const KnownLab& lab_;
  const ProgramRequest& request_;
  Loop loop_;
  UniqueFd life_, signals_;
  OwnFolder folder_;
  std::optional<LetterWriter> input_, control_;
  std::optional<LetterReader> output_;
  bool watchable_ = true, input_ended_ = false;
  int lab_number_ = -1, requests_to_end_ = 0;
  std::optional<int> code_;
  std::string why_;
  Loop::Clock::time_point farewell_at_ = Loop::Clock::time_point::max();
  std::optional<RawTerminal> raw_;
  FolderWatch folders_{loop_, [this](const auto& changes) { hear(changes); }};
  Watch watch_life_, watch_signals_, watch_input_;
};

}  // namespace

std::optional<TerminalSize> terminal_size() {
  winsize size{};
  if (::ioctl(STDIN_FILENO, TIOCGWINSZ, &size) < 0) return std::nullopt;
  return size.ws_row > 0 && size.ws_col > 0 ? TerminalSize{.rows = size.ws_row, .columns = size.ws_col}
                                            : TerminalSize{};
}

int visit(const KnownLab& lab, const ProgramRequest& request) {
  // Where the caller closed a standard stream, the next descriptor of ours would be taken for it.
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(stream, F_GETFD) < 0 && ::open("/dev/null", O_RDWR) != stream)
      throw Error("opening /dev/null in a closed stream's place");
  }
  auto life = holder_life(lab);
  if (!life) throw Error(fmt::format("the lab {} has ended without a word", lab.name), ExitCode::invalid);
  return Visit(lab, std::move(life), request).stay();
}

}  // namespace useipsec
