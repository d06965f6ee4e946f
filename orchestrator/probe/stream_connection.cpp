#include "probe/stream_connection.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include "base/error.h"

namespace useipsec {

UniqueFd open_stream(Family family, int protocol) {
  UniqueFd fd(::socket(socket_family(family), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
  const int code = errno;
  if (fd) return fd;
  if (code == EPROTONOSUPPORT)
    throw Error(fmt::format("this kernel has no protocol {}: {}", protocol, system_error(code, "socket").what()),
                ExitCode::precondition);
  throw system_error(code, "socket");
}

void bind_stream(int fd, const SocketEndpoint& local) {
  const SocketAddress address(local);
  if (::bind(fd, address.get(), address.length) == 0) return;
  const int code = errno;
  throw system_error(code, fmt::format("bind {} port {}", local.address.str(), local.port));
}

void bind_addresses(int fd, std::span<const Address> addresses) {
  constexpr int add_addresses = 100;  // SCTP_SOCKOPT_BINDX_ADD, linux/sctp.h
  std::string packed;
  for (const auto& each : addresses) {
    const SocketAddress address({.address = each});
    packed.append(reinterpret_cast<const char*>(address.get()), address.length);
  }
  if (::setsockopt(fd, IPPROTO_SCTP, add_addresses, packed.data(), static_cast<socklen_t>(packed.size())) == 0) return;
  const int code = errno;
  std::vector<std::string> words;
  for (const auto& each : addresses) words.push_back(each.str());
  throw system_error(code, fmt::format("sctp_bindx {}", fmt::join(words, ", ")));
}

void listen_at(int fd, const SocketEndpoint& local) {
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (local.address.family() == Family::v6) ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
  bind_stream(fd, local);
  constexpr int backlog = 64;
  if (::listen(fd, backlog) == 0) return;
  const int code = errno;
  throw system_error(code, "listen");
}

StreamConnection::StreamConnection(Loop& loop, UniqueFd fd, bool connecting, Events events)
    : events_(std::move(events)), fd_(std::move(fd)), epoll_(::epoll_create1(EPOLL_CLOEXEC)), connecting_(connecting) {
  const int code = errno;
  if (!epoll_) throw system_error(code, "epoll_create1");
  const linger reset{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(fd_.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
  epoll_event event{.events = EPOLLIN | EPOLLOUT, .data = {}};
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd_.get(), &event) != 0) throw system_error(errno, "epoll_ctl");
  watch_ = loop.watch_readable(epoll_.get(), [this] { drain(); });
}

UniqueFd StreamConnection::release() {
  watch_.reset();
  return std::exchange(broken_, true) ? UniqueFd() : std::move(fd_);
}

void StreamConnection::watch_for(bool writable) {
  epoll_event event{.events = EPOLLIN | (writable ? std::uint32_t{EPOLLOUT} : 0U), .data = {}};
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd_.get(), &event);
}

void StreamConnection::write(std::string line, std::function<void()> taken) {
  if (broken_) return;
  pending_.push_back({.bytes = std::move(line) + '\n', .taken = std::move(taken)});
  if (!connecting_) flush();
}

void StreamConnection::drain() {
  if (broken_) return;
  if (connecting_) finish_connect();
  if (connecting_ || broken_) return;
  read();
  if (!broken_) flush();
}

bool StreamConnection::at_rest() {
  if (is_ended()) return true;
  int unacknowledged = 0;
  return ::ioctl(fd_.get(), SIOCOUTQ, &unacknowledged) != 0 || unacknowledged == 0;  // SCTP has no such call
}

int StreamConnection::standing_error() {
  int code = 0;
  socklen_t length = sizeof(code);
  ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &code, &length);
  return code;
}

void StreamConnection::finish_connect() {
  epoll_event ready{};
  if (::epoll_wait(epoll_.get(), &ready, 1, 0) <= 0) return;
  const int code = standing_error();
  if (code != 0) return fail("connect", code);
  connecting_ = false;
  events_.connected();
}

void StreamConnection::flush() {
  while (!pending_.empty()) {
    auto& front = pending_.front();
    const auto written = ::send(fd_.get(), front.bytes.data(), front.bytes.size(), MSG_NOSIGNAL);
    const int code = errno;
    if (written < 0 && code == EAGAIN) break;
    if (written < 0) return fail("send", code);
    front.bytes.erase(0, static_cast<std::size_t>(written));
    if (!front.bytes.empty()) break;
    const auto taken = std::move(front.taken);
    pending_.pop_front();
    taken();
  }
  watch_for(!pending_.empty());
}

void StreamConnection::read() {
  std::array<char, 16384> buffer;
  for (;;) {
    const auto length = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
    const int code = errno;
    if (length < 0 && code == EAGAIN) return;
    if (length <= 0) return fail("recv", length < 0 ? code : 0);
    received_.append(buffer.data(), static_cast<std::size_t>(length));
    std::size_t begin = 0;
    for (auto end = received_.find('\n'); end != std::string::npos; end = received_.find('\n', begin)) {
      events_.line(std::string_view(received_).substr(begin, end - begin));
      if (broken_) return;
      begin = end + 1;
    }
    received_.erase(0, begin);
  }
}

void StreamConnection::fail(std::string_view call, int code) {
  if (std::exchange(broken_, true)) return;
  watch_.reset();
  pending_.clear();
  events_.broken(call, code);
}

}  // namespace useipsec
