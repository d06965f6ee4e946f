#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "engine/manual/parts.h"
#include "profile/vantage.h"

namespace useipsec {
namespace {

constexpr std::uint32_t selector_priority = 1000;
constexpr std::uint32_t rule_priority = 500;  // before the selectors: a rule is written to make an exception
constexpr std::uint32_t unmatched_priority = 2000;

/// A peering as one of the two meets it.
struct View {
  const Case& subject;
  const Profile& profile;  ///< as this node has it
  Family family;
  bool first;         ///< this node is the initiator
  bool several;       ///< this node has other peers too
  std::string other;  ///< the peer's name
  Address own, peer;  ///< as this node sees them
  std::string own_name;
  std::uint32_t request_id;  ///< of this peering: two clients behind one NAT have the same addresses here

  const std::string& initiator() const { return first ? own_name : other; }
};

std::uint32_t request_id_of(const Profile& profile, const std::string& initiator) {
  const auto& initiators = profile.initiators;
  const auto place = std::find(initiators.begin(), initiators.end(), initiator);
  return manual_request_id + static_cast<std::uint32_t>(place - initiators.begin());
}

View view_of(const Case& subject, const std::string& node, const std::string& peer) {
  const auto& profile = *subject.profile_of(node);
  const auto& topology = subject.topology;
  // Of all, so that a node whose selectors are others does not change family.
  const auto family = family_of(subject.profile, topology);
  const auto any = Address::any(family);
  return {subject,
          profile,
          family,
          node != profile.responder,
          peers_of(profile, node).size() > 1,
          peer,
          topology.address_of(node, family).value_or(any),
          address_seen_by(topology, node, peer, family).value_or(any),
          node,
          request_id_of(profile, node != profile.responder ? node : peer)};
}

/// Whether traffic of this requirement has an SA.
bool keyed(Requirement requirement) { return requirement == Requirement::require || requirement == Requirement::use; }

/// A side of a selector as this node's kernel meets it: the address that a NAT leaves in the header; `inside` of a
/// tunnel each host keeps its own.
Prefix side(const View& view, const std::string& word, bool own_side, bool inside) {
  if (word == "any") return Prefix::any(view.family);
  if (const auto prefix = Prefix::parse(word)) return prefix->network();
  const auto& topology = view.subject.topology;
  const auto node = word != "peer" ? word : own_side ? view.own_name : view.other;
  const auto own = topology.address_of(node, view.family).value_or(Address::any(view.family));
  if (inside || node == view.own_name) return Prefix::host(own);
  return Prefix::host(address_seen_by(topology, view.own_name, node, view.family).value_or(own));
}

ManualPolicy outbound(const View& view, const Selector& selector, Requirement requirement) {
  const bool inside = view.profile.mode == Mode::tunnel && keyed(requirement);
  ManualPolicy policy;
  policy.source = side(view, view.first ? selector.local : selector.remote, true, inside);
  policy.destination = side(view, view.first ? selector.remote : selector.local, false, inside);
  policy.link = selector.link;
  policy.upper_protocol = protocol_number(selector.protocol).value_or(std::uint8_t{0});
  const bool icmp = policy.upper_protocol == 1 || policy.upper_protocol == 58;
  policy.source_port = view.first || icmp ? selector.local_port : selector.remote_port;
  policy.destination_port = view.first || icmp ? selector.remote_port : selector.local_port;
  policy.direction = Direction::out;
  return policy;
}

/// The same traffic coming back. Type and code of ICMP do not change places.
ManualPolicy reversed(ManualPolicy policy, Direction direction) {
  std::swap(policy.source, policy.destination);
  if (policy.upper_protocol != 1 && policy.upper_protocol != 58) std::swap(policy.source_port, policy.destination_port);
  std::swap(policy.tunnel_source, policy.tunnel_destination);
  policy.direction = direction;
  return policy;
}

void add_policy(NodeSetup& setup, const View& view, const Selector& selector, Requirement requirement,
                std::uint32_t priority) {
  const auto& profile = view.profile;
  auto policy = outbound(view, selector, requirement);
  policy.requirement = requirement;
  policy.priority = priority;
  policy.protocols = profile.protocols();
  policy.mode = profile.mode;
  const bool has_sa = keyed(requirement);
  // A rule for anybody takes whichever SA is between the packet's own addresses.
  const bool of_pair = has_sa && !(view.several && selector.local == "any" && profile.mode == Mode::transport);
  policy.tunnel_source = of_pair ? view.own : Address::any(view.family);
  policy.tunnel_destination = of_pair ? view.peer : Address::any(view.family);
  policy.request_id = of_pair ? view.request_id : 0;
  setup.policies.push_back(policy);
  setup.policies.push_back(reversed(policy, Direction::in));
  if (profile.mode == Mode::tunnel || !has_sa) setup.policies.push_back(reversed(policy, Direction::forward));
}

/// The selectors of a peering: all but those that name another initiator.
std::vector<Selector> selectors_of(const View& view) {
  auto selectors = view.profile.selectors;
  if (selectors.empty()) selectors.emplace_back();
  std::erase_if(selectors, [&](const Selector& selector) {
    return selector.local != view.initiator() && is_initiator(view.profile, selector.local);
  });
  return selectors;
}

void add_peering(NodeSetup& setup, const View& view) {
  // An SA is known by destination, SPI and protocol: the sender writes the destination it sends to, the receiver its
  // own.
  const auto sa = [&](const std::string& from, const std::string& to, const Address& source, const Address& sink) {
    for (const auto protocol : view.profile.protocols()) {
      const bool around = protocol != view.profile.protocols().front();
      const auto label = fmt::format("{} to {}{}", from, to, around ? ", around it" : "");
      setup.sas.push_back(keyed_sa(view.subject, view.profile, protocol, label, source, sink));
      setup.sas.back().request_id = view.request_id;
      if (around) setup.sas.back().mode = Mode::transport;
    }
  };
  const auto selectors = selectors_of(view);
  sa(view.own_name, view.other, view.own, view.peer);
  sa(view.other, view.own_name, view.peer, view.own);
  if (view.profile.sa_selectors && !selectors.empty()) {
    const auto traffic = outbound(view, selectors.front(), Requirement::require);
    auto &out = setup.sas[setup.sas.size() - 2], &in = setup.sas.back();
    out.packet_source = in.packet_destination = traffic.source;
    out.packet_destination = in.packet_source = traffic.destination;
  }
  for (const auto& selector : selectors) add_policy(setup, view, selector, Requirement::require, selector_priority);
}

/// What is not one peering's: exemptions, the responder's rules, all other traffic.
void add_rules(NodeSetup& setup, const std::vector<View>& views) {
  const auto& view = views.front();
  const auto& profile = view.profile;
  for (const auto& exemption : profile.bootstrap_exemptions) {
    const auto slash = exemption.find('/');
    Selector selector{"any", "any", exemption.substr(0, slash), {}, {}};
    if (slash != std::string::npos)
      if (const auto type = protocol_number(exemption.substr(slash + 1))) selector.local_port = *type;
    add_policy(setup, view, selector, Requirement::bypass, rule_priority);
  }
  if (!view.first) {
    auto priority = rule_priority;
    for (const auto& entry : profile.responder_policy) {
      ++priority;  // an SPD is ordered: of two rules that fit the first counts (RFC 4301 section 4.4.1)
      for (const auto& each : views) {
        if (&each != &view && entry.selector.local != "peer") break;
        add_policy(setup, each, entry.selector, entry.requirement, priority);
      }
    }
  }
  if (profile.unmatched == Unmatched::discard)
    add_policy(setup, view, Selector{"any", "any", "any", {}, {}}, Requirement::discard, unmatched_priority);
}

NodeSetup render_node(const Case& subject, const std::string& node) {
  NodeSetup setup;
  setup.node = node;
  std::vector<View> views;
  for (const auto& peer : peers_of(*subject.profile_of(node), node)) views.push_back(view_of(subject, node, peer));
  for (const auto& view : views) add_peering(setup, view);
  if (!views.empty()) add_rules(setup, views);
  return setup;
}

}  // namespace

std::vector<NodeSetup> render_pairs(const Case& subject) {
  std::vector<NodeSetup> setups;
  for (const auto& node : subject.protected_nodes()) setups.push_back(render_node(subject, node));
  return setups;
}

std::optional<std::string> colliding_selectors(const Case& subject) {
  const auto& responder = subject.profile.responder;
  const auto* profile = subject.profile_of(responder);
  if (profile == nullptr || profile->initiators.size() < 2) return {};
  std::vector<std::pair<ManualPolicy, std::string>> seen;
  for (const auto& peer : profile->initiators) {
    const auto view = view_of(subject, responder, peer);
    for (const auto& selector : selectors_of(view)) {
      auto policy = outbound(view, selector, Requirement::require);
      for (const auto& [other, whose] : seen)
        if (other == policy && whose != peer)
          return fmt::format("{} and {} look alike to {} ({}): its SPD cannot hold one entry for each", whose, peer,
                             responder, policy.destination.str());
      seen.emplace_back(policy, peer);
    }
  }
  return {};
}

}  // namespace useipsec
