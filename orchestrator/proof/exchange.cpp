#include "proof/exchange.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>

#include "base/error.h"

namespace useipsec {
namespace {

sockaddr_in socket_address(const Endpoint& endpoint) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(endpoint.port);
  std::copy_n(endpoint.address.bytes().begin(), 4, reinterpret_cast<std::uint8_t*>(&result.sin_addr));
  return result;
}

UniqueFd open_socket(int type, int protocol, const char* what) {
  UniqueFd fd(::socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
  const int code = errno;
  if (!fd) throw system_error(code, what);
  const int no_discovery = IP_PMTUDISC_DONT;  // large packets are to be fragmented here
  ::setsockopt(fd.get(), IPPROTO_IP, IP_MTU_DISCOVER, &no_discovery, sizeof no_discovery);
  return fd;
}

}  // namespace

UniqueFd BenchSocket::open_udp(std::uint16_t port) {
  auto fd = open_socket(SOCK_DGRAM, IPPROTO_UDP, "a UDP socket");
  const auto any = socket_address({Address::any(Family::v4), port});
  const int status = ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any);
  const int code = errno;
  if (status < 0) throw system_error(code, fmt::format("UDP port {}", port));
  return fd;
}

UniqueFd BenchSocket::open_raw(std::uint8_t protocol) { return open_socket(SOCK_RAW, protocol, "a raw socket"); }

BenchSocket::BenchSocket(Loop& loop, UniqueFd fd, bool raw) : loop_(loop), fd_(std::move(fd)), raw_(raw) {
  watch_ = loop_.watch_readable(fd_.get(), [this] { drain(); });
}

void BenchSocket::send(const Endpoint& to, const std::string& payload) {
  const auto address = socket_address(to);
  static_cast<void>(::sendto(fd_.get(), payload.data(), payload.size(), 0, reinterpret_cast<const sockaddr*>(&address), sizeof address));
}

void BenchSocket::drain() {
  std::array<char, 65536> buffer;
  for (;;) {
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const auto length = ::recvfrom(fd_.get(), buffer.data(), buffer.size(), 0, reinterpret_cast<sockaddr*>(&from), &size);
    if (length < 0 && errno == ECONNREFUSED) continue;  // an ICMP error, now read
    if (length < 0) return;
    std::string payload(buffer.data(), static_cast<std::size_t>(length));
    // A raw socket gets the IP header too.
    if (raw_) payload.erase(0, (static_cast<std::size_t>(payload.empty() ? 0 : payload[0]) & 0xfU) * 4);
    const auto* octets = reinterpret_cast<const std::uint8_t*>(&from.sin_addr);
    received_.push_back({{Address(std::span(octets, 4)), ntohs(from.sin_port)}, std::move(payload)});
    if (raw_) received_.back().from.port = 0;
  }
}

bool BenchSocket::has(const std::string& payload) {
  return std::any_of(received_.begin(), received_.end(), [&](const Received& each) { return each.payload == payload; });
}

std::optional<Endpoint> BenchSocket::take(const std::string& payload, Loop::Clock::time_point deadline) {
  const auto result = loop_.wait([&] { return has(payload) ? Tri::holds : Tri::not_yet; }, deadline);
  if (result == WaitResult::interrupted) throw Error("interrupted", ExitCode::interrupted);
  const auto found = std::find_if(received_.begin(), received_.end(), [&](const Received& each) { return each.payload == payload; });
  if (found == received_.end()) return {};
  const auto from = found->from;
  received_.erase(found);
  return from;
}

}  // namespace useipsec
