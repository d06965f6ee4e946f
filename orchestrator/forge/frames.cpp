#include "forge/frames.h"

#include "forge/checksum.h"
#include "forge/put.h"
#include "wire/protocol_numbers.h"

namespace useipsec {

namespace {

constexpr std::uint8_t usual_hops = 64, on_link_hops = 255;

Frame ethernet(const ForgedEnds& ends, std::uint16_t type) {
  Frame frame;
  put(frame, ends.destination_mac.bytes);
  put(frame, ends.source_mac.bytes);
  put16(frame, type);
  return frame;
}

/// Ethernet and IP headers before `content`.
Frame ip_frame(const ForgedEnds& ends, std::uint8_t protocol, std::uint8_t hops, const Frame& content) {
  if (ends.source.family() == Family::v6) {
    auto frame = ethernet(ends, 0x86dd);
    put32(frame, 0x60000000);
    put16(frame, content.size());
    put8(frame, protocol);
    put8(frame, hops);
    put(frame, ends.source.bytes());
    put(frame, ends.destination.bytes());
    put(frame, content);
    return frame;
  }
  auto frame = ethernet(ends, 0x0800);
  const auto header = frame.size();
  put16(frame, 0x4500);
  put16(frame, 20 + content.size());
  put32(frame, 0);
  put8(frame, hops);
  put8(frame, protocol);
  put16(frame, 0);
  put(frame, ends.source.bytes());
  put(frame, ends.destination.bytes());
  set16(frame, header + 10, internet_checksum(std::span(frame).subspan(header)));
  put(frame, content);
  return frame;
}

Frame udp(const ForgedEnds& ends, std::uint16_t source_port, std::uint16_t destination_port, std::string_view payload) {
  Frame datagram;
  put16(datagram, source_port);
  put16(datagram, destination_port);
  put16(datagram, 8 + payload.size());
  put16(datagram, 0);
  put(datagram, payload);
  const auto sum = transport_checksum(ends.source, ends.destination, protocol_udp, datagram);
  set16(datagram, 6, sum == 0 ? std::uint16_t{0xffff} : sum);  // zero would mean that there is none
  return datagram;
}

}  // namespace

Mac group_mac(const Address& group) {
  const auto bytes = group.bytes();
  if (group.family() == Family::v6) return {{0x33, 0x33, bytes[12], bytes[13], bytes[14], bytes[15]}};
  return {{0x01, 0x00, 0x5e, static_cast<std::uint8_t>(bytes[1] & 0x7fU), bytes[2], bytes[3]}};
}

Frame udp_frame(const ForgedEnds& ends, std::uint16_t source_port, std::uint16_t destination_port,
                std::string_view payload) {
  return ip_frame(ends, protocol_udp, usual_hops, udp(ends, source_port, destination_port, payload));
}

Frame tcp_reset(const ForgedEnds& ends, const TcpPosition& position) {
  Frame segment;
  put16(segment, position.source_port);
  put16(segment, position.destination_port);
  put32(segment, position.next);
  put32(segment, 0);
  put16(segment, 0x5004);  // five words, RST alone
  put16(segment, 0);
  put32(segment, 0);
  set16(segment, 16, transport_checksum(ends.source, ends.destination, protocol_tcp, segment));
  return ip_frame(ends, protocol_tcp, usual_hops, segment);
}

Frame neighbor_advertisement(const ForgedEnds& ends, const Address& target) {
  Frame message;
  put16(message, 136U << 8U);
  put16(message, 0);
  put32(message, 0x20000000);  // override, neither router nor solicited
  put(message, target.bytes());
  put16(message, 0x0201);  // target link-layer address, 8 bytes
  put(message, ends.source_mac.bytes);
  set16(message, 2, transport_checksum(ends.source, ends.destination, protocol_icmp6, message));
  return ip_frame(ends, protocol_icmp6, on_link_hops, message);
}

Frame ospf_hello(const ForgedEnds& ends, const OspfHello& hello) {
  Frame message;
  put16(message, 0x0301);  // version 3, hello
  put16(message, 36);
  put(message, hello.router_id.bytes());
  put32(message, 0);  // area
  put16(message, 0);
  put16(message, 0);           // instance
  put32(message, 1);           // interface
  put32(message, 0x01000013);  // priority 1; options V6, E, R
  put16(message, hello.hello_s);
  put16(message, hello.dead_s);
  put32(message, 0);  // no designated router
  put32(message, 0);
  set16(message, 12, transport_checksum(ends.source, ends.destination, protocol_ospf, message));
  return ip_frame(ends, protocol_ospf, 1, message);
}

Frame arp_reply(const ForgedEnds& ends) {
  auto frame = ethernet(ends, 0x0806);
  put16(frame, 1);  // Ethernet
  put16(frame, 0x0800);
  put16(frame, 0x0604);
  put16(frame, 2);
  put(frame, ends.source_mac.bytes);
  put(frame, ends.source.bytes());
  put(frame, ends.destination_mac.bytes);
  put(frame, ends.destination.bytes());
  return frame;
}

Frame keyless_frame(const ForgedEnds& ends, Protocol protocol, std::uint32_t spi, std::uint32_t sequence,
                    std::string_view noise) {
  Frame content;
  if (protocol == Protocol::esp) {
    put32(content, spi);
    put32(content, sequence);
    put(content, noise);
    return ip_frame(ends, protocol_esp, usual_hops, content);
  }
  // RFC 4302 section 2: the length in 32-bit words, less 2; a check value of 96 bits, over IPv6 padded to a multiple
  // of 8.
  put8(content, protocol_udp);
  put8(content, 4);
  put16(content, 0);
  put32(content, spi);
  put32(content, sequence);
  for (std::size_t index = 0; index < 12; ++index) put8(content, noise.empty() ? 0 : noise[index % noise.size()]);
  put(content, udp(ends, 7001, 7001, noise));
  return ip_frame(ends, protocol_ah, usual_hops, content);
}

}  // namespace useipsec
