#include "proof/exchange.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/error.h"

namespace useipsec {
namespace {

/// An address as the socket calls take it.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = sizeof(sockaddr_in);

  SocketAddress() : size(sizeof storage) {}
  explicit SocketAddress(const Endpoint& endpoint) {
    const auto bytes = endpoint.address.bytes();
    if (endpoint.address.family() == Family::v4) {
      auto& v4 = reinterpret_cast<sockaddr_in&>(storage);
      v4.sin_family = AF_INET;
      v4.sin_port = htons(endpoint.port);
      std::copy(bytes.begin(), bytes.end(), reinterpret_cast<std::uint8_t*>(&v4.sin_addr));
      return;
    }
    auto& v6 = reinterpret_cast<sockaddr_in6&>(storage);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(endpoint.port);
    std::copy(bytes.begin(), bytes.end(), reinterpret_cast<std::uint8_t*>(&v6.sin6_addr));
    size = sizeof v6;
  }
  Endpoint endpoint() const {
    if (storage.ss_family == AF_INET6) {
      const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
      return {Address(std::span(reinterpret_cast<const std::uint8_t*>(&v6.sin6_addr), 16)), ntohs(v6.sin6_port)};
    }
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
    return {Address(std::span(reinterpret_cast<const std::uint8_t*>(&v4.sin_addr), 4)), ntohs(v4.sin_port)};
  }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

UniqueFd open_socket(Family family, int type, int protocol, const char* what) {
  UniqueFd fd(::socket(family == Family::v4 ? AF_INET : AF_INET6, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
  const int code = errno;
  if (!fd) throw system_error(code, what);
  if (family == Family::v6) return fd;
  const int no_discovery = IP_PMTUDISC_DONT;  // large packets are to be fragmented here
  ::setsockopt(fd.get(), IPPROTO_IP, IP_MTU_DISCOVER, &no_discovery, sizeof no_discovery);
  return fd;
}

}  // namespace

UniqueFd BenchSocket::open_udp(std::uint16_t port, Family family) {
  auto fd = open_socket(family, SOCK_DGRAM, IPPROTO_UDP, "a UDP socket");
  SocketAddress any({Address::any(family), port});
  const int status = ::bind(fd.get(), any.get(), any.size);
  const int code = errno;
  if (status < 0) throw system_error(code, fmt::format("UDP port {}", port));
  return fd;
}

UniqueFd BenchSocket::open_raw(std::uint8_t protocol) {
  return open_socket(Family::v4, SOCK_RAW, protocol, "a raw socket");
}

BenchSocket::BenchSocket(Loop& loop, UniqueFd fd, bool raw) : loop_(loop), fd_(std::move(fd)), raw_(raw) {
  watch_ = loop_.watch_readable(fd_.get(), [this] { drain(); });
}

void BenchSocket::send(const Endpoint& to, const std::string& payload) {
  SocketAddress address(to);
  static_cast<void>(::sendto(fd_.get(), payload.data(), payload.size(), 0, address.get(), address.size));
}

void BenchSocket::drain() {
  std::array<char, 65536> buffer;
  for (;;) {
    SocketAddress from;
    const auto length = ::recvfrom(fd_.get(), buffer.data(), buffer.size(), 0, from.get(), &from.size);
    if (length < 0 && errno == ECONNREFUSED) continue;  // an ICMP error, now read
    if (length < 0) return;
    std::string payload(buffer.data(), static_cast<std::size_t>(length));
    // A raw socket gets the IP header too.
    if (raw_) payload.erase(0, (static_cast<std::size_t>(payload.empty() ? 0 : payload[0]) & 0xfU) * 4);
    received_.push_back({from.endpoint(), std::move(payload)});
    if (raw_) received_.back().from.port = 0;
  }
}

bool BenchSocket::has(const std::string& payload) {
  return std::any_of(received_.begin(), received_.end(), [&](const Received& each) { return each.payload == payload; });
}

std::optional<Endpoint> BenchSocket::take(const std::string& payload, Loop::Clock::time_point deadline) {
  const auto result = loop_.wait([&] { return has(payload) ? Tri::holds : Tri::not_yet; }, deadline);
  if (result == WaitResult::interrupted) throw Error("interrupted", ExitCode::interrupted);
  const auto found =
      std::find_if(received_.begin(), received_.end(), [&](const Received& each) { return each.payload == payload; });
  if (found == received_.end()) return {};
  const auto from = found->from;
  received_.erase(found);
  return from;
}

}  // namespace useipsec
