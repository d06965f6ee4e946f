#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "profile/profile.h"
#include "scenario/scenario.h"

namespace useipsec {

// What engines that key by IKE all ask of a profile: who keys with whom, from where, and for what.

/// One node's view of the two ends of a peering.
struct Peering {
  const Case& subject;
  const Profile& profile;  ///< as this node has it
  Family family;
  std::string own, peer;  ///< node names; no peer: a group's member
  bool first;             ///< this node is the initiator, whose view the selectors are written from
  bool several;           ///< this node has other peers too
  Address own_address;
  Address peer_address;  ///< as this node sees it
  bool nat;              ///< one lies between

  const std::string& initiator() const { return first ? own : peer; }
  /// waits_for_any_address() of this node.
  bool from_anywhere() const;
};

/// The peerings of `node`, which has a profile: one with each peer; one without a peer for a member of a group.
std::vector<Peering> peerings_of(const Case& subject, const std::string& node);

/// What a peering is for. What the responder grants an initiator may differ from what that one asks for.
std::vector<Selector> selectors_of(const Peering& peering);

/// The two sides of a selector as one node sees them; no prefix: the address that the peer itself has.
struct SelectorEnds {
  std::optional<Prefix> own, peer;
  std::optional<std::uint16_t> own_port, peer_port;
};
SelectorEnds ends_of(const Peering& peering, const Selector& selector);

/// A profile's connection to one peer for one selector: "profile", with the peer where the node has several and a
/// number where there are several selectors.
std::string peering_name(const Peering& peering);
std::string peering_name(const Peering& peering, std::size_t selector, std::size_t of);

/// A rule for traffic that no SA is for.
struct Rule {
  const Peering& peering;
  Selector selector;
  std::string name;  ///< "bypass-1", "discard-2-carol"
  bool bypass;       ///< else discard
};
/// The rules of a node: the responder's own, those that speak of the peer once for each; what must pass before there
/// are SAs ("exempt-icmp6-135"); and last what becomes of everything else ("unmatched"), where the profile discards it.
std::vector<Rule> rules_of(const std::vector<Peering>& peerings);

/// The group that a selector names as destination, if it names one.
std::optional<Address> group_of(const Selector& selector);
/// The address from which a member of a group speaks to it: routing protocols use the link-local one.
Address group_source(const Peering& peering, const Address& group);

/// Why an IKE daemon cannot carry what the profile authorizes; nothing where it can. `engine`: its name, for the
/// reason.
std::optional<std::string> unknown_authorized(const Profile& profile, std::string_view engine);

}  // namespace useipsec
