#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"

namespace useipsec {

/// prefix: RFC 6296, IPv6 only.
enum class NatKind : std::uint8_t { masquerade, one_to_one, prefix };
enum class PortMapping : std::uint8_t { preserve, random };

/// Which remote endpoints share a mapping, or may use one (RFC 4787 sections 4.1 and 5).
enum class Dependence : std::uint8_t { endpoint_independent, address_dependent, address_and_port_dependent };

/// What happens to a protocol without ports. passed: its addresses are translated, one inside host for each remote one.
/// tracked: inbound SPIs are paired with outbound ones, one new pair at a time.
enum class Passage : std::uint8_t { dropped, passed, tracked };

enum class PortedProtocol : std::uint8_t { udp, tcp };

/// A static inbound mapping: who writes to this port of the outside address reaches `to`.
struct PortForward {
  PortedProtocol protocol = PortedProtocol::udp;
  std::uint16_t port = 0;
  Address to;
  std::uint16_t to_port = 0;
  bool operator==(const PortForward&) const = default;
};

/// Seconds without traffic after which a mapping is forgotten; nothing: what the box does of its own accord.
struct MappingLifetimes {
  std::optional<std::uint32_t> udp, tcp, icmp;
  std::optional<std::uint32_t> other;  ///< ESP, AH and whatever else has no ports
  bool operator==(const MappingLifetimes&) const = default;
};

/// What the NAT box translates on its way out of link `outside` (RFC 2663: NAPT, basic NAT), and how it behaves, as
/// written: what a file leaves open is as the kernel's NAT does it (behavior_of).
struct NatPolicy {
  NatKind kind = NatKind::masquerade;
  PortMapping ports = PortMapping::preserve;  ///< masquerade only
  std::string outside;                        ///< link
  std::optional<Address> inside_address;      ///< one_to_one only
  std::optional<Address> outside_address;     ///< one_to_one only
  std::optional<Prefix> inside_prefix;        ///< prefix only
  std::optional<Prefix> outside_prefix;       ///< prefix only; of the same length
  std::optional<Dependence> mapping, filtering;
  std::optional<bool> hairpin;  ///< whether inside hosts reach each other by the outside address (RFC 4787 section 6)
  MappingLifetimes lifetimes;
  std::optional<Passage> esp, ah;
  bool only_tcp_and_udp = false;  ///< every other protocol is dropped
  bool drops_fragments = false;   ///< those that are not the first, and so carry no ports
  bool keeps_port_500 = false;    ///< source port 500 is never translated: the first client has it, others are dropped
  bool ike_by_cookies = false;    ///< source port 500 is kept for all; answers are told apart by the initiator's cookie
  bool ftp_gateway = false;       ///< rewrites the addresses that FTP's PORT carries (RFC 2663 section 2.9)
  bool strict_isakmp = false;     ///< on port 500 only ISAKMP as of RFC 2408, without vendor IDs, passes
  std::vector<PortForward> forwards;
  bool operator==(const NatPolicy&) const = default;
};

/// The behaviors of a NAT box with nothing left open.
struct NatBehavior {
  Dependence mapping = Dependence::address_and_port_dependent;
  Dependence filtering = Dependence::address_and_port_dependent;
  bool hairpin = false;
  Passage esp = Passage::passed, ah = Passage::passed;
  bool other_protocols = true;  ///< those beside TCP, UDP, ICMP, ESP and AH pass
};
NatBehavior behavior_of(const NatPolicy& policy);

/// Why the kernel's NAT cannot be this box, in words: "endpoint-independent mapping"; empty where it can. What the
/// kernel cannot be, the lab's own translator is. (net/netfilter/nf_nat_core.c: mappings and filters are per
/// connection; fragments are reassembled; protocols without ports are tracked by their addresses.)
std::vector<std::string> beyond_kernel(const NatPolicy& policy);

/// The box in a few short lines for a person: "NAPT to wan", "endpoint-independent mapping", "drops ESP and AH".
std::vector<std::string> nat_words(const NatPolicy& policy);

}  // namespace useipsec
