#pragma once

#include <netinet/in.h>

#include <string>

#include "nat/ipv4_packet.h"

namespace useipsec::sample {

// Packets made and checked with whole checksums (RFC 1071), so that adjusted ones are compared with something else.

inline Address address(const std::string& text) { return *Address::parse(text); }
inline Endpoint endpoint(const std::string& text, std::uint16_t port) { return {address(text), port}; }

inline std::uint32_t sum(std::span<const std::uint8_t> bytes) {
  std::uint32_t total = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 2)
    total += static_cast<std::uint32_t>(bytes[at] << 8U) + (at + 1 < bytes.size() ? bytes[at + 1] : 0U);
  return total;
}

inline std::uint16_t folded(std::uint32_t total) {
  while (total >> 16U != 0) total = (total & 0xffffU) + (total >> 16U);
  return static_cast<std::uint16_t>(~total);
}

inline void put16(PacketBytes& bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8U);
  bytes[at + 1] = static_cast<std::uint8_t>(value);
}

inline std::uint32_t pseudo_header(std::span<const std::uint8_t> packet) {
  return sum(packet.subspan(12, 8)) + packet[9] + static_cast<std::uint32_t>(packet.size() - 20);
}

/// `offset`: in bytes, of a fragment.
inline PacketBytes ipv4(std::uint8_t protocol, const Address& source, const Address& destination,
                        std::span<const std::uint8_t> payload, std::uint16_t id = 7, std::uint16_t offset = 0,
                        bool more = false) {
  PacketBytes packet(20);
  packet[0] = 0x45;
  put16(packet, 2, static_cast<std::uint16_t>(20 + payload.size()));
  put16(packet, 4, id);
  put16(packet, 6, static_cast<std::uint16_t>((more ? 0x2000U : 0U) | offset / 8U));
  packet[8] = 64;
  packet[9] = protocol;
  std::copy_n(source.bytes().begin(), 4, packet.begin() + 12);
  std::copy_n(destination.bytes().begin(), 4, packet.begin() + 16);
  put16(packet, 10, folded(sum(packet)));
  packet.insert(packet.end(), payload.begin(), payload.end());
  return packet;
}

inline PacketBytes udp(const Endpoint& source, const Endpoint& destination, PacketBytes data = {1, 2, 3}) {
  PacketBytes payload(8);
  put16(payload, 0, source.port);
  put16(payload, 2, destination.port);
  put16(payload, 4, static_cast<std::uint16_t>(8 + data.size()));
  payload.insert(payload.end(), data.begin(), data.end());
  auto packet = ipv4(IPPROTO_UDP, source.address, destination.address, payload);
  put16(packet, 26, folded(sum(std::span(packet).subspan(20)) + pseudo_header(packet)));
  return packet;
}

inline PacketBytes tcp(const Endpoint& source, const Endpoint& destination) {
  PacketBytes payload(20);
  put16(payload, 0, source.port);
  put16(payload, 2, destination.port);
  payload[12] = 0x50;
  payload[13] = 2;
  auto packet = ipv4(IPPROTO_TCP, source.address, destination.address, payload);
  put16(packet, 36, folded(sum(std::span(packet).subspan(20)) + pseudo_header(packet)));
  return packet;
}

inline PacketBytes icmp(std::uint8_t type, const Address& source, const Address& destination, std::uint16_t identifier,
                        std::span<const std::uint8_t> rest = {}) {
  PacketBytes payload(8);
  payload[0] = type;
  put16(payload, 4, identifier);
  payload.insert(payload.end(), rest.begin(), rest.end());
  put16(payload, 2, folded(sum(payload)));
  return ipv4(IPPROTO_ICMP, source, destination, payload);
}

inline PacketBytes esp(const Address& source, const Address& destination, std::uint32_t spi,
                       std::uint8_t protocol = IPPROTO_ESP) {
  PacketBytes payload(24);
  const std::size_t at = protocol == IPPROTO_AH ? 4 : 0;
  put16(payload, at, static_cast<std::uint16_t>(spi >> 16U));
  put16(payload, at + 2, static_cast<std::uint16_t>(spi));
  return ipv4(protocol, source, destination, payload);
}

/// An ISAKMP message of main mode with these payloads, each of four empty bytes.
inline PacketBytes isakmp(std::uint64_t cookie, const std::vector<std::uint8_t>& payloads = {1},
                          std::uint8_t version = 0x10) {
  PacketBytes message(28);
  for (int byte = 0; byte < 8; ++byte)
    message[static_cast<std::size_t>(byte)] = static_cast<std::uint8_t>(cookie >> (56 - 8 * byte));
  message[16] = payloads.empty() ? std::uint8_t{0} : payloads.front();
  message[17] = version;
  message[18] = 2;
  for (std::size_t each = 0; each < payloads.size(); ++each)
    message.insert(message.end(),
                   {each + 1 < payloads.size() ? payloads[each + 1] : std::uint8_t{0}, 0, 0, 8, 0, 0, 0, 0});
  put16(message, 26, static_cast<std::uint16_t>(message.size()));
  return message;
}

/// Whether every checksum of a whole packet, and of what it quotes, is right.
inline bool is_sound(const PacketBytes& packet) {
  if (folded(sum(std::span(packet).first(20))) != 0) return false;
  const auto upper = std::span(packet).subspan(20);
  if (packet[9] == IPPROTO_ICMP) return folded(sum(upper)) == 0;
  if (packet[9] == IPPROTO_UDP && upper[6] == 0 && upper[7] == 0) return true;
  if (packet[9] == IPPROTO_UDP || packet[9] == IPPROTO_TCP) return folded(sum(upper) + pseudo_header(packet)) == 0;
  return true;
}

}  // namespace useipsec::sample
