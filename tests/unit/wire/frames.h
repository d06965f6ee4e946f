#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/address.h"

namespace useipsec::frames {

// Frames byte by byte from the layouts of the RFCs. Checksums are left 0: an observer does not check them.

using Octets = std::vector<std::uint8_t>;

inline void put(Octets& to, std::uint64_t value, int width) {
  for (int shift = (width - 1) * 8; shift >= 0; shift -= 8) to.push_back(static_cast<std::uint8_t>(value >> shift));
}
inline Octets join(std::initializer_list<Octets> parts) {
  Octets all;
  for (const auto& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}
inline Octets text(std::string_view words) { return {words.begin(), words.end()}; }
inline Address address(const std::string& words) { return *Address::parse(words); }

inline Octets ethernet(std::uint16_t type, const Octets& inside) {
  Octets frame{2, 0x75, 0x69, 0, 0, 2, 2, 0x75, 0x69, 0, 0, 1};
  put(frame, type, 2);
  return join({frame, inside});
}
/// RFC 791. `fragment` is the flags and offset field.
inline Octets ipv4(const std::string& from, const std::string& to, std::uint8_t protocol, const Octets& inside,
                   std::uint16_t fragment = 0, const Octets& options = {}) {
  Octets packet{static_cast<std::uint8_t>(0x45 + options.size() / 4), 0};
  put(packet, 20 + options.size() + inside.size(), 2);
  put(packet, 0x1234, 2);
  put(packet, fragment, 2);
  packet.push_back(64);
  packet.push_back(protocol);
  put(packet, 0, 2);
  for (const auto& each : {address(from), address(to)})
    packet.insert(packet.end(), each.bytes().begin(), each.bytes().end());
  return join({packet, options, inside});
}
/// RFC 8200.
inline Octets ipv6(const std::string& from, const std::string& to, std::uint8_t next, const Octets& inside) {
  Octets packet{0x60, 0, 0, 0};
  put(packet, inside.size(), 2);
  packet.push_back(next);
  packet.push_back(64);
  for (const auto& each : {address(from), address(to)})
    packet.insert(packet.end(), each.bytes().begin(), each.bytes().end());
  return join({packet, inside});
}
inline Octets udp(std::uint16_t source, std::uint16_t destination, const Octets& inside) {
  Octets header;
  put(header, source, 2);
  put(header, destination, 2);
  put(header, 8 + inside.size(), 2);
  put(header, 0, 2);
  return join({header, inside});
}
inline Octets tcp(std::uint16_t source, std::uint16_t destination, std::uint8_t flags, const Octets& inside) {
  Octets header;
  put(header, source, 2);
  put(header, destination, 2);
  put(header, 0, 8);
  header.push_back(0x50);
  header.push_back(flags);
  put(header, 0, 6);
  return join({header, inside});
}
inline Octets icmp(std::uint8_t type, std::uint8_t code, const Octets& inside) {
  Octets header{type, code};
  put(header, 0, 6);
  return join({header, inside});
}
/// RFC 4303 section 2: SPI, sequence number, then what only the receiver reads.
inline Octets esp(std::uint32_t spi, std::uint32_t sequence, const Octets& hidden = Octets(48, 0xa5)) {
  Octets header;
  put(header, spi, 4);
  put(header, sequence, 4);
  return join({header, hidden});
}
/// RFC 4302 section 2 with a 128-bit ICV: 12 + 16 bytes, length field 28/4 - 2 = 5.
inline Octets ah(std::uint8_t next, std::uint32_t spi, std::uint32_t sequence, const Octets& inside) {
  Octets header{next, 5, 0, 0};
  put(header, spi, 4);
  put(header, sequence, 4);
  return join({header, Octets(16, 0xcc), inside});
}
/// RFC 2408 section 3.1, RFC 7296 section 3.1.
inline Octets ike(std::uint8_t major, std::uint8_t exchange, std::uint8_t flags, std::uint32_t message_id) {
  Octets header;
  put(header, 0x1122334455667788, 8);
  put(header, 0, 8);
  header.push_back(33);
  header.push_back(static_cast<std::uint8_t>(major << 4));
  header.push_back(exchange);
  header.push_back(flags);
  put(header, message_id, 4);
  put(header, 28 + 12, 4);
  return join({header, Octets(12, 0)});
}

/// A pcap file (magic a1b2c3d4, version 2.4, Ethernet) with `packets` at CLOCK_REALTIME seconds.
inline void write_pcap(const std::filesystem::path& file, const std::vector<std::pair<double, Octets>>& packets) {
  Octets all;
  put(all, 0xa1b2c3d4, 4);
  put(all, 2, 2);
  put(all, 4, 2);
  put(all, 0, 8);
  put(all, 65535, 4);
  put(all, 1, 4);
  for (const auto& [time, frame] : packets) {
    const auto seconds = static_cast<std::uint64_t>(time);
    put(all, seconds, 4);
    put(all, static_cast<std::uint64_t>((time - static_cast<double>(seconds)) * 1e6), 4);
    put(all, frame.size(), 4);
    put(all, frame.size(), 4);
    all.insert(all.end(), frame.begin(), frame.end());
  }
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(all.data()), static_cast<std::streamsize>(all.size()));
}

}  // namespace useipsec::frames
