#include "inside/program_session.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/error.h"

namespace useipsec {

namespace {

/// What is read at a program's end, at most: a pipe or a terminal holds less, but a grandchild may go on writing for
/// ever.
constexpr std::size_t last_words = std::size_t{1} << 20U;

}  // namespace

ProgramSession::ProgramSession(Loop& loop, const VisitFolder& visit, AttachedProcess process)
    : loop_(loop),
      process_(std::move(process)),
      input_(visit.input()),
      control_(visit.control()),
      output_(visit.output()),
      terminal_(!process_.error) {
  watch_life_ = loop_.watch_readable(process_.life(), [this] { guarded([this] { ended(); }); });
  look();
}

void ProgramSession::guarded(const std::function<void()>& work) {
  try {
    if (!over_) work();
  } catch (const Error&) {
    hang_up();
  }
}

void ProgramSession::hang_up() {
  if (alone_ || over_) return;
  alone_ = true;
  watch_input_.reset();
  watch_output_.reset();
  watch_error_.reset();
  process_.signal(SIGHUP);
  process_.signal(SIGCONT);  // a stopped program hears nothing until it goes on
  process_.input.reset();
  process_.output.reset();
  process_.error.reset();
  ended();
}

void ProgramSession::look() {
  if (alone_) return;
  guarded([this] {
    take_control();
    take_input();
    watch_output();
  });
}

void ProgramSession::take_control() {
  while (const auto letter = control_.look()) {
    control_.take();
    if (letter->kind == LetterKind::signal) process_.signal(number_in(*letter));
    if (letter->kind == LetterKind::resize) process_.resize(size_in(*letter));
  }
}

void ProgramSession::take_input() {
  while (unwritten_.empty()) {
    auto letter = input_.look();
    if (!letter) return;
    input_.take();
    if (letter->kind == LetterKind::end_of_input && !terminal_) process_.input.reset();
    if (letter->kind != LetterKind::input || !process_.input)
      continue;  // a program that has closed its input hears nothing
    unwritten_ = std::move(letter->body);
    write_input();
  }
}

void ProgramSession::write_input() {
  while (!unwritten_.empty()) {
    const ssize_t count = ::write(process_.input.get(), unwritten_.data(), unwritten_.size());
    const int code = errno;
    if (count > 0) unwritten_.erase(0, static_cast<std::size_t>(count));
    if (count >= 0 || code == EINTR) continue;
    if (code == EAGAIN) {
      if (!watch_input_) {
        watch_input_ = loop_.watch_writable(process_.input.get(), [this] {
          watch_input_.reset();
          guarded([this] {
            write_input();
            take_input();
          });
        });
      }
      return;
    }
    unwritten_.clear();
    process_.input.reset();
  }
}

void ProgramSession::watch_output() {
  const bool room = output_.has_room();
  const auto settle = [&](Watch& watch, UniqueFd& stream, LetterKind kind) {
    if (!room || !stream) return watch.reset();
    if (watch) return;
    watch = loop_.watch_readable(stream.get(), [this, &watch, &stream, kind] {
      guarded([&] {
        bool read = false;
        if (!pass_on(stream, kind, read)) {
          watch.reset();
          stream.reset();
        }
        if (!output_.has_room()) watch_output();
      });
    });
  };
  settle(watch_output_, process_.output, LetterKind::output);
  settle(watch_error_, process_.error, LetterKind::error);
}

bool ProgramSession::pass_on(UniqueFd& stream, LetterKind kind, bool& read) {
  std::string bytes(letter_bytes, '\0');
  const ssize_t count = ::read(stream.get(), bytes.data(), bytes.size());
  if (count < 0) return errno == EAGAIN || errno == EINTR;  // EIO: nobody has the terminal open any more
  if (count == 0) return false;
  read = true;
  bytes.resize(static_cast<std::size_t>(count));
  output_.put({.kind = kind, .body = std::move(bytes)});
  return true;
}

void ProgramSession::drain(UniqueFd& stream, LetterKind kind) {
  for (std::size_t n = 0; stream && n < last_words / letter_bytes; ++n) {
    bool read = false;
    if (!pass_on(stream, kind, read) || !read) return;
  }
}

void ProgramSession::ended() {
  const auto status = process_.exited();
  if (!status) return;
  over_ = true;
  watch_life_.reset();
  if (alone_) return;
  watch_input_.reset();
  watch_output_.reset();
  watch_error_.reset();
  drain(process_.output, LetterKind::output);
  drain(process_.error, LetterKind::error);
  output_.put({.kind = LetterKind::exit, .body = std::to_string(status->signaled ? 128 + status->code : status->code)});
}

}  // namespace useipsec
