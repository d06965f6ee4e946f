#include "forge/ike_edit.h"

#include <algorithm>
#include <functional>

namespace useipsec {

namespace {

constexpr std::size_t header_size = 28, payload_header = 4;

std::size_t number(std::span<const std::uint8_t> bytes) { return bytes[0] * std::size_t{256} + bytes[1]; }

/// Every payload in the clear, by its type and body; true where one of them was changed.
bool each_payload(std::span<std::uint8_t> message,
                  const std::function<bool(std::uint8_t type, std::span<std::uint8_t> body)>& change) {
  if (message.size() < header_size) return false;
  const unsigned major = message[17] >> 4U;
  if (major == 1 && (message[19] & 1U) != 0) return false;  // encrypted
  bool changed = false;
  std::uint8_t type = message[16];
  auto rest = message.subspan(header_size);
  while (type != 0 && rest.size() >= payload_header) {
    const auto length = number(rest.subspan(2));
    if (length < payload_header || length > rest.size()) break;
    changed |= change(type, rest.subspan(payload_header, length - payload_header));
    type = rest[0];
    rest = rest.subspan(length);
  }
  return changed;
}

bool alter(std::span<std::uint8_t> bytes) {
  if (bytes.empty()) return false;
  bytes[0] ^= 0xffU;
  return true;
}

}  // namespace

bool alter_nat_detection(std::span<std::uint8_t> message) {
  constexpr std::uint8_t nat_d = 20, nat_d_of_drafts = 130, notify = 41;
  constexpr std::size_t source_ip = 16388, destination_ip = 16389;
  const bool first_version = message.size() >= header_size && message[17] >> 4U == 1;
  return each_payload(message, [&](std::uint8_t type, std::span<std::uint8_t> body) {
    if (first_version) return (type == nat_d || type == nat_d_of_drafts) && alter(body);
    if (type != notify || body.size() < 4) return false;
    const auto what = number(body.subspan(2));
    if (what != source_ip && what != destination_ip) return false;
    return alter(body.subspan(std::min<std::size_t>(body.size(), 4 + std::size_t{body[1]})));  // after an SPI
  });
}

bool alter_vendor_ids(std::span<std::uint8_t> message) {
  constexpr std::uint8_t vendor_id_1 = 13, vendor_id_2 = 43;
  return each_payload(message, [](std::uint8_t type, std::span<std::uint8_t> body) {
    return (type == vendor_id_1 || type == vendor_id_2) && alter(body);
  });
}

}  // namespace useipsec
