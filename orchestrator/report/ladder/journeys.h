#pragma once

#include <string_view>
#include <vector>

#include "report/stored_case.h"

namespace useipsec {

/// One packet leaving one node over one link.
struct JourneyHop {
  const Packet* packet = nullptr;
  std::vector<std::string_view> next;  ///< the nodes that receive it: the other end, or a shared link's by MAC address
};

/// One packet on its way through the network, on every link that showed it.
struct Journey {
  std::vector<JourneyHop> hops;  ///< in the order it crossed them
  const Packet& first() const { return *hops.front().packet; }
  const Packet& last() const { return *hops.back().packet; }
};

/// All captured packets, in the order they left their first node. A packet that leaves a node that received the same
/// payload before is that packet on its way, whatever a NAT made of its addresses and ports.
std::vector<Journey> journeys(const StoredCase& stored);

/// Whether the packet is for its link alone: ARP, neighbor discovery, link-local addresses and groups.
bool is_link_scope(const Packet& packet);

}  // namespace useipsec
