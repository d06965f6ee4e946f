#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "xfrm/values.h"

namespace useipsec {

/// The bytes of a key as a dump of the kernel writes it.
std::vector<std::uint8_t> key_bytes(const std::string& hexadecimal);

/// The check value of `covered` under the SA's integrity algorithm and key, cut as the SA says; where sequence numbers
/// have 64 bits their upper half is taken as zero. Throws Error where the algorithm is none of HMAC with SHA-1 and
/// SHA-2.
std::vector<std::uint8_t> check_value(const SaRecord& sa, std::span<const std::uint8_t> covered);

}  // namespace useipsec
