#include "nat/isakmp_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "wire/ike.h"

namespace useipsec {
namespace {

constexpr std::size_t header_length = 28, next_payload_at = 16, generic_header = 4;
constexpr std::uint8_t security_association = 1, last_known_payload = 12;  // 12: delete; 13 is the vendor ID
constexpr std::array<std::uint8_t, 6> known_exchanges{1, 2, 3, 4, 5, 32};

}  // namespace

std::string isakmp_complaint(std::span<const std::uint8_t> payload) {
  const auto ike = read_ike(Bytes(payload), payload.size());
  if (!ike) return "no ISAKMP header";
  if (ike->version != 1) return fmt::format("ISAKMP version {}", ike->version);
  if (std::find(known_exchanges.begin(), known_exchanges.end(), ike->exchange) == known_exchanges.end())
    return "an unknown ISAKMP exchange";
  if (ike->is_encrypted()) return {};
  auto type = payload[next_payload_at];
  auto rest = payload.subspan(header_length);
  for (bool first = true; type != 0; first = false) {
    if (type > last_known_payload) return fmt::format("an ISAKMP payload of type {}", type);
    if (type == security_association && !first) return "an ISAKMP SA payload that is not the first";
    if (rest.size() < generic_header) return "an ISAKMP payload that is cut off";
    const std::size_t length = static_cast<std::size_t>(rest[2]) << 8U | rest[3];
    if (length < generic_header || length > rest.size()) return "an ISAKMP payload that is cut off";
    type = rest[0];
    rest = rest.subspan(length);
  }
  return {};
}

}  // namespace useipsec
