#pragma once

#include "forge/frames.h"

namespace useipsec {

/// The IP packet of `frame`, which has neither options nor extension headers, under ESP as a holder of the SA's keys
/// makes it (RFC 4303 section 3.3): its addresses may be anybody's. In tunnel mode the outer header has the SA's
/// addresses; where the SA says so it goes in UDP (RFC 3948 section 3.4). Throws Error where the SA has other
/// algorithms than AES in CBC mode or no encryption, with HMAC with SHA-1 or SHA-2.
Frame under_esp(const Frame& frame, const SaRecord& sa, std::uint32_t sequence);

}  // namespace useipsec
