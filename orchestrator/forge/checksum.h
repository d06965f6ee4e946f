#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/address.h"

namespace useipsec {

/// Of bytes that are kept as text; a view, no copy.
inline std::span<const std::uint8_t> octets_of(std::string_view bytes) {
  return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

/// The Internet checksum (RFC 1071) of bytes whose own checksum field is zero; a receiver that adds the field gets 0.
std::uint16_t internet_checksum(std::span<const std::uint8_t> bytes);

/// The same with the pseudo header of UDP, TCP or ICMPv6 (RFC 768, RFC 9293 section 3.1, RFC 8200 section 8.1).
std::uint16_t transport_checksum(const Address& source, const Address& destination, std::uint8_t protocol,
                                 std::span<const std::uint8_t> bytes);

}  // namespace useipsec
