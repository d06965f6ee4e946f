#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/unique_fd.h"
#include "probe/endpoint.h"

namespace useipsec {

/// One packet as it was received: for raw IPv4 sockets `bytes` begins with the IP header.
struct Datagram {
  SocketEndpoint from;
  SocketEndpoint to;       ///< the local address it was sent to, and the interface it came in on; port unset
  std::string_view bytes;  ///< valid until the next receive or error
};

/// One ICMP error in a socket's error queue (ip(7) IP_RECVERR, ipv6(7) IPV6_RECVERR).
struct QueuedError {
  std::string text;         ///< "ICMP: destination unreachable (port unreachable) from 192.0.2.1"
  std::string_view quoted;  ///< the packet it is about: after the UDP header, or from the ICMP header on; may be cut
};

/// A nonblocking UDP or raw socket with its error queue on. It belongs to the network namespace of the thread that
/// opened it and may be used from any other thread. Every function throws Error where the kernel refuses the set-up.
class DatagramSocket {
 public:
  DatagramSocket(Family family, int type, int protocol);

  int fd() const { return fd_.get(); }
  Family family() const { return family_; }
  void set(int level, int name, int value, std::string_view what);
  void set(int level, int name, const void* value, std::size_t size, std::string_view what);
  void bind(const SocketEndpoint& local);

  /// 0, or the errno with which the kernel refused the packet. `from`, where given, is the source address to use.
  int send(std::string_view bytes, const SocketEndpoint& to, const SocketEndpoint* from = nullptr);
  /// Nothing where no packet waits.
  std::optional<Datagram> receive();
  /// Nothing where the error queue holds no ICMP error.
  std::optional<QueuedError> next_error();

 private:
  int send_once(std::string_view bytes, const SocketEndpoint& to, const SocketEndpoint* from);

  Family family_;
  UniqueFd fd_;
  std::array<char, 65536> buffer_{};
};

}  // namespace useipsec
