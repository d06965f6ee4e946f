#include "wire/nat_detection.h"

namespace useipsec {

namespace {

constexpr std::size_t ike_header = 28, payload_header = 4, spi_pair = 16;
constexpr std::uint8_t main_mode = 2, aggressive_mode = 4, ike_sa_init = 34;
constexpr std::uint8_t v1_encrypted = 1;                             // RFC 2408 section 3.1, flags
constexpr std::uint8_t natd_payload = 20, natd_payload_draft = 130;  // RFC 3947 section 9, and what came before it
constexpr std::uint8_t notify_payload = 41;                          // RFC 7296 section 3.10
constexpr std::uint16_t source_ip = 16388, destination_ip = 16389;

bool in_the_clear(const IkeHeader& ike) {
  if (ike.version == 2) return ike.exchange == ike_sa_init;
  return (ike.exchange == main_mode || ike.exchange == aggressive_mode) && (ike.flags & v1_encrypted) == 0;
}

}  // namespace

std::vector<NatDetection> nat_detections(const Packet& packet) {
  std::vector<NatDetection> found;
  if (!packet.ike || !in_the_clear(*packet.ike)) return found;
  const Bytes message(packet.payload);
  const auto spis = message.part(0, spi_pair).span();
  auto next = message.u8(spi_pair);
  auto rest = message.from(ike_header);
  bool first = true;
  while (next && *next != 0) {
    const auto length = rest.u16(2);
    if (!length || *length < payload_header || !rest.has(0, *length)) break;
    const auto body = rest.part(payload_header, *length - payload_header);
    if (packet.ike->version == 1 && (*next == natd_payload || *next == natd_payload_draft)) {
      // The first is of the address it is sent to, the others of the sender's (RFC 3947 section 3.2).
      found.push_back({spis, body.span(), !first});
      first = false;
    }
    if (packet.ike->version == 2 && *next == notify_payload && body.u8(1) == 0) {
      const auto type = body.u16(2);
      if (type == source_ip || type == destination_ip) found.push_back({spis, body.from(4).span(), type == source_ip});
    }
    next = rest.u8(0);
    rest = rest.from(*length);
  }
  return found;
}

}  // namespace useipsec
