#pragma once

#include <cstdint>

#include "forge/frames.h"

namespace useipsec {

// The IP header of a whole frame of our own: without options or extension headers where it is made here.

inline constexpr std::size_t ip_at = 14;  ///< after the Ethernet header

bool is_v4(const Frame& frame);
bool is_v6(const Frame& frame);
/// With options; of IPv6 the fixed 40 bytes.
std::size_t ip_header_size(const Frame& frame);

/// The frame with what follows the IP header replaced by `content` of this protocol: lengths and IPv4's checksum fit.
Frame with_content(const Frame& frame, std::uint8_t protocol, const Frame& content);
/// IPv4's header checksum made good; IPv6 has none.
void make_checksum_good(Frame& frame);
/// UDP's checksum made good, where the datagram is whole and bears one.
void make_udp_checksum_good(Frame& frame);

}  // namespace useipsec
