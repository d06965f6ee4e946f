#include "proof/measure_gateway.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>

#include "base/error.h"
#include "base/unique_fd.h"

using namespace std::chrono_literals;

namespace useipsec {
namespace {

constexpr std::uint16_t ftp_port = 21;

sockaddr_in at_ftp(const Address& address) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(ftp_port);
  const auto bytes = address.bytes();
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<std::uint8_t*>(&result.sin_addr));
  return result;
}

UniqueFd stream() {
  UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
  const int code = errno;
  if (!fd) throw system_error(code, "a TCP socket");
  return fd;
}

UniqueFd listener() {
  auto fd = stream();
  const auto any = at_ftp(Address::any(Family::v4));
  const bool listens =
      ::bind(fd.get(), reinterpret_cast<const sockaddr*>(&any), sizeof any) == 0 && ::listen(fd.get(), 1) == 0;
  const int code = errno;
  if (!listens) throw system_error(code, "TCP port 21");
  return fd;
}

}  // namespace

std::string line_through(Loop& loop, Network& network, const Topology& topology, const std::string& inside,
                         const std::string& server, const std::string& line) {
  UniqueFd listening, client, accepted;
  network.run_in(server, [&] { listening = listener(); });
  network.run_in(inside, [&] { client = stream(); });
  const auto to = at_ftp(*topology.address_of(server, Family::v4));
  static_cast<void>(::connect(client.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to));  // goes on by itself
  const std::string first = "NOOP\r\n";
  std::string received;
  Watch watch_accepted;
  const auto send = [&](const std::string& text) {
    static_cast<void>(::send(client.get(), text.data(), text.size(), MSG_NOSIGNAL));
  };
  const auto read = [&] {
    std::array<char, 512> buffer;
    const auto length = ::recv(accepted.get(), buffer.data(), buffer.size(), 0);
    if (length > 0) received.append(buffer.data(), static_cast<std::size_t>(length));
    if (length == 0) watch_accepted.reset();
    if (received == first) send(line);
  };
  const auto watch = loop.watch_readable(listening.get(), [&] {
    accepted.reset(::accept4(listening.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!accepted) return;
    watch_accepted = loop.watch_readable(accepted.get(), read);
    // The client is connected: the handshake is over here, and was over there before.
    send(first);
  });
  const auto whole = [&] {
    return received.size() > first.size() && received.ends_with('\n') ? Tri::holds : Tri::not_yet;
  };
  if (loop.wait(whole, Loop::Clock::now() + 2s) == WaitResult::interrupted)
    throw Error("interrupted", ExitCode::interrupted);
  return received.substr(std::min(first.size(), received.size()));
}

}  // namespace useipsec
