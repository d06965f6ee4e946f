#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <vector>

#include "nat/ipv4_packet.h"
#include "nat/mapping_table.h"

namespace useipsec {

/// Fragments without ports go the way of their packet's first one (RFC 4787 section 11). Those that come before it
/// wait; nothing is reassembled, and identifications stay as they are.
class FragmentTable {
 public:
  /// What a later fragment turns into; nothing: it waits for the first one, or there is no more room.
  std::optional<Ipv4Packet> later(const Ipv4Packet& fragment, NatTime now);
  /// The first fragment turned from `before` into `after`: what waited for it, rewritten alike.
  std::vector<Ipv4Packet> first(const Ipv4Packet& before, const Ipv4Packet& after, NatTime now);
  void forget_expired(NatTime now);

 private:
  struct Datagram {
    Address source, destination;
    std::uint8_t protocol;
    std::uint16_t identification;
    NatTime began;
    std::optional<std::pair<Address, Address>> becomes;  ///< source and destination
    std::vector<Ipv4Packet> waiting;
  };
  Datagram& datagram(const Ipv4Packet& fragment, NatTime now);
  std::list<Datagram> datagrams_;
};

}  // namespace useipsec
