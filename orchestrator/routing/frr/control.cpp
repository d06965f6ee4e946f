#include "routing/frr/control.h"

#include <fmt/format.h>

#include "base/unix_stream.h"

namespace useipsec {
namespace {

constexpr std::size_t trailer = 4;

Result<std::string> converse(const UnixStream& stream, std::string_view command) {
  std::string words(command);
  words.push_back('\0');
  if (auto sent = stream.send(words); !sent) return failure(sent.error());
  VtyAnswer answer;
  for (;;) {
    const auto bytes = stream.receive();
    if (!bytes) return failure(bytes.error());
    if (answer.feed(*bytes)) break;
  }
  if (!answer.understood()) return failure(Error(answer.text()));
  return answer.text();
}

Result<std::string> ask(const std::string& path, std::string_view command, UnixStream::Clock::time_point until) {
  const auto stream = UnixStream::connect(path, until);
  if (!stream) return failure(stream.error());
  if (auto enabled = converse(*stream, "enable"); !enabled) return enabled;
  return converse(*stream, command);
}

}  // namespace

bool VtyAnswer::feed(std::string_view bytes) {
  bytes_ += bytes;
  return bytes_.size() >= trailer &&
         bytes_.compare(bytes_.size() - trailer, trailer - 1, std::string(trailer - 1, '\0')) == 0;
}

std::string VtyAnswer::text() const { return bytes_.substr(0, bytes_.size() - trailer); }

Result<std::string> ask_frr(const std::string& path, std::string_view command, std::chrono::milliseconds deadline) {
  auto answer = ask(path, command, UnixStream::Clock::now() + deadline);
  if (!answer) return failure(answer.error().within(fmt::format("asking FRR to \"{}\"", command)));
  return answer;
}

}  // namespace useipsec
