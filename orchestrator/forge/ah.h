#pragma once

#include "forge/frames.h"

namespace useipsec {

/// The IP packet of `frame`, which has neither options nor extension headers, under AH in transport mode as a holder of
/// the SA's key makes it (RFC 4302 section 3.3): its addresses may be anybody's. Throws Error where the SA's integrity
/// algorithm is none of HMAC with SHA-1 and SHA-2.
Frame under_ah(const Frame& frame, const SaRecord& sa, std::uint32_t sequence);

}  // namespace useipsec
