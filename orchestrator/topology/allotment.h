#pragma once

#include <cstdint>
#include <optional>

#include "base/address.h"

namespace useipsec {

/// The `number`-th address of a subnet that a host can have, from 1; nothing where there are not so many. Network and
/// broadcast addresses belong to nobody, but on a /31 both are hosts (RFC 3021).
std::optional<Address> host_address(const Prefix& subnet, std::uint32_t number);

bool is_network_or_broadcast(const Prefix& subnet, const Address& address);

/// An IPv6 subnet of which every link has its own (RFC 4291 section 2.5.6).
bool is_link_local_subnet(const Prefix& subnet);

}  // namespace useipsec
