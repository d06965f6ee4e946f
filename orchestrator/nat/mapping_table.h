#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <optional>
#include <random>
#include <set>

#include "nat/ipv4_packet.h"
#include "topology/nat_policy.h"

namespace useipsec {

/// The translator's time: it is told, and never looks.
using NatTime = std::chrono::steady_clock::time_point;

/// An inside endpoint and the outside port that stands for it.
struct Mapping {
  std::uint8_t protocol = 0;
  Endpoint inside;
  std::uint16_t outside_port = 0;
  Endpoint remote;           ///< the one it was made for
  std::set<Endpoint> peers;  ///< all that the inside endpoint has sent to through it
  NatTime used;
  bool forward = false;  ///< static: everybody may use it, and it is never forgotten
};

/// The mappings of a NAPT box: TCP and UDP ports, ICMP query identifiers (RFC 4787, RFC 5382, RFC 5508).
class MappingTable {
 public:
  /// `seed` decides which ports are drawn.
  MappingTable(const NatPolicy& policy, std::uint32_t seed);

  /// The mapping for a packet from `inside` to `remote`, made where there is none yet; it is refreshed. Null where
  /// `exact` asks for the same port outside and somebody else has it.
  Mapping* outbound(std::uint8_t protocol, const Endpoint& inside, const Endpoint& remote, NatTime now,
                    bool exact = false);
  /// The mapping by which `remote` may write to the outside port; it is refreshed. Null where there is none.
  Mapping* inbound(std::uint8_t protocol, std::uint16_t outside_port, const Endpoint& remote, NatTime now);
  /// The mapping that translated a packet that an ICMP error quotes; null where none did.
  const Mapping* of_outside(std::uint8_t protocol, std::uint16_t outside_port, const Endpoint& remote) const;
  const Mapping* of_inside(std::uint8_t protocol, const Endpoint& inside, const Endpoint& remote) const;
  bool knows_port(std::uint8_t protocol, std::uint16_t outside_port) const;

  void forget_expired(NatTime now);
  /// All but the forwards.
  void forget();
  /// Every mapping but a forward goes on at another outside port.
  void change_ports();

 private:
  Endpoint scope(Dependence dependence, const Endpoint& remote) const;
  bool admits(const Mapping& mapping, const Endpoint& remote) const;
  bool is_free(std::uint8_t protocol, std::uint16_t port, const Endpoint& remote) const;
  std::optional<std::uint16_t> choose_port(std::uint8_t protocol, const Endpoint& inside, const Endpoint& remote,
                                           bool exact);
  std::uint16_t draw_port(std::uint8_t protocol, const Endpoint& remote);
  std::chrono::seconds lifetime(std::uint8_t protocol) const;

  NatBehavior behavior_;
  PortMapping ports_;
  MappingLifetimes lifetimes_;
  std::list<Mapping> mappings_;
  std::mt19937 random_;
};

}  // namespace useipsec
