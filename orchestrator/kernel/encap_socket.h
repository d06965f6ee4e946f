#pragma once

#include <cstdint>

#include "base/address.h"
#include "base/unique_fd.h"

namespace useipsec {

/// A UDP socket in the calling thread's network namespace that hands ESP in UDP (RFC 3948) which comes to `port` to
/// XFRM, while it lives: what an IKE daemon holds open. Its own packets pass every policy, else an SPD that wants ESP
/// would drop them for being UDP. Throws Error.
UniqueFd open_encap_socket(Family family, std::uint16_t port);

}  // namespace useipsec
