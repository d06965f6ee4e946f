#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "wire/packet.h"

namespace useipsec {

/// What an IKE message says about one of its two addresses, for the peer to find out whether a NAT changed it: a hash
/// over the SPIs, the address and the port (RFC 3947 section 3.2, RFC 7296 section 2.23). In the clear.
struct NatDetection {
  std::span<const std::uint8_t> spis;  ///< initiator's and responder's, as hashed; in the packet
  std::span<const std::uint8_t> hash;  ///< in the packet
  bool of_source = false;              ///< the sender's own address; else the one it sends to
};

/// The hashes in the message, in their order; nothing where it has none or is encrypted.
std::vector<NatDetection> nat_detections(const Packet& packet);

}  // namespace useipsec
