#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace useipsec {

// Keys of a lab: the same seed gives the same keys, so that captures can be compared and a run repeated. They protect
// nothing but a lab. Each block is SHA-256("useipsec" | seed as 8 bytes, big-endian | counter as 4 bytes | label).

/// `octets` bytes for `label`, as lower-case hexadecimal.
std::string derive_hex(std::uint64_t seed, std::string_view label, std::size_t octets);

/// An SPI for `label`: 0x10000000 and above, far from the values IANA reserves (1-255) and daemons like to take.
std::uint32_t derive_spi(std::uint64_t seed, std::string_view label);

}  // namespace useipsec
