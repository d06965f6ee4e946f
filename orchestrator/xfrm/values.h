#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"

namespace useipsec {

// SAs and policies as values: what is asked of the kernel and what it says it has (linux/xfrm.h).

enum class Protocol : std::uint8_t { ah, esp };
enum class Mode : std::uint8_t { transport, tunnel };
enum class Requirement : std::uint8_t { require, use, bypass, discard };

/// The port of ESP in UDP (RFC 3948 section 2).
inline constexpr std::uint16_t esp_in_udp_port = 4500;

/// An SA to install by hand (XFRM_MSG_NEWSA).
struct ManualSa {
  Address source, destination;
  Protocol protocol = Protocol::esp;
  Mode mode = Mode::transport;
  std::uint32_t spi = 0;
  std::string encryption,
      encryption_key;  ///< kernel name (e.g. "cbc(aes)", "ecb(cipher_null)") and hexadecimal key; empty: none
  std::string integrity, integrity_key;  ///< e.g. "hmac(sha256)"
  std::uint32_t integrity_truncation_bits = 0;
  std::string aead, aead_key;  ///< e.g. "rfc4106(gcm(aes))"
  std::uint32_t aead_icv_bits = 0;
  std::uint32_t replay_window = 0;
  std::uint32_t request_id = 0;
  std::uint16_t encap_source_port = 0, encap_destination_port = 0;  ///< UDP encapsulation (RFC 3948); 0: none
  /// Its own selectors (RFC 4301 section 5.2): other packets are refused though the check value is good. Nothing: none.
  std::optional<Prefix> packet_source, packet_destination;
  bool operator==(const ManualSa&) const = default;
};

enum class Direction : std::uint8_t { in, out, forward };

/// A policy to install by hand (XFRM_MSG_NEWPOLICY).
struct ManualPolicy {
  Prefix source, destination;
  std::string link{};                                          ///< what crosses this link only; empty: any
  std::uint8_t upper_protocol = 0;                             ///< 0: any
  std::optional<std::uint16_t> source_port, destination_port;  ///< ICMP: type, code
  Direction direction = Direction::out;
  Requirement requirement = Requirement::require;
  std::uint32_t priority = 1000;
  // The templates, for require and use:
  std::vector<Protocol> protocols{Protocol::esp};  ///< in the order of applying them: the last is outermost
  Mode mode = Mode::transport;                     ///< of the first; what is put around it is in transport mode
  Address tunnel_source, tunnel_destination;       ///< also the SA's addresses in transport mode where not any
  std::uint32_t request_id = 0;
  bool operator==(const ManualPolicy&) const = default;
};

/// One SA of a node as the kernel dumps it (XFRM_MSG_GETSA).
struct SaRecord {
  Address source, destination;
  std::string protocol;  ///< "esp", "ah"
  std::string mode;      ///< "transport", "tunnel"
  std::uint32_t spi = 0;
  bool udp_encapsulated = false;
  std::uint16_t encap_source_port = 0, encap_destination_port = 0;
  std::string encryption, integrity;          ///< the kernel's algorithm names
  std::string encryption_key, integrity_key;  ///< hexadecimal; what is needed to decrypt the captures
  std::uint32_t integrity_truncation_bits = 0;
  std::uint64_t bytes = 0, packets = 0;                               ///< lifetime counters
  std::uint32_t replay = 0, replay_window = 0, integrity_failed = 0;  ///< struct xfrm_stats
  bool extended_sequence = false;  ///< sequence numbers of 64 bits (RFC 4303 section 2.2.1)
  std::uint32_t request_id = 0;    ///< what a policy's template asks for it by
  bool operator==(const SaRecord&) const = default;
};

/// One policy of a node (XFRM_MSG_GETPOLICY), socket policies left out.
struct PolicyRecord {
  Prefix source, destination;
  std::uint8_t protocol = 0;
  std::string source_port, destination_port;  ///< "any" or a number (an ICMP type in source_port)
  std::string direction;                      ///< "in", "out", "fwd"
  std::string action;                         ///< "allow", "block"
  std::uint32_t priority = 0;
  std::string template_text;     ///< e.g. "esp transport required"; empty: no template
  std::uint32_t request_id = 0;  ///< of its first template
  bool operator==(const PolicyRecord&) const = default;
};

/// What the kernel asked key management for: the selector of a packet that a policy has no SA for (XFRM_MSG_ACQUIRE).
struct AcquireRecord {
  Address source, destination;
  std::uint8_t protocol = 0;
  std::uint16_t source_port = 0, destination_port = 0;  ///< ICMP: type, code
  std::uint64_t count = 1;                              ///< how often, since the node was started
  bool same_selector(const AcquireRecord& other) const {
    return source == other.source && destination == other.destination && protocol == other.protocol &&
           source_port == other.source_port && destination_port == other.destination_port;
  }
  bool operator==(const AcquireRecord&) const = default;
};

}  // namespace useipsec
