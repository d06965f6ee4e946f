#include "engine/peering.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "profile/vantage.h"

namespace useipsec {
namespace {

Peering peering_with(const Case& subject, const std::string& node, const std::string& peer) {
  const auto& profile = *subject.profile_of(node);
  const auto& topology = subject.topology;
  // Of all, so that a node whose selectors are others does not change family.
  const auto family = family_of(subject.profile, topology);
  const bool first = node != profile.responder;
  const bool several = peers_of(profile, node).size() > 1;
  Peering peering{subject, profile, family, node, peer, first, several, Address::any(family), Address::any(family),
                  false};
  if (const auto own = topology.address_of(node, family)) peering.own_address = *own;
  if (const auto seen = address_seen_by(topology, node, peer, family)) peering.peer_address = *seen;
  peering.nat = !nats_between(topology, node, peer, family).empty();
  return peering;
}

/// A side of a selector as a subnet; nothing for "peer" where the host itself is meant.
std::optional<Prefix> subnet_of(const Peering& peering, const std::string& side, const std::string& peer_node) {
  if (side == "any") return Prefix::any(peering.family);
  if (const auto prefix = Prefix::parse(side)) return prefix->network();
  const auto node = side == "peer" ? peer_node : side;
  if (node == peer_node) {
    // Inside a tunnel through a NAT the host keeps its own address, which the outer header no longer shows.
    if (peering.profile.mode != Mode::tunnel || !peering.nat) return {};
  }
  if (const auto address = peering.subject.topology.address_of(node, peering.family)) return Prefix::host(*address);
  return {};
}

/// Those that speak of the peer once for each.
std::vector<Rule> responder_rules(const std::vector<Peering>& peerings) {
  std::vector<Rule> rules;
  int number = 0;
  for (const auto& entry : peerings.front().profile.responder_policy) {
    ++number;
    // require: nothing but what the SAs' own, narrower policies let through
    const bool bypass = entry.requirement == Requirement::bypass;
    for (const auto& peering : peerings) {
      if (&peering != &peerings.front() && entry.selector.local != "peer") break;
      auto name = fmt::format("{}-{}", bypass ? "bypass" : "discard", number);
      if (&peering != &peerings.front()) name += "-" + peering.peer;
      rules.push_back({peering, entry.selector, std::move(name), bypass});
    }
  }
  return rules;
}

/// Of any address.
Rule exemption_rule(const Peering& peering, const std::string& exemption) {
  Selector selector{"any", "any", exemption.substr(0, exemption.find('/')), {}, {}};
  if (const auto slash = exemption.find('/'); slash != std::string::npos) {
    if (const auto type = protocol_number(exemption.substr(slash + 1))) selector.local_port = *type;
  }
  auto name = fmt::format("exempt-{}", exemption);
  std::replace(name.begin(), name.end(), '/', '-');
  return {peering, std::move(selector), std::move(name), true};
}

}  // namespace

bool Peering::from_anywhere() const { return waits_for_any_address(profile, own); }

std::vector<Peering> peerings_of(const Case& subject, const std::string& node) {
  auto peers = peers_of(*subject.profile_of(node), node);
  if (peers.empty()) peers.emplace_back();
  std::vector<Peering> peerings;
  for (const auto& peer : peers) peerings.push_back(peering_with(subject, node, peer));
  return peerings;
}

std::vector<Selector> selectors_of(const Peering& peering) {
  const auto& profile = peering.profile;
  auto selectors = profile.selectors;
  if (selectors.empty()) selectors.emplace_back();
  if (!peering.first)
    for (const auto& entry : profile.authorize)
      if (entry.identity == peering.peer && !entry.selectors.empty()) selectors = entry.selectors;
  std::erase_if(selectors, [&](const Selector& selector) {  // another initiator's
    return selector.local != peering.initiator() && is_initiator(profile, selector.local);
  });
  return selectors;
}

SelectorEnds ends_of(const Peering& peering, const Selector& selector) {
  SelectorEnds ends{subnet_of(peering, selector.local, peering.initiator()),
                    subnet_of(peering, selector.remote, peering.profile.responder), selector.local_port,
                    selector.remote_port};
  if (!peering.first) {
    std::swap(ends.own, ends.peer);
    std::swap(ends.own_port, ends.peer_port);
  }
  return ends;
}

std::string peering_name(const Peering& peering) { return peering.several ? "profile-" + peering.peer : "profile"; }

std::string peering_name(const Peering& peering, std::size_t selector, std::size_t of) {
  return peering_name(peering) + (of > 1 ? fmt::format("-{}", selector + 1) : "");
}

std::vector<Rule> rules_of(const std::vector<Peering>& peerings) {
  const auto& one = peerings.front();
  auto rules = one.first ? std::vector<Rule>() : responder_rules(peerings);
  for (const auto& exemption : one.profile.bootstrap_exemptions) rules.push_back(exemption_rule(one, exemption));
  if (one.profile.unmatched == Unmatched::discard)
    rules.push_back({one, Selector{"any", "any", "any", {}, {}}, "unmatched", false});
  return rules;
}

std::optional<Address> group_of(const Selector& selector) {
  const auto remote = Prefix::parse(selector.remote);
  if (!remote || !remote->address.is_multicast()) return {};
  return remote->address;
}

Address group_source(const Peering& peering, const Address& group) {
  const auto& subject = peering.subject;
  if (group.family() == Family::v6 && subject.routing)
    if (const auto* end = subject.topology.end(routed_link(subject), peering.own)) return end->mac.link_local();
  return peering.own_address;
}

std::optional<std::string> unknown_authorized(const Profile& profile, std::string_view engine) {
  std::set<std::string> authorized;
  for (const auto& entry : profile.authorize) {
    if (!is_initiator(profile, entry.identity))
      return fmt::format("this project's {} engine carries the peers alone, and \"{}\" in authorize is none", engine,
                         entry.identity);
    if (!authorized.insert(entry.identity).second)
      return fmt::format("this project's {} engine carries one authorize entry for each peer", engine);
  }
  return {};
}

}  // namespace useipsec
