#include "system/datagrams.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "base/error.h"

namespace useipsec {
namespace {

using namespace std::chrono_literals;

sockaddr_in socket_address(const char* text) {
  sockaddr_in result{};
  result.sin_family = AF_INET;
  result.sin_port = htons(4000);
  const auto parsed = *Address::parse(text);
  std::copy(parsed.bytes().begin(), parsed.bytes().end(), reinterpret_cast<std::uint8_t*>(&result.sin_addr));
  return result;
}

double seconds(const timespec& time) {
  return static_cast<double>(time.tv_sec) + (static_cast<double>(time.tv_nsec) * 1e-9);
}

double now() {
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME, &time);
  return seconds(time);
}

UniqueFd bound(Network& network, const std::string& node, const char* text) {
  UniqueFd fd;
  network.run_in(node, [&] {
    fd.reset(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const auto own = socket_address(text);
    if (::bind(fd.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) throw system_error(errno, "bind");
    const int on = 1, room = 8 << 20, never_fragment = IP_PMTUDISC_DO;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
    ::setsockopt(fd.get(), SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    ::setsockopt(fd.get(), SOL_SOCKET, SO_SNDBUFFORCE, &room, sizeof room);
    ::setsockopt(fd.get(), IPPROTO_IP, IP_MTU_DISCOVER, &never_fragment, sizeof never_fragment);
  });
  return fd;
}

}  // namespace

DatagramPath::DatagramPath(Network& network, Loop& loop, const std::string& from, const char* source,
                           const std::string& to, const char* destination)
    : loop_(loop), from_(bound(network, from, source)), to_(bound(network, to, destination)) {
  const auto peer = socket_address(destination);
  if (::connect(from_.get(), reinterpret_cast<const sockaddr*>(&peer), sizeof peer) != 0)
    throw system_error(errno, "connect");
}

void DatagramPath::take(std::vector<Arrival>& arrivals) {
  for (;;) {
    std::array<char, 2048> payload{};
    alignas(cmsghdr) std::array<char, 128> control{};
    iovec part{payload.data(), payload.size()};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    if (::recvmsg(to_.get(), &message, 0) < 16) return;
    Arrival arrival;
    std::memcpy(&arrival.number, payload.data(), sizeof arrival.number);
    std::memcpy(&arrival.sent_s, payload.data() + 8, sizeof arrival.sent_s);
    for (auto* each = CMSG_FIRSTHDR(&message); each != nullptr; each = CMSG_NXTHDR(&message, each)) {
      if (each->cmsg_type != SCM_TIMESTAMPNS) continue;
      timespec stamp{};
      std::memcpy(&stamp, CMSG_DATA(each), sizeof stamp);
      arrival.received_s = seconds(stamp);
    }
    arrivals.push_back(arrival);
  }
}

std::vector<Arrival> DatagramPath::send(std::uint32_t count, std::size_t bytes, int spacing_ms) {
  std::vector<Arrival> arrivals;
  const auto watch = loop_.watch_readable(to_.get(), [&] { take(arrivals); });
  std::vector<char> payload(bytes);
  for (std::uint32_t number = 0; number < count; ++number) {
    const double sent = now();
    std::memcpy(payload.data(), &number, sizeof number);
    std::memcpy(payload.data() + 8, &sent, sizeof sent);
    if (::send(from_.get(), payload.data(), bytes, 0) < 0) throw system_error(errno, "send");
    if (spacing_ms > 0) loop_.run_until(Loop::Clock::now() + spacing_ms * 1ms);
  }
  for (std::size_t before = arrivals.size() + 1; before != arrivals.size() && arrivals.size() < count;) {
    before = arrivals.size();
    loop_.wait([&] { return arrivals.size() > before ? Tri::holds : Tri::not_yet; }, Loop::Clock::now() + 1s);
  }
  return arrivals;
}

bool DatagramPath::fits(std::size_t bytes) {
  const std::vector<char> payload(bytes);
  if (::send(from_.get(), payload.data(), payload.size(), 0) >= 0) return true;
  if (errno != EMSGSIZE) throw system_error(errno, "send");
  return false;
}

}  // namespace useipsec
