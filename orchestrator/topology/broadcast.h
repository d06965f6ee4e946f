#pragma once

#include <optional>

#include "topology/topology.h"

namespace useipsec {

/// Whether what is sent there is for all hosts of a link: the limited broadcast address, or that of an IPv4 subnet
/// which an end of a link is in (RFC 919 section 7, RFC 922).
bool is_broadcast(const Topology& topology, const Address& address);

/// The broadcast address of the first IPv4 subnet on the link; nothing where it has none.
std::optional<Address> broadcast_of(const Link& link);

/// Whether it never leaves its link and may be for several nodes there: multicast, broadcast.
bool is_group(const Topology& topology, const Address& address);

}  // namespace useipsec
