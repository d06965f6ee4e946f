#include "inside/letter_box.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/error.h"
#include "base/unique_fd.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

fs::path numbered(const fs::path& box, std::uint64_t number) { return box / std::to_string(number); }

}  // namespace

void LetterWriter::put(const Letter& letter) {
  const auto file = numbered(box_, next_);
  const auto draft = file.string() + ".draft";
  const auto bytes = to_bytes(letter);
  {
    const UniqueFd fd(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    int code = errno;
    if (!fd) throw system_error(code, "writing " + draft);
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t count = ::write(fd.get(), bytes.data() + done, bytes.size() - done);
      code = errno;
      if (count < 0 && code == EINTR) continue;
      if (count < 0) throw system_error(code, "writing " + draft);
      done += static_cast<std::size_t>(count);
    }
  }
  const int renamed = ::rename(draft.c_str(), file.c_str());
  const int code = errno;
  if (renamed < 0) throw system_error(code, "writing " + file.string());
  ++next_;
}

bool LetterWriter::has_room() {
  struct stat about {};
  while (oldest_ < next_ && ::stat(numbered(box_, oldest_).c_str(), &about) < 0 && errno == ENOENT) ++oldest_;
  return next_ - oldest_ < letters_on_the_way;
}

std::optional<Letter> LetterReader::look() {
  const auto file = numbered(box_, next_);
  const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  int code = errno;
  if (!fd && code == ENOENT) return std::nullopt;
  if (!fd) throw system_error(code, "reading " + file.string());
  std::string bytes;
  std::array<char, 16384> buffer;
  for (;;) {
    const ssize_t count = ::read(fd.get(), buffer.data(), buffer.size());
    code = errno;
    if (count < 0 && code == EINTR) continue;
    if (count < 0) throw system_error(code, "reading " + file.string());
    if (count == 0) break;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
  }
  return letter_of(std::move(bytes));
}

void LetterReader::take() {
  ::unlink(numbered(box_, next_).c_str());
  ++next_;
}

}  // namespace useipsec
