#pragma once

#include <cstdint>
#include <span>

namespace useipsec {

// What somebody on the way changes in an IKE message that is not encrypted; lengths stay. `message` begins with the IKE
// header (RFC 2408 section 3.1, RFC 7296 section 3.1). Both say whether there was anything to change.

/// One byte of every hash by which the peers look for NATs: IKEv1's NAT-D payloads (RFC 3947 section 3.2, and of the
/// drafts before), IKEv2's NAT_DETECTION notifications (RFC 7296 section 2.23).
bool alter_nat_detection(std::span<std::uint8_t> message);

/// One byte of every vendor ID: what a peer says that it can do is not understood.
bool alter_vendor_ids(std::span<std::uint8_t> message);

}  // namespace useipsec
