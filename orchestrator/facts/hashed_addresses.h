#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "facts/facts.h"
#include "facts/flow_evidence.h"

namespace useipsec {

/// What a search for the address behind a hash came to.
struct AddressSearch {
  std::optional<Address> address;  ///< nothing: none of those that were tried
  std::uint64_t tried = 0;         ///< hashes that were made
};

/// Looks for the address and port behind a hash of IKE's NAT detection, as any reader of the message can: the address
/// that the packet shows, then every private one (RFC 1918), each with `port` and with port 0, which a daemon may hash
/// to pretend a NAT. The hash's length tells its function. Seconds where nothing fits: 36 million hashes.
AddressSearch search_address(std::span<const std::uint8_t> spis, std::span<const std::uint8_t> hash,
                             const Address& shown, std::uint16_t port);

/// The source hashes of every message on every link, each once for a link, with what a search finds.
std::vector<HashedAddressFact> hashed_addresses(const Captures& captures);

}  // namespace useipsec
