#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "topology/topology.h"

namespace useipsec {

/// A unicast packet followed through a topology.
struct Trace {
  std::vector<Hop> hops;
  bool arrived = false;
  std::string ends_at;  ///< the node where it stopped, arrived or not
  std::string why;      ///< where it did not arrive: "nat has no route to 198.51.100.2"
};

/// The family whose addresses a NAT box translates: of a masquerade IPv4, but IPv6 where the outside link has no other
/// address of the box.
Family translated_family(const Topology& topology, const Node& nat);

/// The address that a NAT box shows outside: that of a 1:1 box's inside host, else its own on the outside link. Nothing
/// where it has none, or translates prefixes.
std::optional<Address> outside_address(const Topology& topology, const Node& nat);

/// As which address the NAT box shows an inside one outside; nothing where it leaves it as it is.
std::optional<Address> shown_outside(const Topology& topology, const Node& nat, const Address& inside);

/// Where a packet to `address` goes on to once it is at the NAT box: the inside host of a 1:1 box, of a prefix, or of
/// the first forward. Nothing where the box leads it nowhere.
std::optional<Address> led_inside(const Topology& topology, const Node& nat, const Address& address);

/// Follows a packet from `from` to the owner of `destination` by the routes of the file. `next` of each hop is the node
/// that receives it. A one_to_one NAT's outside address leads to its inside host, that of a NAT with forwards to the
/// host of the first.
Trace trace(const Topology& topology, std::string_view from, const Address& destination);

/// Why a packet from `from` to `destination`, or its answer to the address that the destination sees, does not arrive;
/// nothing where both do. The sentence names the node where the path ends.
std::optional<std::string> round_trip_gap(const Topology& topology, std::string_view from, const Address& destination);

/// The address that `from` must write to reach `to`: its own, or the outside address of a NAT before it that leads
/// there.
std::optional<Address> address_as_seen(const Topology& topology, std::string_view from, std::string_view to,
                                       Family family);

/// The address that `node` puts into packets that leave over `link`, in `family`; nothing where it has none there.
std::optional<Address> source_address(const Topology& topology, std::string_view node, std::string_view link,
                                      Family family);

/// The hops that a packet takes which leaves `hop.node` over `hop.link` for `hop.next`: that one, or over a tunnel
/// those of the packet that carries it.
std::vector<Hop> carried(const Topology& topology, const Hop& hop);

/// The first link, in the order of the file, that both nodes have an end on; null where there is none.
const Link* shared_link(const Topology& topology, std::string_view left, std::string_view right);

}  // namespace useipsec
