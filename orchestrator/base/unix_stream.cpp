#include "base/unix_stream.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace useipsec {

Result<UnixStream> UnixStream::connect(const std::string& path, Clock::time_point until) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path)
    return failure(Error(fmt::format("\"{}\" is too long for a socket address", path)));
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) return failure(system_error(errno, "socket"));
  // A Unix stream socket connects at once or not at all: EAGAIN means the daemon's queue is full.
  const int status = ::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int code = errno;
  if (status != 0) return failure(system_error(code, fmt::format("connecting to {}", path)));
  return UnixStream(std::move(fd), until);
}

Result<void> UnixStream::wait(short events) const {
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until_ - Clock::now()).count();
    if (left <= 0) return failure(Error("no answer in time", ExitCode::deadline));
    pollfd entry{fd_.get(), events, 0};
    const int ready = ::poll(&entry, 1, static_cast<int>(left));
    if (ready > 0) return {};
    if (ready < 0 && errno != EINTR) return failure(system_error(errno, "poll"));
  }
}

Result<void> UnixStream::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    if (auto ready = wait(POLLOUT); !ready) return ready;
    const auto wrote = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    const int code = errno;
    if (wrote < 0 && code != EAGAIN && code != EINTR) return failure(system_error(code, "send"));
    if (wrote > 0) bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  return {};
}

Result<std::string> UnixStream::receive() const {
  std::array<char, 4096> buffer{};
  for (;;) {
    if (auto ready = wait(POLLIN); !ready) return failure(ready.error());
    const auto got = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    const int code = errno;
    if (got > 0) return std::string(buffer.data(), static_cast<std::size_t>(got));
    if (got == 0) return failure(Error("the other side closed the control socket"));
    if (code != EAGAIN && code != EINTR) return failure(system_error(code, "recv"));
  }
}

}  // namespace useipsec
