#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/address.h"
#include "topology/nat_policy.h"

namespace useipsec {

enum class Role : std::uint8_t { host, router, nat };
/// A `gre` link is a tunnel: what it carries goes in GRE packets (RFC 2784) between addresses of its two ends.
enum class LinkKind : std::uint8_t { point_to_point, shared, gre };

/// What a link does to every packet that enters it, in each direction.
struct Impairment {
  double delay_ms = 0;
  double jitter_ms = 0;
  double loss_percent = 0;
  std::uint32_t rate_kbit = 0;  ///< 0: unlimited
  std::uint16_t mtu = 0;        ///< bytes; 0: the kernel's default, 1500
  bool queued() const { return delay_ms > 0 || jitter_ms > 0 || loss_percent > 0 || rate_kbit > 0; }
  bool operator==(const Impairment&) const = default;
};

/// One node's interface on a link. The interface carries the link's name inside the node.
struct End {
  std::string node;
  std::vector<Prefix> addresses;  ///< written, or allotted from the link's subnets in the order of the file
  Mac mac;  ///< allotted: 02:75:69:<link>:<end>, so that link-local addresses are known before the run
  bool operator==(const End&) const = default;
};

struct Link {
  std::string name;  ///< at most 15 bytes: it is an interface name
  LinkKind kind = LinkKind::point_to_point;
  std::vector<Prefix> subnets;
  std::vector<End> ends;
  Impairment impairment;
  bool static_neighbors =
      false;  ///< permanent neighbor entries for every address of the link, so that no ARP or ND is needed
  bool snooping =
      false;  ///< shared: the switch forwards a group only to who reported it (IGMP and MLD snooping, RFC 4541)
  bool operator==(const Link&) const = default;
};

/// A static route. `via` is an address on a link of the node.
struct Route {
  Prefix to;
  Address via;
  bool operator==(const Route&) const = default;
};

/// One rule of a router's filter. What it does not name it does not look at; the first rule that matches decides.
struct FilterRule {
  bool accept = false;
  std::string protocol;  ///< "tcp", "udp", "icmp" (of either family), "esp", "ah"; empty: any
  std::optional<Prefix> from, to;
  std::optional<std::uint16_t> from_port, to_port;  ///< tcp and udp only
  /// "drop udp from port 500 to 192.0.2.0/24"; without anything to match "drop everything".
  std::string str() const;
  bool operator==(const FilterRule&) const = default;
};

struct Node {
  std::string name;
  Role role = Role::host;
  std::vector<Prefix> loopback;  ///< addresses on lo
  std::vector<Route> routes;
  std::optional<NatPolicy> nat;  ///< present exactly where role is nat
  /// What a router or NAT box forwards, before any translation on the way out; what no rule matches passes.
  std::vector<FilterRule> filter{};
  bool autoconfigures = false;  ///< a host that takes addresses and routes from router advertisements (RFC 4862)
  bool operator==(const Node&) const = default;
};

/// Hosts, routers, NAT boxes and links; complete: every address, MAC and route is settled (see read_topology).
struct Topology {
  std::string name;
  std::string about;
  std::string file;  ///< where it was read; empty: it stands within a scenario
  std::vector<Node> nodes;
  std::vector<Link> links;
  /// How many nodes "generate" made, by stem: 20 for "r" where there are r1 to r20. Nothing of a topology that was
  /// written out settled, whose nodes all stand there.
  std::map<std::string, std::uint32_t> generated{};

  const Node* node(std::string_view name) const;
  const Link* link(std::string_view name) const;
  /// The end of `node` on `link`; null where it has none.
  const End* end(std::string_view link, std::string_view node) const;
  /// The first global (not link-local) address of `node` in `family`: loopback first, then links in order, tunnels
  /// last.
  std::optional<Address> address_of(std::string_view node, Family family) const;
  /// The node that owns `address` (a MAC-derived link-local address included); null where nobody does. Behind different
  /// NATs several may have it: the first.
  const Node* owner(const Address& address) const;
  /// Whether the node has this address.
  bool holds(std::string_view node, const Address& address) const;
  /// Every node that has it.
  std::vector<const Node*> owners(const Address& address) const;
  bool operator==(const Topology&) const = default;
};

/// The outer addresses of a `gre` link, of its first end and its second: their first ones on no tunnel, IPv4 where both
/// have it. Nothing where they have none of one family.
std::optional<std::pair<Address, Address>> outer_addresses(const Topology& topology, const Link& link);

/// The node and interface a packet passes on its way: it leaves `node` over `link` towards `next`.
struct Hop {
  std::string node;
  std::string link;
  std::string next;
  bool operator==(const Hop&) const = default;
};

/// The hops a unicast packet takes from `from` to the owner of `destination`, by the routes of the file.
/// Empty where there is no route: the caller says so. A one_to_one NAT's outside address leads to its inside host.
std::vector<Hop> path(const Topology& topology, std::string_view from, const Address& destination);

}  // namespace useipsec
