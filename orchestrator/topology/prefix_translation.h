#pragma once

#include "base/address.h"

namespace useipsec {

/// An IPv6 address with one prefix replaced by another of the same length, at most 64 bits, and one word of the rest
/// adjusted so that its one's complement sum, and with it every checksum that covers it, stays (RFC 6296 section 3).
Address translated_prefix(const Address& address, const Prefix& from, const Prefix& to);

}  // namespace useipsec
