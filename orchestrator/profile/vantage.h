#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "profile/profile.h"
#include "topology/topology.h"

namespace useipsec {

// Where the peers stand: which addresses they have, and which they show each other through the NATs between them.

/// The number of an upper protocol: "tcp" 6, "ospf" 89, "any" 0, or the number itself; nothing for an unknown word.
std::optional<std::uint8_t> protocol_number(std::string_view word);
/// Its word, else the number.
std::string protocol_word(std::uint8_t number);

/// The family a profile is carried out in: that of the addresses its selectors write, else v4 where every party has a
/// v4 address, else v6.
Family family_of(const Profile& profile, const Topology& topology);

/// The NAT boxes on the way between two nodes, nearest to `from` first; empty where there is no way.
std::vector<const Node*> nats_between(const Topology& topology, std::string_view from, std::string_view to,
                                      Family family);

/// The address under which `observer` meets packets of `subject`: the subject's own, or what the NATs on the way make
/// of it. It is also the address the observer has to write to reach the subject through a 1:1 NAT. Nothing where the
/// subject has no address of that family.
std::optional<Address> address_seen_by(const Topology& topology, std::string_view observer, std::string_view subject,
                                       Family family);
/// The same of a certain address of the subject.
Address address_seen_by(const Topology& topology, std::string_view observer, std::string_view subject, Address address);

bool is_initiator(const Profile& profile, std::string_view node);

/// Whom a party has a peering with: an initiator with the responder, the responder with every initiator. Nobody for
/// members of a group and for nodes the profile does not name.
std::vector<std::string> peers_of(const Profile& profile, std::string_view node);

/// Whether `node` waits for its peers wherever they come from, so that it cannot initiate: nothing but their identity
/// tells who they are. A trap needs an address to trap for.
bool waits_for_any_address(const Profile& profile, std::string_view node);

/// Whether two nodes have a peering, or are members of one group.
bool peer_with(const Profile& profile, std::string_view one, std::string_view other);

/// The parties of a profile: the members of its group, else initiators and responder; each once, in the topology's
/// order.
std::vector<std::string> parties(const Profile& profile, const Topology& topology);

/// Whether a node that has this profile has SAs for that member.
bool knows(const Profile& profile, std::string_view member);

/// The group and broadcast addresses its selectors name as destinations.
std::vector<Address> group_destinations(const Profile& profile, const Topology& topology);

}  // namespace useipsec
