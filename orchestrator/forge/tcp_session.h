#pragma once

#include <optional>
#include <vector>

#include "forge/frames.h"
#include "wire/packet.h"

namespace useipsec {

/// The session of which `packets`, the capture of what one node sent over one link, has the last segment from `source`
/// to `destination` with `port` at either end that is no reset; in AH too. Nothing where there is none to be read.
std::optional<TcpPosition> tcp_position(const std::vector<Packet>& packets, const Address& source,
                                        const Address& destination, std::uint16_t port);

}  // namespace useipsec
