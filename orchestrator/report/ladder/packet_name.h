#pragma once

#include <string>

#include "wire/packet.h"

namespace useipsec {

/// What a packet is, in a few words and without numbers that differ between repeats: "ESP in UDP 0x4f65f92f",
/// "IKE_SA_INIT request", "neighbor solicitation for 2001:db8::2", "ICMP echo request", "TCP SYN".
std::string packet_name(const Packet& packet);

/// The same without what tells one peer, SA or message from another, for floods: "ESP in UDP", "IKE_SA_INIT request".
std::string packet_kind(const Packet& packet);

/// "10.1.0.2:500", "[2001:db8::1]:500", or the address alone where there is no port.
std::string endpoint_text(const std::optional<Address>& address, const std::optional<std::uint16_t>& port);

}  // namespace useipsec
