#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "nat/fragment_table.h"
#include "nat/ipv4_packet.h"
#include "nat/mapping_table.h"
#include "nat/pair_table.h"
#include "topology/nat_policy.h"

namespace useipsec {

/// Where a translator stands.
struct TranslatorPlace {
  Address outside;             ///< the address it shows
  std::vector<Prefix> inside;  ///< what lies inside; everything else is outside
};

/// The lab's own NAT box, for behaviors that the kernel's NAT does not have: a state machine that is handed IPv4
/// packets and the time, and hands back packets. It sends, waits for and looks at nothing. Terms: RFC 4787, RFC 5382,
/// RFC 5508.
class Translator {
 public:
  /// `seed`: for the ports it draws.
  Translator(NatPolicy policy, TranslatorPlace place, std::uint32_t seed);

  /// What becomes of a packet that came from either side: itself, translated; nothing; or itself and the fragments that
  /// waited for it.
  std::vector<PacketBytes> translate(std::span<const std::uint8_t> bytes, NatTime now);

  /// The tables are forgotten, as by a reboot. Forwards stay.
  void forget();
  /// Every mapping goes on at another outside port, without a word to anybody.
  void change_ports() { mappings_.change_ports(); }
  /// Another outside address; mappings made for the old one are forgotten.
  void change_outside(const Address& outside);

  /// Why packets were dropped, and how many.
  const std::map<std::string, std::uint64_t>& dropped() const { return dropped_; }

 private:
  using Translated = std::optional<Ipv4Packet>;
  Translated drop(std::string why);
  bool is_inside(const Address& address) const;
  Translated translated(const Ipv4Packet& packet, NatTime now);
  std::string refusal(const Ipv4Packet& packet) const;
  Translated outbound(Ipv4Packet packet, NatTime now);
  Translated outbound_ports(Ipv4Packet packet, NatTime now);
  Translated outbound_ike(Ipv4Packet packet, NatTime now);
  Translated outbound_portless(Ipv4Packet packet, NatTime now);
  Translated outbound_error(Ipv4Packet packet, const QuotedPacket& quoted);
  Translated inbound(Ipv4Packet packet, NatTime now);
  Translated inbound_ports(Ipv4Packet packet, NatTime now);
  Translated inbound_portless(Ipv4Packet packet, NatTime now);
  Translated inbound_error(Ipv4Packet packet, const QuotedPacket& quoted, NatTime now);
  Translated hairpin(Ipv4Packet packet, NatTime now);
  Translated one_to_one(Ipv4Packet packet, NatTime now);
  bool is_tracked(std::uint8_t protocol) const;
  void forget_expired(NatTime now);

  NatPolicy policy_;
  NatBehavior behavior_;
  TranslatorPlace place_;
  MappingTable mappings_;
  AddressPairs addresses_;
  SpiPairs spis_;
  CookieTable cookies_;
  FragmentTable fragments_;
  std::map<std::string, std::uint64_t> dropped_;
};

}  // namespace useipsec
