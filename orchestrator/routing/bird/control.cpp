#include "routing/bird/control.h"

#include <fmt/format.h>

#include <cctype>
#include <utility>

#include "base/unix_stream.h"

namespace useipsec {
namespace {

bool has_code(std::string_view line) {
  if (line.size() < 4) return false;
  for (int i = 0; i < 4; ++i)
    if (std::isdigit(static_cast<unsigned char>(line[i])) == 0) return false;
  return line.size() == 4 || line[4] == ' ' || line[4] == '-';
}

Result<std::vector<BirdLine>> read_reply(const UnixStream& stream, BirdReply& reply) {
  if (reply.feed("")) return reply.take();
  for (;;) {
    const auto bytes = stream.receive();
    if (!bytes) return failure(bytes.error());
    if (reply.feed(*bytes)) return reply.take();
  }
}

Result<std::string> converse(const std::string& path, std::string_view command, UnixStream::Clock::time_point until) {
  const auto stream = UnixStream::connect(path, until);
  if (!stream) return failure(stream.error());
  BirdReply reply;
  if (auto greeting = read_reply(*stream, reply); !greeting) return failure(greeting.error().within("greeting"));
  if (auto sent = stream->send(fmt::format("{}\n", command)); !sent) return failure(sent.error());
  auto lines = read_reply(*stream, reply);
  if (!lines) return failure(lines.error());
  std::string text;
  for (const auto& entry : *lines) {
    if (entry.code >= 8000) return failure(Error(entry.text));
    if (entry.code != 0) text += entry.text + "\n";
  }
  return text;
}

}  // namespace

bool BirdReply::feed(std::string_view bytes) {
  pending_ += bytes;
  while (!complete_) {
    const auto end = pending_.find('\n');
    if (end == std::string::npos) break;
    const auto line = pending_.substr(0, end);
    pending_.erase(0, end + 1);
    if (has_code(line)) {
      lines_.push_back({std::stoi(line.substr(0, 4)), line.size() > 5 ? line.substr(5) : ""});
      complete_ = line.size() == 4 || line[4] == ' ';
    } else if (!line.empty() && (line[0] == ' ' || line[0] == '+')) {  // '+': a line that was not asked for
      if (line[0] == ' ') lines_.push_back({lines_.empty() ? 0 : lines_.back().code, line.substr(1)});
    }
  }
  return complete_;
}

std::vector<BirdLine> BirdReply::take() {
  complete_ = false;
  return std::exchange(lines_, {});
}

Result<std::string> ask_bird(const std::string& path, std::string_view command, std::chrono::milliseconds deadline) {
  auto answer = converse(path, command, UnixStream::Clock::now() + deadline);
  if (!answer) return failure(answer.error().within(fmt::format("asking BIRD to \"{}\"", command)));
  return answer;
}

}  // namespace useipsec
