#include "nat/ipv4_packet.h"

#include <netinet/in.h>

namespace useipsec {
namespace {

constexpr std::size_t udp_header = 8, udp_checksum = 6, tcp_checksum = 16, icmp_checksum = 2, icmp_header = 8;

/// Destination unreachable, source quench, redirect, time exceeded, parameter problem (RFC 792).
bool is_error_type(std::uint8_t type) { return type == 3 || type == 4 || type == 5 || type == 11 || type == 12; }

}  // namespace

std::uint16_t adjusted_checksum(std::uint16_t checksum, std::uint16_t before, std::uint16_t after) {
  std::uint32_t sum =
      static_cast<std::uint16_t>(~checksum) + static_cast<std::uint16_t>(~before) + std::uint32_t{after};
  sum = (sum & 0xffffU) + (sum >> 16U);
  sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<std::uint16_t>(~sum);
}

std::optional<Ipv4Packet> Ipv4Packet::read(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 20 || bytes[0] >> 4U != 4) return {};
  const std::size_t header = (bytes[0] & 0xfU) * std::size_t{4};
  const std::size_t length = static_cast<std::size_t>(bytes[2]) << 8U | bytes[3];
  if (header < 20 || length < header || length > bytes.size()) return {};
  return Ipv4Packet(PacketBytes(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(length)), header);
}

std::uint16_t Ipv4Packet::u16(std::size_t offset) const {
  return static_cast<std::uint16_t>(bytes_[offset] << 8U | bytes_[offset + 1]);
}

void Ipv4Packet::put_u16(std::size_t offset, std::uint16_t value) {
  bytes_[offset] = static_cast<std::uint8_t>(value >> 8U);
  bytes_[offset + 1] = static_cast<std::uint8_t>(value);
}

Address Ipv4Packet::address_at(std::size_t offset) const { return Address(std::span(bytes_).subspan(offset, 4)); }

bool Ipv4Packet::has_ports() const {
  const bool ported = protocol() == IPPROTO_UDP || protocol() == IPPROTO_TCP;
  return ported && begins() && bytes_.size() >= header_ + udp_header;
}

std::span<const std::uint8_t> Ipv4Packet::udp_payload() const {
  return protocol() == IPPROTO_UDP && has_ports() ? std::span(bytes_).subspan(header_ + udp_header)
                                                  : std::span<const std::uint8_t>();
}

std::optional<std::uint32_t> Ipv4Packet::spi() const {
  const std::size_t at = header_ + (protocol() == IPPROTO_AH ? 4 : 0);
  if ((protocol() != IPPROTO_ESP && protocol() != IPPROTO_AH) || !begins() || bytes_.size() < at + 4) return {};
  return static_cast<std::uint32_t>(u16(at)) << 16U | u16(at + 2);
}

bool Ipv4Packet::is_icmp_query() const {
  const bool whole = protocol() == IPPROTO_ICMP && begins() && bytes_.size() >= header_ + icmp_header;
  return whole && (bytes_[header_] == 8 || bytes_[header_] == 13);
}

bool Ipv4Packet::is_icmp_reply() const {
  const bool whole = protocol() == IPPROTO_ICMP && begins() && bytes_.size() >= header_ + icmp_header;
  return whole && (bytes_[header_] == 0 || bytes_[header_] == 14);
}

std::optional<QuotedPacket> Ipv4Packet::quoted() const {
  const std::size_t at = header_ + icmp_header;
  if (protocol() != IPPROTO_ICMP || !begins() || bytes_.size() < at + 20 || !is_error_type(bytes_[header_])) return {};
  const std::size_t upper = at + (bytes_[at] & 0xfU) * std::size_t{4};
  if (bytes_.size() < upper + 8) return {};
  QuotedPacket quoted{bytes_[at + 9], {address_at(at + 12), 0}, {address_at(at + 16), 0}, 0};
  if (quoted.protocol == IPPROTO_UDP || quoted.protocol == IPPROTO_TCP) {
    quoted.source.port = u16(upper);
    quoted.destination.port = u16(upper + 2);
  } else if (quoted.protocol == IPPROTO_ICMP) {
    quoted.source.port = u16(upper + 4);
  } else if (quoted.protocol == IPPROTO_ESP || quoted.protocol == IPPROTO_AH) {
    const auto spi = upper + (quoted.protocol == IPPROTO_AH ? 4 : 0);
    quoted.spi = static_cast<std::uint32_t>(u16(spi)) << 16U | u16(spi + 2);
  }
  return quoted;
}

std::optional<std::size_t> Ipv4Packet::upper_checksum() const {
  if (!begins()) return {};
  if (protocol() == IPPROTO_TCP && bytes_.size() >= header_ + tcp_checksum + 2) return header_ + tcp_checksum;
  if (protocol() != IPPROTO_UDP || bytes_.size() < header_ + udp_header) return {};
  // Zero says that the sender made none (RFC 768).
  return u16(header_ + udp_checksum) == 0 ? std::nullopt : std::optional(header_ + udp_checksum);
}

void Ipv4Packet::replace_u16(std::size_t offset, std::uint16_t value, std::optional<std::size_t> checksum) {
  if (checksum) {
    auto sum = adjusted_checksum(u16(*checksum), u16(offset), value);
    if (sum == 0 && protocol() == IPPROTO_UDP && *checksum == header_ + udp_checksum) sum = 0xffff;  // RFC 768
    put_u16(*checksum, sum);
  }
  put_u16(offset, value);
}

void Ipv4Packet::put_address(std::size_t offset, const Address& address) {
  const auto bytes = address.bytes();
  for (std::size_t part = 0; part < 4; part += 2) {
    const auto value = static_cast<std::uint16_t>(bytes[part] << 8U | bytes[part + 1]);
    const auto before = u16(offset + part);
    replace_u16(offset + part, value, 10);
    // The pseudo-header is covered by the upper checksum as well.
    if (const auto checksum = upper_checksum()) {
      auto sum = adjusted_checksum(u16(*checksum), before, value);
      if (sum == 0 && protocol() == IPPROTO_UDP) sum = 0xffff;
      put_u16(*checksum, sum);
    }
  }
}

void Ipv4Packet::put_port(std::size_t offset, std::uint16_t port) {
  if (has_ports()) replace_u16(header_ + offset, port, upper_checksum());
}

void Ipv4Packet::set_source(const Endpoint& source) {
  put_address(12, source.address);
  put_port(0, source.port);
}

void Ipv4Packet::set_destination(const Endpoint& destination) {
  put_address(16, destination.address);
  put_port(2, destination.port);
}

void Ipv4Packet::set_icmp_identifier(std::uint16_t identifier) {
  replace_u16(header_ + 4, identifier, header_ + icmp_checksum);
}

void Ipv4Packet::set_time_to_live(std::uint8_t hops) {
  replace_u16(8, static_cast<std::uint16_t>(hops << 8U | bytes_[9]), 10);
}

void Ipv4Packet::put_quoted(std::size_t address_offset, std::size_t port_offset, const Endpoint& endpoint) {
  const std::size_t at = header_ + icmp_header;
  const PacketBytes before(bytes_.begin() + static_cast<std::ptrdiff_t>(at), bytes_.end());
  // The quote is rewritten as a packet of its own, so that its sender finds what it sent, checksums included.
  auto quote = before;
  const std::size_t header = (quote[0] & 0xfU) * std::size_t{4};
  Ipv4Packet inner(std::move(quote), header);
  inner.put_address(address_offset, endpoint.address);
  if (inner.has_ports())
    inner.put_port(port_offset, endpoint.port);
  else if (inner.protocol() == IPPROTO_ICMP && port_offset == 0)
    inner.set_icmp_identifier(endpoint.port);
  std::copy(inner.bytes_.begin(), inner.bytes_.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(at));
  auto sum = u16(header_ + icmp_checksum);
  const auto word = [](const PacketBytes& bytes, std::size_t offset) {
    const auto low = offset + 1 < bytes.size() ? bytes[offset + 1] : 0;  // an odd last byte is padded (RFC 1071)
    return static_cast<std::uint16_t>(bytes[offset] << 8U | low);
  };
  for (std::size_t offset = 0; offset < before.size(); offset += 2)
    sum = adjusted_checksum(sum, word(before, offset), word(inner.bytes_, offset));
  put_u16(header_ + icmp_checksum, sum);
}

}  // namespace useipsec
