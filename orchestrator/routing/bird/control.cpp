#include "routing/bird/control.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/unique_fd.h"

namespace useipsec {
namespace {

using Clock = std::chrono::steady_clock;

bool has_code(std::string_view line) {
  if (line.size() < 4) return false;
  for (int i = 0; i < 4; ++i)
    if (std::isdigit(static_cast<unsigned char>(line[i])) == 0) return false;
  return line.size() == 4 || line[4] == ' ' || line[4] == '-';
}

Result<void> wait_for(int fd, short events, Clock::time_point until) {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    if (left <= 0) return failure(Error("no answer in time", ExitCode::deadline));
    pollfd entry{fd, events, 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(left));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return failure(system_error(errno, "poll"));
  }
}

Result<std::vector<BirdLine>> read_reply(int fd, BirdReply& reply, Clock::time_point until) {
  if (reply.feed("")) return reply.take();
  std::array<char, 4096> buffer;
  for (;;) {
    if (auto ready = wait_for(fd, POLLIN, until); !ready) return failure(ready.error());
    const auto got = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (got < 0) {
      const int code = errno;
      if (code == EAGAIN || code == EINTR) continue;
      return failure(system_error(code, "recv"));
    }
    if (got == 0) return failure(Error("BIRD closed the control socket"));
    if (reply.feed({buffer.data(), static_cast<std::size_t>(got)})) return reply.take();
  }
}

Result<std::string> converse(const std::string& path, std::string_view command, Clock::time_point until) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return failure(Error(fmt::format("\"{}\" is too long for a socket address", path)));
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return failure(system_error(errno, "socket"));
  // A Unix stream socket connects at once or not at all: EAGAIN means the daemon's queue is full.
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return failure(system_error(errno, fmt::format("connecting to {}", path)));
  BirdReply reply;
  if (auto greeting = read_reply(fd.get(), reply, until); !greeting)
    return failure(greeting.error().within("greeting"));
  std::string line(command);
  line += '\n';
  for (std::size_t sent = 0; sent < line.size();) {
    if (auto ready = wait_for(fd.get(), POLLOUT, until); !ready) return failure(ready.error());
    const auto wrote = ::send(fd.get(), line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (wrote < 0) {
      const int code = errno;
      if (code == EAGAIN || code == EINTR) continue;
      return failure(system_error(code, "send"));
    }
    sent += static_cast<std::size_t>(wrote);
  }
  auto lines = read_reply(fd.get(), reply, until);
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
  auto answer = converse(path, command, Clock::now() + deadline);
  if (!answer) return failure(answer.error().within(fmt::format("asking BIRD to \"{}\"", command)));
  return answer;
}

}  // namespace useipsec
