#pragma once

#include <sys/socket.h>

#include <cstdint>
#include <string>

#include "base/address.h"

namespace useipsec {

/// One side of a packet as a socket names it.
struct SocketEndpoint {
  Address address;
  std::uint16_t port = 0;
  unsigned interface_index = 0;  ///< needed for link-local addresses; 0: by the routes
  bool operator==(const SocketEndpoint&) const = default;
};

/// The same for the socket calls.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = sizeof(sockaddr_storage);

  SocketAddress() = default;
  explicit SocketAddress(const SocketEndpoint& endpoint);
  SocketEndpoint endpoint() const;
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

int socket_family(Family family);

/// The index of an interface in the calling thread's network namespace; 0 for an empty name. Throws Error.
unsigned interface_index(const std::string& name);

}  // namespace useipsec
