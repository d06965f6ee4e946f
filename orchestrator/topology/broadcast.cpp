#include "topology/broadcast.h"

#include <algorithm>
#include <array>

namespace useipsec {

namespace {

constexpr std::array<std::uint8_t, 4> limited{255, 255, 255, 255};

/// Nothing in IPv6, nor in a subnet of one or two addresses, which has no broadcast address (RFC 3021).
std::optional<Address> broadcast_in(const Prefix& subnet) {
  if (subnet.family() != Family::v4 || subnet.length > 30) return std::nullopt;
  std::array<std::uint8_t, 4> bytes{};
  std::ranges::copy(subnet.address.bytes(), bytes.begin());
  for (unsigned bit = subnet.length; bit < 32; ++bit)
    bytes.at(bit / 8) |= static_cast<std::uint8_t>(0x80U >> (bit % 8));
  return Address(bytes);
}

}  // namespace

std::optional<Address> broadcast_of(const Link& link) {
  for (const auto& end : link.ends)
    for (const auto& prefix : end.addresses)
      if (const auto found = broadcast_in(prefix)) return found;
  return std::nullopt;
}

bool is_broadcast(const Topology& topology, const Address& address) {
  if (address == Address(limited)) return true;
  for (const auto& link : topology.links)
    for (const auto& end : link.ends)
      for (const auto& prefix : end.addresses)
        if (broadcast_in(prefix) == address) return true;
  return false;
}

bool is_group(const Topology& topology, const Address& address) {
  return address.is_multicast() || is_broadcast(topology, address);
}

}  // namespace useipsec
