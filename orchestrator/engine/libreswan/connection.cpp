#include "engine/libreswan/connection.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/algorithms.h"
#include "profile/vantage.h"

namespace useipsec {
namespace {

/// One node's view of the two ends of a peering.
struct View {
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
};

View view_of(const Case& subject, const std::string& node, const std::string& peer) {
  const auto& profile = *subject.profile_of(node);
  const auto& topology = subject.topology;
  // Of all, so that a node whose selectors are others does not change family.
  const auto family = family_of(subject.profile, topology);
  const bool first = node != profile.responder;
  const bool several = peers_of(profile, node).size() > 1;
  View view{subject, profile, family, node, peer, first, several, Address::any(family), Address::any(family), false};
  if (const auto own = topology.address_of(node, family)) view.own_address = *own;
  if (const auto seen = address_seen_by(topology, node, peer, family)) view.peer_address = *seen;
  view.nat = !nats_between(topology, node, peer, family).empty();
  return view;
}

/// A side of a selector as a subnet; nothing for "peer" where the host itself is meant.
std::optional<Prefix> subnet_of(const View& view, const std::string& side, const std::string& peer_node) {
  if (side == "any") return Prefix::any(view.family);
  if (const auto prefix = Prefix::parse(side)) return prefix->network();
  const auto node = side == "peer" ? peer_node : side;
  if (node == peer_node) {
    // Inside a tunnel through a NAT the host keeps its own address, which the outer header no longer shows.
    if (view.profile.mode != Mode::tunnel || !view.nat) return {};
  }
  if (const auto address = view.subject.topology.address_of(node, view.family)) return Prefix::host(*address);
  return {};
}

/// Protocol and port as addconn takes them; port 0 is every port, and a number without a port is refused. For ICMP the
/// port is type and code in one number (kernel_xfrm.c).
std::string protoport(const Selector& selector, std::optional<std::uint16_t> port) {
  const auto protocol = protocol_number(selector.protocol).value_or(std::uint8_t{0});
  if (protocol == 1 || protocol == 58) {
    if (!selector.local_port) return fmt::format("{}/0", protocol);
    return fmt::format("{}/{}", protocol, *selector.local_port * 256 + selector.remote_port.value_or(0));
  }
  return fmt::format("{}/{}", protocol, port.value_or(0));
}

std::string proposal(const Profile& profile) {
  const auto suite = suite_of(profile);
  std::string text;
  if (suite.encryption != nullptr) text = suite.encryption->libreswan;
  if (suite.integrity != nullptr) text += fmt::format("{}{}", text.empty() ? "" : "-", suite.integrity->libreswan);
  return text;
}

using Options = std::vector<std::pair<std::string, std::string>>;

/// The topology has its routes already: pluto's updown script would change them, and costs several processes a time.
void keep_routes(Options& options) { options.emplace_back("leftupdown", "%disabled"); }

void add_ends(Options& options, const View& view, const Selector& selector) {
  const auto local = subnet_of(view, selector.local, view.initiator());
  const auto remote = subnet_of(view, selector.remote, view.profile.responder);
  const auto& own_subnet = view.first ? local : remote;
  const auto& peer_subnet = view.first ? remote : local;
  if (own_subnet) options.emplace_back("leftsubnet", own_subnet->str());
  if (peer_subnet) options.emplace_back("rightsubnet", peer_subnet->str());
  if (selector.protocol != "any") {
    options.emplace_back("leftprotoport", protoport(selector, view.first ? selector.local_port : selector.remote_port));
    options.emplace_back("rightprotoport",
                         protoport(selector, view.first ? selector.remote_port : selector.local_port));
  }
}

void add_keying(Options& options, const View& view) {
  const auto& profile = view.profile;
  options.emplace_back("authby", "secret");
  options.emplace_back("ikev2", profile.keying == Keying::ikev2 ? "insist" : "no");
  if (profile.keying == Keying::ikev1_aggressive) {
    options.emplace_back("aggressive", "yes");
    // Aggressive mode sends its key exchange with the proposal, so there is exactly one group to offer.
    options.emplace_back("ike", "aes128-sha2_256-modp2048");
  }
  options.emplace_back("type", profile.mode == Mode::tunnel ? "tunnel" : "transport");
  options.emplace_back("phase2", profile.protocol == Protocol::ah ? "ah" : "esp");
  const bool named = !profile.algorithms.encryption.empty() || !profile.algorithms.integrity.empty();
  if (named || profile.protocol == Protocol::ah || !profile.confidentiality)
    options.emplace_back("phase2alg", proposal(profile));
  if (profile.algorithms.lifetime_s != 0)
    options.emplace_back("salifetime", fmt::format("{}s", profile.algorithms.lifetime_s));
  if (!profile.replay_protection) options.emplace_back("replay-window", "0");
}

void add_traversal(Options& options, const Profile& profile) {
  switch (profile.nat.traversal) {
    case Traversal::automatic:
      options.emplace_back("encapsulation", "auto");
      break;
    case Traversal::forced:
      options.emplace_back("encapsulation", "yes");
      break;
    case Traversal::refused:
      options.emplace_back("encapsulation", "no");
      // IKEv1 negotiates traversal by vendor id (RFC 3947 section 3.1): without ours the peer does not offer it.
      if (profile.keying != Keying::ikev2) options.emplace_back("nat-ikev1-method", "none");
      break;
  }
}

void add_shunts(Options& options, const Profile& profile) {
  if (profile.before_sa != BeforeSa::trap) return;  // without a trap nothing is in the kernel before the SA
  options.emplace_back("negotiationshunt", "hold");
  options.emplace_back("failureshunt", profile.on_failure == OnFailure::drop ? "drop" : "passthrough");
}

Connection keyed(const View& view, const Selector& selector, std::string name, bool several) {
  const auto& profile = view.profile;
  Connection connection{std::move(name), {}, profile.before_sa == BeforeSa::trap, view.first, view.peer};
  auto& options = connection.options;
  if (several || view.several) options.emplace_back("connalias", "profile");
  // A trap needs an address to trap for; several connections are told apart only where the peer is pinned. (Even then
  // the IKEv1 responder of 4.10 takes the first and refuses the others: "no connection is known for ...". IKEv2 takes
  // all.)
  const bool any_peer =
      !view.first && profile.responder_accepts_any_address && profile.before_sa != BeforeSa::trap && !several;
  options.emplace_back("left", view.own_address.str());
  options.emplace_back("right", any_peer ? "%any" : view.peer_address.str());
  if (view.family == Family::v6) options.emplace_back("hostaddrfamily", "ipv6");
  options.emplace_back("leftid", libreswan_identity(profile, view.subject.topology, view.own));
  options.emplace_back("rightid", libreswan_identity(profile, view.subject.topology, view.peer));
  add_ends(options, view, selector);
  add_keying(options, view);
  add_traversal(options, profile);
  add_shunts(options, profile);
  keep_routes(options);
  return connection;
}

/// What IKE would have to be told to key a group: the group as its peer. Whether the daemon takes it is the question.
Connection towards_group(const View& view, const Selector& selector, const Address& group, std::string name,
                         bool several) {
  const auto& subject = view.subject;
  auto own = view.own_address;
  if (group.family() == Family::v6 && subject.routing)  // routing protocols speak from the link-local address
    if (const auto* end = subject.topology.end(subject.routing->link, view.own)) own = end->mac.link_local();
  Connection connection{std::move(name), {}, view.profile.before_sa == BeforeSa::trap, true, {}};
  auto& options = connection.options;
  if (several) options.emplace_back("connalias", "profile");
  options.emplace_back("left", own.str());
  options.emplace_back("right", group.str());
  if (group.family() == Family::v6) options.emplace_back("hostaddrfamily", "ipv6");
  options.emplace_back("leftid", libreswan_identity(view.profile, subject.topology, view.own));
  options.emplace_back("rightid", "%any");
  if (selector.protocol != "any") {
    options.emplace_back("leftprotoport", protoport(selector, selector.local_port));
    options.emplace_back("rightprotoport", protoport(selector, selector.remote_port));
  }
  add_keying(options, view);
  add_traversal(options, view.profile);
  add_shunts(options, view.profile);
  keep_routes(options);
  return connection;
}

/// A rule without keys. Wider selectors get lower priority from pluto, so SAs between the peers win.
Connection unkeyed(const View& view, const Selector& selector, std::string name, const char* type) {
  Connection connection{std::move(name), {}, true, false, {}};
  auto& options = connection.options;
  options.emplace_back("left", view.own_address.str());
  options.emplace_back("right", view.peer_address.str());
  if (view.family == Family::v6) options.emplace_back("hostaddrfamily", "ipv6");
  add_ends(options, view, selector);
  options.emplace_back("authby", "never");
  options.emplace_back("type", type);
  keep_routes(options);
  return connection;
}

/// The responder's rules; those that speak of the peer once for each.
void add_responder_rules(std::vector<Connection>& connections, const std::vector<View>& views) {
  int number = 0;
  for (const auto& entry : views.front().profile.responder_policy) {
    ++number;
    // require: nothing but what the SAs' own, narrower policies let through
    const bool bypass = entry.requirement == Requirement::bypass;
    for (const auto& view : views) {
      if (&view != &views.front() && entry.selector.local != "peer") break;
      auto name = fmt::format("{}-{}", bypass ? "bypass" : "discard", number);
      if (&view != &views.front()) name += "-" + view.peer;
      connections.push_back(unkeyed(view, entry.selector, std::move(name), bypass ? "passthrough" : "drop"));
    }
  }
}

void add_rules(std::vector<Connection>& connections, const View& view) {
  const auto& profile = view.profile;
  for (const auto& exemption : profile.bootstrap_exemptions) {
    if (exemption == "icmp6/135" || exemption == "icmp6/136") continue;  // pluto lets these pass of its own accord
    Selector selector{"any", "any", exemption.substr(0, exemption.find('/')), {}, {}};
    if (const auto slash = exemption.find('/'); slash != std::string::npos) {
      if (const auto type = protocol_number(exemption.substr(slash + 1))) selector.local_port = *type;
    }
    auto name = fmt::format("exempt-{}", exemption);
    std::replace(name.begin(), name.end(), '/', '-');
    connections.push_back(unkeyed(view, selector, name, "passthrough"));
  }
  if (profile.unmatched == Unmatched::discard)
    connections.push_back(unkeyed(view, Selector{"any", "any", "any", {}, {}}, "unmatched", "drop"));
}

/// What one peering is for. What the responder grants an initiator may differ from what that one asks for.
std::vector<Selector> selectors_of(const View& view) {
  const auto& profile = view.profile;
  auto selectors = profile.selectors;
  if (selectors.empty()) selectors.emplace_back();
  if (!view.first)
    for (const auto& entry : profile.authorize)
      if (entry.identity == view.peer && !entry.selectors.empty()) selectors = entry.selectors;
  std::erase_if(selectors, [&](const Selector& selector) {  // another initiator's
    return selector.local != view.initiator() && is_initiator(profile, selector.local);
  });
  return selectors;
}

void add_peering(std::vector<Connection>& connections, const View& view) {
  const auto selectors = selectors_of(view);
  const bool several = selectors.size() > 1;
  for (std::size_t i = 0; i < selectors.size(); ++i) {
    std::string name = "profile";
    if (view.several) name += "-" + view.peer;
    if (several) name += fmt::format("-{}", i + 1);
    const auto remote = Prefix::parse(selectors[i].remote);
    if (remote && remote->address.is_multicast())
      connections.push_back(towards_group(view, selectors[i], remote->address, std::move(name), several));
    else
      connections.push_back(keyed(view, selectors[i], std::move(name), several));
  }
}

}  // namespace

std::string libreswan_identity(const Profile& profile, const Topology& topology, const std::string& node) {
  const auto found = profile.identities.find(node);
  if (found == profile.identities.end()) return "@" + node;
  const auto& [kind, value] = found->second;
  switch (kind) {
    case IdentityKind::fqdn:
      return "@" + (value.empty() ? node : value);
    case IdentityKind::user_fqdn:
      return value;
    case IdentityKind::key_id:
      return fmt::format("@[{}]", value);
    case IdentityKind::ipv4:
    case IdentityKind::ipv6: {
      if (!value.empty()) return value;
      const auto family = kind == IdentityKind::ipv4 ? Family::v4 : Family::v6;
      return topology.address_of(node, family).value_or(Address::any(family)).str();
    }
  }
  return "@" + node;
}

std::vector<Connection> libreswan_connections(const Case& subject, const std::string& node) {
  auto peers = peers_of(*subject.profile_of(node), node);
  if (peers.empty()) peers.emplace_back();  // a group's member
  std::vector<View> views;
  for (const auto& peer : peers) views.push_back(view_of(subject, node, peer));
  std::vector<Connection> connections;
  for (const auto& view : views) add_peering(connections, view);
  if (!views.front().first) add_responder_rules(connections, views);
  add_rules(connections, views.front());
  return connections;
}

}  // namespace useipsec
