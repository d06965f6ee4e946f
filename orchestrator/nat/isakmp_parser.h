#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace useipsec {

/// Why a box that knows ISAKMP as of RFC 2408 and nothing else takes a UDP payload for none: another version, an
/// exchange or payload that it does not know, vendor IDs among them, an SA payload that does not come first, lengths
/// that do not add up. Empty where it lets the message pass. Behind the encryption flag it sees nothing and asks
/// nothing.
std::string isakmp_complaint(std::span<const std::uint8_t> payload);

}  // namespace useipsec
