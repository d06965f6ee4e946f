#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "wire/bytes.h"

namespace useipsec {

/// The fixed header of an IKE message (RFC 2408 section 3.1, RFC 7296 section 3.1).
struct IkeHeader {
  std::uint64_t initiator_spi = 0, responder_spi = 0;  ///< IKEv1: cookies
  std::uint8_t version = 0;                            ///< major: 1 or 2
  std::uint8_t exchange = 0;
  std::uint8_t flags = 0;
  std::uint32_t message_id = 0;

  /// "main mode", "quick mode", "IKE_SA_INIT", "CREATE_CHILD_SA", ...; its number where it has no name.
  std::string exchange_name() const;
  /// IKEv2: the Response flag. IKEv1 has none.
  bool is_response() const { return version == 2 && (flags & 0x20) != 0; }
  /// IKEv1: the Encryption flag. IKEv2 has none.
  bool is_encrypted() const { return version == 1 && (flags & 0x01) != 0; }
  bool operator==(const IkeHeader&) const = default;
};

/// The header at the start of a UDP payload (after the non-ESP marker, where there is one). `length` is the payload's
/// length as the UDP header has it: IKE's own length must be the same, so that other traffic is not taken for IKE.
std::optional<IkeHeader> read_ike(const Bytes& payload, std::size_t length);

}  // namespace useipsec
