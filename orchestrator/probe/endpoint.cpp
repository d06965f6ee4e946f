#include "probe/endpoint.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <net/if.h>
#include <netinet/in.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace useipsec {

int socket_family(Family family) { return family == Family::v4 ? AF_INET : AF_INET6; }

SocketAddress::SocketAddress(const SocketEndpoint& endpoint) {
  const auto bytes = endpoint.address.bytes();
  if (endpoint.address.family() == Family::v4) {
    auto& address = reinterpret_cast<sockaddr_in&>(storage);
    address.sin_family = AF_INET;
    address.sin_port = htons(endpoint.port);
    std::memcpy(&address.sin_addr, bytes.data(), bytes.size());
    length = sizeof(address);
    return;
  }
  auto& address = reinterpret_cast<sockaddr_in6&>(storage);
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(endpoint.port);
  std::memcpy(&address.sin6_addr, bytes.data(), bytes.size());
  // A scope on a global address would tie the socket to that interface.
  const bool scoped = endpoint.address.is_link_local() || endpoint.address.is_multicast();
  address.sin6_scope_id = scoped ? endpoint.interface_index : 0;
  length = sizeof(address);
}

SocketEndpoint SocketAddress::endpoint() const {
  if (storage.ss_family == AF_INET) {
    const auto& address = reinterpret_cast<const sockaddr_in&>(storage);
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(&address.sin_addr);
    return {.address = Address(std::span(bytes, 4)), .port = ntohs(address.sin_port)};
  }
  if (storage.ss_family == AF_INET6) {
    const auto& address = reinterpret_cast<const sockaddr_in6&>(storage);
    return {.address = Address(std::span<const std::uint8_t>(address.sin6_addr.s6_addr)),
            .port = ntohs(address.sin6_port),
            .interface_index = address.sin6_scope_id};
  }
  return {};
}

unsigned interface_index(const std::string& name) {
  if (name.empty()) return 0;
  const unsigned index = ::if_nametoindex(name.c_str());
  const int code = errno;
  if (index == 0) throw system_error(code, fmt::format("interface {}", name));
  return index;
}

}  // namespace useipsec
