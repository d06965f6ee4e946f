#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/address.h"

namespace useipsec {

using PacketBytes = std::vector<std::uint8_t>;

/// An address and a port; a query identifier for ICMP, 0 where a protocol has no ports.
struct Endpoint {
  Address address;
  std::uint16_t port = 0;
  auto operator<=>(const Endpoint&) const = default;
};

/// The sum `checksum` after `before` was replaced by `after` in what it covers (RFC 1624, equation 3).
std::uint16_t adjusted_checksum(std::uint16_t checksum, std::uint16_t before, std::uint16_t after);

/// The packet that an ICMP error quotes, as far as it does. Its first eight bytes behind the header are there (RFC
/// 792).
struct QuotedPacket {
  std::uint8_t protocol = 0;
  Endpoint source, destination;  ///< ports 0 where it has none
  std::uint32_t spi = 0;         ///< of ESP and AH
};

/// One IPv4 packet whose endpoints can be rewritten: every checksum that covers them follows.
class Ipv4Packet {
 public:
  /// Nothing where these bytes are no whole IPv4 packet.
  static std::optional<Ipv4Packet> read(std::span<const std::uint8_t> bytes);

  Address source() const { return address_at(12); }
  Address destination() const { return address_at(16); }
  std::uint8_t protocol() const { return bytes_[9]; }
  std::uint16_t identification() const { return u16(4); }
  bool more_fragments() const { return (u16(6) & 0x2000U) != 0; }
  /// A fragment that begins with the upper protocol's header, or a whole packet.
  bool begins() const { return (u16(6) & 0x1fffU) == 0; }

  /// Whether it is UDP or TCP with its ports there to be read.
  bool has_ports() const;
  std::uint16_t source_port() const { return u16(header_); }
  std::uint16_t destination_port() const { return u16(header_ + 2); }
  /// What follows the UDP header.
  std::span<const std::uint8_t> udp_payload() const;

  /// The SPI of ESP or AH; nothing where it is not there.
  std::optional<std::uint32_t> spi() const;

  bool is_icmp_query() const;  ///< echo, timestamp: with an identifier (RFC 792)
  bool is_icmp_reply() const;  ///< the answer to one
  std::uint16_t icmp_identifier() const { return u16(header_ + 4); }
  /// What an ICMP error quotes; nothing where it is none.
  std::optional<QuotedPacket> quoted() const;

  void set_source(const Endpoint& source);  ///< the port too where it has ports
  void set_destination(const Endpoint& destination);
  void set_source_address(const Address& source) { put_address(12, source); }
  void set_destination_address(const Address& destination) { put_address(16, destination); }
  void set_icmp_identifier(std::uint16_t identifier);
  void set_quoted_source(const Endpoint& source) { put_quoted(12, 0, source); }
  void set_quoted_destination(const Endpoint& destination) { put_quoted(16, 2, destination); }
  void set_time_to_live(std::uint8_t hops);
  std::uint8_t time_to_live() const { return bytes_[8]; }

  const PacketBytes& bytes() const { return bytes_; }

 private:
  Ipv4Packet(PacketBytes bytes, std::size_t header) : bytes_(std::move(bytes)), header_(header) {}
  std::uint16_t u16(std::size_t offset) const;
  void put_u16(std::size_t offset, std::uint16_t value);
  Address address_at(std::size_t offset) const;
  std::optional<std::size_t> upper_checksum() const;  ///< where the sum over the pseudo-header is; nothing: none
  void replace_u16(std::size_t offset, std::uint16_t value, std::optional<std::size_t> checksum);
  void put_address(std::size_t offset, const Address& address);
  void put_port(std::size_t offset, std::uint16_t port);
  void put_quoted(std::size_t address_offset, std::size_t port_offset, const Endpoint& endpoint);

  PacketBytes bytes_;
  std::size_t header_;  ///< of the upper protocol
};

}  // namespace useipsec
