#include "probe/datagram_socket.h"

#include <fmt/format.h>
#include <linux/errqueue.h>
#include <netinet/in.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "probe/icmp_error.h"

namespace useipsec {

namespace {

struct ControlBuffer {
  alignas(cmsghdr) std::array<char, 512> bytes{};
};

SocketEndpoint local_end(const msghdr& header) {
  for (auto* control = CMSG_FIRSTHDR(&header); control != nullptr;
       control = CMSG_NXTHDR(const_cast<msghdr*>(&header), control)) {
    if (control->cmsg_level == IPPROTO_IP && control->cmsg_type == IP_PKTINFO) {
      in_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(control), sizeof(info));
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(&info.ipi_spec_dst);
      return {.address = Address(std::span(bytes, 4)), .interface_index = static_cast<unsigned>(info.ipi_ifindex)};
    }
    if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info{};
      std::memcpy(&info, CMSG_DATA(control), sizeof(info));
      return {.address = Address(std::span<const std::uint8_t>(info.ipi6_addr.s6_addr)),
              .interface_index = info.ipi6_ifindex};
    }
  }
  return {};
}

template <class Info>
void attach(msghdr& header, ControlBuffer& control, int level, int type, const Info& info) {
  header.msg_control = control.bytes.data();
  header.msg_controllen = CMSG_SPACE(sizeof(info));
  auto* message = CMSG_FIRSTHDR(&header);
  message->cmsg_level = level;
  message->cmsg_type = type;
  message->cmsg_len = CMSG_LEN(sizeof(info));
  std::memcpy(CMSG_DATA(message), &info, sizeof(info));
}

void attach_source(msghdr& header, ControlBuffer& control, const SocketEndpoint& from) {
  const auto bytes = from.address.bytes();
  if (from.address.family() == Family::v4) {
    in_pktinfo info{};
    std::memcpy(&info.ipi_spec_dst, bytes.data(), bytes.size());
    attach(header, control, IPPROTO_IP, IP_PKTINFO, info);
  } else {
    in6_pktinfo info{};
    std::memcpy(&info.ipi6_addr, bytes.data(), bytes.size());
    if (from.address.is_link_local()) info.ipi6_ifindex = from.interface_index;
    attach(header, control, IPPROTO_IPV6, IPV6_PKTINFO, info);
  }
}

bool is_icmp(const sock_extended_err& error) {
  return error.ee_origin == SO_EE_ORIGIN_ICMP || error.ee_origin == SO_EE_ORIGIN_ICMP6;
}

std::string error_text(Family family, const sock_extended_err& error) {
  SocketAddress offender;
  const auto* address = SO_EE_OFFENDER(&error);
  const auto length = family == Family::v4 ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  if (address->sa_family != AF_UNSPEC) std::memcpy(&offender.storage, address, length);
  const auto from = address->sa_family != AF_UNSPEC ? offender.endpoint().address.str() : std::string("nobody");
  return icmp_error_text(family, error.ee_type, error.ee_code, from);
}

}  // namespace

DatagramSocket::DatagramSocket(Family family, int type, int protocol)
    : family_(family), fd_(::socket(socket_family(family), type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol)) {
  const int code = errno;
  if (!fd_) throw system_error(code, "socket");
  if (family == Family::v4) {
    set(IPPROTO_IP, IP_RECVERR, 1, "IP_RECVERR");
    set(IPPROTO_IP, IP_PKTINFO, 1, "IP_PKTINFO");
  } else {
    set(IPPROTO_IPV6, IPV6_RECVERR, 1, "IPV6_RECVERR");
    set(IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, "IPV6_RECVPKTINFO");
    // Raw ICMPv6 sockets are IPv6 only already and refuse the option once bound; UDP must leave IPv4 to its own socket.
    if (type == SOCK_DGRAM) set(IPPROTO_IPV6, IPV6_V6ONLY, 1, "IPV6_V6ONLY");
  }
}

void DatagramSocket::set(int level, int name, int value, std::string_view what) {
  set(level, name, &value, sizeof(value), what);
}

void DatagramSocket::set(int level, int name, const void* value, std::size_t size, std::string_view what) {
  if (::setsockopt(fd(), level, name, value, static_cast<socklen_t>(size)) == 0) return;
  const int code = errno;
  throw system_error(code, fmt::format("setsockopt {}", what));
}

void DatagramSocket::bind(const SocketEndpoint& local) {
  const SocketAddress address(local);
  if (::bind(fd(), address.get(), address.length) == 0) return;
  const int code = errno;
  throw system_error(code, fmt::format("bind {} port {}", local.address.str(), local.port));
}

int DatagramSocket::send_once(std::string_view bytes, const SocketEndpoint& to, const SocketEndpoint* from) {
  SocketAddress address(to);
  iovec part{.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
  msghdr header{};
  header.msg_name = address.get();
  header.msg_namelen = address.length;
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  ControlBuffer control;
  if (from != nullptr && !from->address.is_any()) attach_source(header, control, *from);
  return ::sendmsg(fd(), &header, MSG_NOSIGNAL) < 0 ? errno : 0;
}

int DatagramSocket::send(std::string_view bytes, const SocketEndpoint& to, const SocketEndpoint* from) {
  // An ICMP error about an earlier packet stands as the socket's error and would be returned for this one
  // (net/ipv4/udp.c, __udp4_lib_err); reading SO_ERROR clears it, the error queue keeps the story.
  const auto pending = [this] {
    int error = 0;
    socklen_t length = sizeof(error);
    ::getsockopt(fd(), SOL_SOCKET, SO_ERROR, &error, &length);
  };
  pending();
  const int code = send_once(bytes, to, from);
  if (code != ECONNREFUSED && code != EHOSTUNREACH && code != EPROTO) return code;
  // One may have come in between; an answer of the kernel's own repeats itself.
  pending();
  return send_once(bytes, to, from);
}

std::optional<Datagram> DatagramSocket::receive() {
  constexpr int patience = 64;
  for (int attempt = 0;; ++attempt) {
    SocketAddress from;
    iovec part{.iov_base = buffer_.data(), .iov_len = buffer_.size()};
    ControlBuffer control;
    msghdr header{};
    header.msg_name = from.get();
    header.msg_namelen = from.length;
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.bytes.data();
    header.msg_controllen = control.bytes.size();
    const auto length = ::recvmsg(fd(), &header, 0);
    const int code = errno;
    if (length >= 0) {
      return Datagram{.from = from.endpoint(),
                      .to = local_end(header),
                      .bytes = std::string_view(buffer_.data(), static_cast<std::size_t>(length))};
    }
    if (code == EAGAIN) return std::nullopt;
    if (attempt == patience) throw system_error(code, "recvmsg");
    // Anything else is a standing error, cleared by this call: its story is in the error queue.
  }
}

std::optional<QueuedError> DatagramSocket::next_error() {
  for (;;) {
    SocketAddress destination;
    iovec part{.iov_base = buffer_.data(), .iov_len = buffer_.size()};
    ControlBuffer control;
    msghdr header{};
    header.msg_name = destination.get();
    header.msg_namelen = destination.length;
    header.msg_iov = &part;
    header.msg_iovlen = 1;
    header.msg_control = control.bytes.data();
    header.msg_controllen = control.bytes.size();
    const auto length = ::recvmsg(fd(), &header, MSG_ERRQUEUE);
    if (length < 0) return std::nullopt;

    for (auto* message = CMSG_FIRSTHDR(&header); message != nullptr; message = CMSG_NXTHDR(&header, message)) {
      const bool v4 = message->cmsg_level == IPPROTO_IP && message->cmsg_type == IP_RECVERR;
      const bool v6 = message->cmsg_level == IPPROTO_IPV6 && message->cmsg_type == IPV6_RECVERR;
      if (!v4 && !v6) continue;
      const auto& error = *reinterpret_cast<const sock_extended_err*>(CMSG_DATA(message));
      // What the local kernel says was already the answer to the send.
      if (!is_icmp(error)) continue;
      return QueuedError{.text = error_text(family_, error),
                         .quoted = std::string_view(buffer_.data(), static_cast<std::size_t>(length))};
    }
  }
}

}  // namespace useipsec
