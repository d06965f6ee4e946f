#include "wire/packet.h"

#include <algorithm>

#include "wire/protocol_numbers.h"

namespace useipsec {

namespace {

constexpr std::uint16_t ethertype_ipv4 = 0x0800, ethertype_arp = 0x0806, ethertype_vlan = 0x8100,
                        ethertype_ipv6 = 0x86dd, ethertype_bridging = 0x6558;
constexpr std::uint16_t port_ike = 500, port_ike_natt = 4500;
constexpr int deepest = 16;  // headers in one packet; more is an attack on the reader

/// Walks the headers of one frame; every step narrows `rest`.
class Reader {
 public:
  explicit Reader(Packet& packet) : packet_(packet) {}

  void ethernet(Bytes rest) {
    if (!rest.has(0, 14)) return cut();
    std::copy_n(rest.span().begin(), 6, packet_.destination_mac.bytes.begin());
    std::copy_n(rest.span().begin() + 6, 6, packet_.source_mac.bytes.begin());
    auto type = *rest.u16(12);
    rest = rest.from(14);
    if (type == ethertype_vlan) {
      if (!rest.has(0, 4)) return cut();
      type = *rest.u16(2);
      rest = rest.from(4);
    }
    payload(rest);
    if (type == ethertype_arp) return arp(rest);
    network(type, rest);
  }

 private:
  void cut() { packet_.truncated = true; }
  void payload(const Bytes& rest) { packet_.payload = rest.span(); }
  /// The form is the outermost one that says something about protection: what is inside AH is still AH to the wire, but
  /// for ESP, which hides it.
  void form(WireForm form) {
    if (!settled_) packet_.form = form;
  }
  void settle(WireForm as) {
    form(as);
    settled_ = true;
  }

  void network(std::uint16_t type, const Bytes& rest) {
    if (type == ethertype_ipv4) return ipv4(rest);
    if (type == ethertype_ipv6) return ipv6(rest);
  }

  void arp(const Bytes& rest) {  // RFC 826, for IPv4 over Ethernet
    form(WireForm::arp);
    if (!rest.has(0, 28)) return cut();
    packet_.source = Address(rest.part(14, 4).span());
    packet_.destination = Address(rest.part(24, 4).span());
    payload(rest.from(28));
  }

  void addresses(const Bytes& source, const Bytes& destination) {
    if (packet_.source) return;  // an inner header: the observer routes by the outer one
    packet_.source = Address(source.span());
    packet_.destination = Address(destination.span());
  }

  void ipv4(Bytes rest) {  // RFC 791
    if (++depth_ > deepest) return;
    if (!rest.has(0, 20)) return cut();
    const std::size_t header = (*rest.u8(0) & 0x0fu) * 4u;
    if (*rest.u8(0) >> 4 != 4 || header < 20) return;
    form(WireForm::clear);
    packet_.ip_version = 4;
    addresses(rest.part(12, 4), rest.part(16, 4));
    const std::size_t total = *rest.u16(2);
    if (depth_ == 1) packet_.ip_length = static_cast<std::uint32_t>(total);
    const auto fragment = *rest.u16(6);
    const auto protocol = *rest.u8(9);
    if ((fragment & 0x3fffu) != 0) fragmented((fragment & 0x1fffu) == 0, *rest.u16(4));
    if (!rest.has(0, header)) return cut();
    // A total length of 0 is what a capture before segmentation offload shows.
    if (total >= header) {
      if (total > rest.size()) cut();
      rest = rest.first(total);
    }
    upper(protocol, rest.from(header));
  }

  void ipv6(Bytes rest) {  // RFC 8200
    if (++depth_ > deepest) return;
    if (!rest.has(0, 40)) return cut();
    if (*rest.u8(0) >> 4 != 6) return;
    form(WireForm::clear);
    packet_.ip_version = 6;
    addresses(rest.part(8, 16), rest.part(24, 16));
    const std::size_t length = *rest.u16(4);
    if (depth_ == 1 && length > 0) packet_.ip_length = static_cast<std::uint32_t>(length) + 40;
    auto next = *rest.u8(6);
    rest = rest.from(40);
    if (length > 0) {
      if (length > rest.size()) cut();
      rest = rest.first(length);
    }
    upper(next, rest);
  }

  void fragmented(bool first, std::uint32_t id) {
    if (depth_ > 1) return;  // fragments inside a tunnel are the inner packet's matter
    packet_.fragment = true;
    packet_.first_fragment = first;
    packet_.fragment_id = id;
  }

  /// The header after an IP header: an extension header, or what it carries.
  void upper(std::uint8_t protocol, const Bytes& rest) {
    if (++depth_ > deepest) return;
    packet_.protocol = protocol;
    payload(rest);
    // A later fragment starts in the middle of the data: nothing but the protocol number is known.
    if (!packet_.first_fragment) return later_fragment(protocol);
    switch (protocol) {
      case protocol_hop_by_hop:
      case protocol_routing:
      case protocol_destination_options:
      case protocol_mobility:
        return extension(rest);
      case protocol_fragment:
        return fragment6(rest);
      case protocol_ah:
        return ah(rest);
      case protocol_esp:
        return esp(WireForm::esp, rest);
      case protocol_udp:
        return udp(rest);
      case protocol_tcp:
        return tcp(rest);
      case protocol_sctp:
        return sctp(rest);
      case protocol_icmp:
      case protocol_icmp6:
        return icmp(protocol, rest);
      case protocol_ipv4:
        return ipv4(rest);
      case protocol_ipv6:
        return ipv6(rest);
      case protocol_gre:
        return gre(rest);
      default:
        return;
    }
  }

  void later_fragment(std::uint8_t protocol) {
    if (protocol == protocol_esp) settle(WireForm::esp);
    if (protocol == protocol_ah) settle(WireForm::ah);
  }

  void extension(const Bytes& rest) {  // RFC 8200 section 4: length in units of 8 bytes, without the first 8
    if (!rest.has(0, 8)) return cut();
    const std::size_t length = (*rest.u8(1) + std::size_t{1}) * 8;
    if (!rest.has(0, length)) return cut();
    upper(*rest.u8(0), rest.from(length));
  }

  void fragment6(const Bytes& rest) {  // RFC 8200 section 4.5
    if (!rest.has(0, 8)) return cut();
    const auto field = *rest.u16(2);
    if ((field & 0xfff9u) != 0) fragmented((field & 0xfff8u) == 0, *rest.u32(4));
    upper(*rest.u8(0), rest.from(8));
  }

  void ah(const Bytes& rest) {  // RFC 4302 section 2: length in units of 4 bytes, less 2
    const bool outermost = !settled_;
    settle(WireForm::ah);
    if (!rest.has(0, 12)) return cut();
    if (outermost) {
      packet_.spi = rest.u32(4);
      packet_.sequence = rest.u32(8);
    }
    const std::size_t length = (*rest.u8(1) + std::size_t{2}) * 4;
    if (length < 12) return;
    if (!rest.has(0, length)) return cut();
    upper(*rest.u8(0), rest.from(length));
  }

  void esp(WireForm as, const Bytes& rest) {  // RFC 4303 section 2
    const bool outermost = !settled_;
    settle(as);
    packet_.protocol = protocol_esp;
    if (!rest.has(0, 8)) return cut();
    if (outermost) {
      packet_.spi = rest.u32(0);
      packet_.sequence = rest.u32(4);
    } else if (packet_.form == WireForm::ah) {
      packet_.form = WireForm::ah_esp;
      packet_.inner_spi = rest.u32(0);
    }
    payload(rest.from(8));
  }

  void gre(Bytes rest) {  // RFC 2784 section 2; the checksum, RFC 2890's key and sequence number are 4 bytes each
    if (!rest.has(0, 4)) return cut();
    const std::size_t flags = *rest.u16(0);
    auto type = *rest.u16(2);
    const std::size_t header = 4 + (flags >> 15 & 1u) * 4 + (flags >> 13 & 1u) * 4 + (flags >> 12 & 1u) * 4;
    if (!rest.has(0, header)) return cut();
    rest = rest.from(header);
    if (type == ethertype_bridging) {  // a whole frame
      if (!rest.has(0, 14)) return cut();
      type = *rest.u16(12);
      rest = rest.from(14);
    }
    payload(rest);
    network(type, rest);
  }

  void udp(Bytes rest) {
    if (!rest.has(0, 8)) return cut();
    if (!packet_.source_port) {
      packet_.source_port = rest.u16(0);
      packet_.destination_port = rest.u16(2);
    }
    const std::size_t claimed = *rest.u16(4);
    const auto source = *rest.u16(0), destination = *rest.u16(2);
    rest = rest.from(8);
    const std::size_t length = claimed >= 8 ? claimed - 8 : rest.size();
    if (length > rest.size() && !packet_.fragment) cut();
    rest = rest.first(length);
    payload(rest);
    // A NAPT rewrites one of the ports; the other side's stays (RFC 3947 section 4).
    if (source == port_ike_natt || destination == port_ike_natt) return port_4500(rest, length);
    if (source == port_ike || destination == port_ike) ike(rest, length);
  }

  void port_4500(const Bytes& rest, std::size_t length) {  // RFC 3948 section 2
    if (length == 1 && rest.u8(0) == 0xff) return form(WireForm::keepalive);
    const auto start = rest.u32(0);
    if (!start) return;
    if (*start == 0) return ike(rest.from(4), length - 4);
    if (length > 8) esp(WireForm::esp_in_udp, rest);
  }

  void ike(const Bytes& rest, std::size_t length) {
    const auto header = read_ike(rest, length);
    if (!header) return;
    packet_.ike = header;
    payload(rest);
    form(WireForm::ike);
  }

  void tcp(const Bytes& rest) {  // RFC 9293 section 3.1
    if (!rest.has(0, 20)) return cut();
    if (!packet_.source_port) {
      packet_.source_port = rest.u16(0);
      packet_.destination_port = rest.u16(2);
    }
    packet_.tcp_sequence = *rest.u32(4);
    packet_.tcp_flags = *rest.u8(13);
    const std::size_t header = (*rest.u8(12) >> 4) * std::size_t{4};
    if (header < 20) return;
    if (!rest.has(0, header)) return cut();
    payload(rest.from(header));
  }

  void sctp(const Bytes& rest) {  // RFC 9260 section 3
    if (!rest.has(0, 12)) return cut();
    if (!packet_.source_port) {
      packet_.source_port = rest.u16(0);
      packet_.destination_port = rest.u16(2);
    }
    payload(rest.from(12));
  }

  void icmp(std::uint8_t protocol, const Bytes& rest) {
    if (!rest.has(0, 4)) return cut();
    packet_.icmp = IcmpHeader{*rest.u8(0), *rest.u8(1)};
    packet_.icmp6 = protocol == protocol_icmp6;
    // RFC 4861 section 4: router solicitation 133 to redirect 137.
    if (packet_.icmp6 && packet_.icmp->type >= 133 && packet_.icmp->type <= 137) form(WireForm::neighbor_discovery);
    payload(rest.from(8));
  }

  Packet& packet_;
  int depth_ = 0;
  bool settled_ = false;
};

}  // namespace

bool Packet::is_icmp_error() const {
  if (!icmp) return false;
  if (icmp6) return icmp->type < 128;  // RFC 4443 section 2.1
  // RFC 792: unreachable, source quench, redirect, time exceeded, parameter problem.
  return icmp->type == 3 || icmp->type == 4 || icmp->type == 5 || icmp->type == 11 || icmp->type == 12;
}

Packet read_packet(std::span<const std::uint8_t> frame, std::uint32_t length) {
  Packet packet;
  packet.frame = frame;
  packet.length = length;
  packet.truncated = frame.size() < length;
  Reader(packet).ethernet(Bytes(frame));
  return packet;
}

}  // namespace useipsec
