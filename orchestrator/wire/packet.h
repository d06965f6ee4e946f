#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/address.h"
#include "wire/bytes.h"
#include "wire/ike.h"
#include "wire/wire_form.h"

namespace useipsec {

/// What an ICMP or ICMPv6 header says (RFC 792, RFC 4443, RFC 4861).
struct IcmpHeader {
  std::uint8_t type = 0, code = 0;
  bool operator==(const IcmpHeader&) const = default;
};

/// One frame as it was on a link, its headers read as far as an observer without keys can. A view: `frame` and
/// `payload` point into the capture it came from.
struct Packet {
  double time = 0;              ///< seconds, CLOCK_REALTIME or since the case began, as the reader was asked
  std::int64_t stamp = 0;       ///< the same as captured: nanoseconds, CLOCK_REALTIME
  std::string_view link, node;  ///< the node it left, and over which link; the capture's
  WireForm form = WireForm::other;

  Mac source_mac, destination_mac;
  std::optional<Address> source, destination;  ///< of the outermost IP header (ARP: sender and target)
  /// The protocol after the last header that could be read: 6, 17, 132, 1, 58, or 50 where the rest is hidden. For AH
  /// the protocol inside it, for GRE that of the packet it carries.
  std::uint8_t protocol = 0;
  std::uint8_t ip_version = 0;                                 ///< of the IP header before it: 4, 6; 0: none
  std::optional<std::uint16_t> source_port, destination_port;  ///< outermost UDP, TCP or SCTP, also inside AH
  std::uint8_t tcp_flags = 0;                                  ///< RFC 9293: FIN 1, SYN 2, RST 4, PSH 8, ACK 16
  std::uint32_t tcp_sequence = 0;

  std::optional<std::uint32_t> spi, sequence;  ///< of the outermost AH or ESP header
  std::optional<std::uint32_t> inner_spi;      ///< of ESP inside of AH
  std::optional<IkeHeader> ike;
  std::optional<IcmpHeader> icmp;
  bool icmp6 = false;

  bool fragment = false;       ///< part of a fragmented packet
  bool first_fragment = true;  ///< offset 0; also where not fragmented
  std::uint32_t fragment_id = 0;
  bool truncated = false;  ///< a header claims more bytes than were captured

  std::uint32_t length = 0;     ///< of the frame on the wire, bytes
  std::uint32_t ip_length = 0;  ///< of the outermost IP packet, its header included, as that says; 0: none, or unsaid
  std::span<const std::uint8_t> frame;
  std::span<const std::uint8_t> payload;  ///< after the last header that could be read

  /// An ICMP message about another packet, which it quotes: not part of that packet's flow.
  bool is_icmp_error() const;
  std::string_view text() const { return {reinterpret_cast<const char*>(frame.data()), frame.size()}; }
};

/// Reads an Ethernet frame of which `frame` was captured and `length` bytes were on the wire. Never fails: what cannot
/// be read stays empty and the form is `other`, or the one that the last good header shows.
Packet read_packet(std::span<const std::uint8_t> frame, std::uint32_t length);

}  // namespace useipsec
