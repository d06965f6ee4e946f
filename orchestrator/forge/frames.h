#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "xfrm/values.h"

namespace useipsec {

/// A whole Ethernet frame, without its check sequence.
using Frame = std::vector<std::uint8_t>;

/// What a forged packet says of itself: nothing here has to be the truth.
struct ForgedEnds {
  Mac source_mac, destination_mac;
  Address source, destination;  ///< of one family
};

/// The link-layer address of a group (RFC 1112 section 6.4, RFC 2464 section 7).
Mac group_mac(const Address& group);

/// UDP (RFC 768) with a good checksum.
Frame udp_frame(const ForgedEnds& ends, std::uint16_t source_port, std::uint16_t destination_port,
                std::string_view payload);

/// Where a TCP session stands: the ports, and the sequence number that the receiver waits for.
struct TcpPosition {
  std::uint16_t source_port = 0, destination_port = 0;
  std::uint32_t next = 0;
};

/// A TCP segment of nothing but a reset, which a receiver takes where its number is exactly `next` (RFC 9293 section
/// 3.10.7.4, RFC 5961 section 3.2).
Frame tcp_reset(const ForgedEnds& ends, const TcpPosition& position);

/// An unsolicited neighbor advertisement with the override flag: `target` is said to be at the frame's source MAC (RFC
/// 4861 section 4.4); hop limit 255.
Frame neighbor_advertisement(const ForgedEnds& ends, const Address& target);

/// An ARP reply (RFC 826) that says that `ends.source` is at the frame's source MAC.
Frame arp_reply(const ForgedEnds& ends);

/// What an OSPFv3 hello says (RFC 5340 appendix A.3.2); options are those of a router of an ordinary area.
struct OspfHello {
  Address router_id;  ///< written as an IPv4 address
  std::uint16_t hello_s = 0, dead_s = 0;
};

/// A hello of area 0 that lists no neighbors: its sender hears nobody.
Frame ospf_hello(const ForgedEnds& ends, const OspfHello& hello);

/// An AH or ESP packet of somebody without the key: a good header with this SPI and sequence number, then `noise`, for
/// AH as its check value before `noise`.
Frame keyless_frame(const ForgedEnds& ends, Protocol protocol, std::uint32_t spi, std::uint32_t sequence,
                    std::string_view noise);

}  // namespace useipsec
