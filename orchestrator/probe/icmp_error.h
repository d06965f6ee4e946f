#pragma once

#include <cstdint>
#include <string>

#include "base/address.h"

namespace useipsec {

/// An ICMP error in words: "ICMP: destination unreachable (host unreachable) from 192.0.2.1". Types and codes of
/// RFC 792, RFC 1122 (3.2.2.1), RFC 1812 (5.2.7.1) for IPv4, RFC 4443 for IPv6; numbers where they have no name.
std::string icmp_error_text(Family family, std::uint8_t type, std::uint8_t code, const std::string& from);

}  // namespace useipsec
