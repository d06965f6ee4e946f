#include "probe/frame_socket.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include <cerrno>

#include "base/error.h"
#include "probe/endpoint.h"

namespace useipsec {

namespace {

sockaddr_ll link_address(int interface, std::uint16_t protocol) {
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_ifindex = interface;
  address.sll_protocol = htons(protocol);
  return address;
}

}  // namespace

// Opened with protocol 0 it hears nothing until it is bound: no frame of another interface comes in between.
FrameSocket::FrameSocket(const std::string& interface, Hears hears)
    : interface_index_(static_cast<int>(useipsec::interface_index(interface))),
      fd_(::socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
  int code = errno;
  if (!fd_) throw system_error(code, "socket AF_PACKET");
  if (hears == Hears::nothing) return;
  buffer_.resize(std::size_t{1} << 16U);
  const auto address = link_address(interface_index_, ETH_P_ALL);
  if (::bind(fd(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return;
  code = errno;
  throw system_error(code, "bind AF_PACKET to " + interface);
}

int FrameSocket::send(std::span<const std::uint8_t> frame) const {
  const auto to = link_address(interface_index_, 0);
  const auto sent =
      ::sendto(fd(), frame.data(), frame.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&to), sizeof(to));
  return sent < 0 ? errno : 0;
}

std::optional<std::vector<std::uint8_t>> FrameSocket::receive() {
  for (;;) {
    sockaddr_ll from{};
    socklen_t length = sizeof(from);
    const auto size = ::recvfrom(fd(), buffer_.data(), buffer_.size(), 0, reinterpret_cast<sockaddr*>(&from), &length);
    if (size < 0) return std::nullopt;
    // Its own and others' frames pass by here too.
    if (from.sll_pkttype == PACKET_HOST) return std::vector(buffer_.begin(), buffer_.begin() + size);
  }
}

}  // namespace useipsec
