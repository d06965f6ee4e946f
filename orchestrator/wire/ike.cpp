#include "wire/ike.h"

#include <fmt/format.h>

namespace useipsec {

namespace {

constexpr std::size_t header_length = 28;

const char* version1_name(std::uint8_t exchange) {
  switch (exchange) {  // RFC 2408 section 3.1, RFC 2409 appendix A, draft-ietf-ipsec-isakmp-mode-cfg
    case 1:
      return "base";
    case 2:
      return "main mode";
    case 3:
      return "authentication only";
    case 4:
      return "aggressive mode";
    case 5:
      return "informational";
    case 6:
      return "transaction";
    case 32:
      return "quick mode";
    case 33:
      return "new group mode";
    default:
      return nullptr;
  }
}

const char* version2_name(std::uint8_t exchange) {
  switch (exchange) {  // RFC 7296 section 3.1, RFC 5723, RFC 6467, RFC 9242
    case 34:
      return "IKE_SA_INIT";
    case 35:
      return "IKE_AUTH";
    case 36:
      return "CREATE_CHILD_SA";
    case 37:
      return "INFORMATIONAL";
    case 38:
      return "IKE_SESSION_RESUME";
    case 43:
      return "IKE_INTERMEDIATE";
    default:
      return nullptr;
  }
}

}  // namespace

std::string IkeHeader::exchange_name() const {
  const char* name = version == 1 ? version1_name(exchange) : version2_name(exchange);
  return name != nullptr ? name : fmt::format("exchange {}", exchange);
}

std::optional<IkeHeader> read_ike(const Bytes& payload, std::size_t length) {
  if (payload.size() < header_length || payload.u32(24) != length) return std::nullopt;
  IkeHeader header;
  header.initiator_spi = *payload.u64(0);
  header.responder_spi = *payload.u64(8);
  header.version = static_cast<std::uint8_t>(*payload.u8(17) >> 4);
  header.exchange = *payload.u8(18);
  header.flags = *payload.u8(19);
  header.message_id = *payload.u32(20);
  if (header.initiator_spi == 0 || (header.version != 1 && header.version != 2)) return std::nullopt;
  return header;
}

}  // namespace useipsec
