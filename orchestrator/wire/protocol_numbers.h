#pragma once

#include <cstdint>

namespace useipsec {

// What follows an IP header, by its number (IANA, "Assigned Internet Protocol Numbers").
inline constexpr std::uint8_t protocol_hop_by_hop = 0, protocol_icmp = 1, protocol_ipv4 = 4, protocol_tcp = 6,
                              protocol_udp = 17, protocol_ipv6 = 41, protocol_routing = 43, protocol_fragment = 44,
                              protocol_gre = 47, protocol_esp = 50, protocol_ah = 51, protocol_icmp6 = 58,
                              protocol_destination_options = 60, protocol_ospf = 89, protocol_sctp = 132,
                              protocol_mobility = 135;

}  // namespace useipsec
