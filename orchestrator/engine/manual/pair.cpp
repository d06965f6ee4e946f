#include <utility>

#include "engine/manual/parts.h"
#include "profile/vantage.h"

namespace useipsec {
namespace {

constexpr std::uint32_t selector_priority = 1000;
constexpr std::uint32_t rule_priority = 500;  // before the selectors: a rule is written to make an exception
constexpr std::uint32_t unmatched_priority = 2000;

/// The pair as one of the two meets it.
struct View {
  const Case& subject;
  Family family;
  bool first;
  Address own, peer;  ///< as this node sees them
};

View view_of(const Case& subject, const std::string& node, Family family) {
  const auto& profile = subject.profile;
  const bool first = node == profile.initiator;
  const auto& peer = first ? profile.responder : profile.initiator;
  const auto& topology = subject.topology;
  const auto any = Address::any(family);
  return {subject, family, first, topology.address_of(node, family).value_or(any),
          address_seen_by(topology, node, peer, family).value_or(any)};
}

/// A side of a selector as this node's kernel meets it. In transport mode that is the address a NAT leaves in the
/// header; inside a tunnel each host keeps its own.
Prefix side(const View& view, const std::string& word, bool own_side) {
  const auto& profile = view.subject.profile;
  if (word == "any") return Prefix::any(view.family);
  if (const auto prefix = Prefix::parse(word)) return prefix->network();
  const auto& peer_node = own_side == view.first ? profile.initiator : profile.responder;
  if (word == "peer" || word == peer_node) {
    if (own_side) return Prefix::host(view.own);
    if (profile.mode == Mode::transport) return Prefix::host(view.peer);
    return Prefix::host(view.subject.topology.address_of(peer_node, view.family).value_or(view.peer));
  }
  return Prefix::host(view.subject.topology.address_of(word, view.family).value_or(Address::any(view.family)));
}

ManualPolicy outbound(const View& view, const Selector& selector) {
  ManualPolicy policy;
  policy.source = side(view, view.first ? selector.local : selector.remote, true);
  policy.destination = side(view, view.first ? selector.remote : selector.local, false);
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
  const auto& profile = view.subject.profile;
  auto policy = outbound(view, selector);
  policy.requirement = requirement;
  policy.priority = priority;
  policy.protocol = profile.protocol;
  policy.mode = profile.mode;
  const bool keyed = requirement == Requirement::require || requirement == Requirement::use;
  policy.tunnel_source = keyed ? view.own : Address::any(view.family);
  policy.tunnel_destination = keyed ? view.peer : Address::any(view.family);
  policy.request_id = keyed ? manual_request_id : 0;
  setup.policies.push_back(policy);
  setup.policies.push_back(reversed(policy, Direction::in));
  if (profile.mode == Mode::tunnel || !keyed) setup.policies.push_back(reversed(policy, Direction::forward));
}

NodeSetup render_node(const Case& subject, const std::string& node, Family family) {
  const auto view = view_of(subject, node, family);
  const auto& profile = subject.profile;
  NodeSetup setup;
  setup.node = node;
  // An SA is known by destination, SPI and protocol: the sender writes the destination it sends to, the receiver its
  // own.
  setup.sas.push_back(
      keyed_sa(subject, view.first ? "initiator to responder" : "responder to initiator", view.own, view.peer));
  setup.sas.push_back(
      keyed_sa(subject, view.first ? "responder to initiator" : "initiator to responder", view.peer, view.own));
  auto selectors = profile.selectors;
  if (selectors.empty()) selectors.emplace_back();
  for (const auto& selector : selectors) add_policy(setup, view, selector, Requirement::require, selector_priority);
  for (const auto& exemption : profile.bootstrap_exemptions) {
    const auto slash = exemption.find('/');
    Selector selector{"any", "any", exemption.substr(0, slash), {}, {}};
    if (slash != std::string::npos)
      if (const auto type = protocol_number(exemption.substr(slash + 1))) selector.local_port = *type;
    add_policy(setup, view, selector, Requirement::bypass, rule_priority);
  }
  if (!view.first)
    for (const auto& entry : profile.responder_policy)
      add_policy(setup, view, entry.selector, entry.requirement, rule_priority);
  if (profile.unmatched == Unmatched::discard)
    add_policy(setup, view, Selector{"any", "any", "any", {}, {}}, Requirement::discard, unmatched_priority);
  return setup;
}

}  // namespace

std::vector<NodeSetup> render_pair(const Case& subject) {
  const auto family = family_of(subject.profile, subject.topology);
  std::vector<NodeSetup> setups;
  for (const auto& node : parties(subject.profile, subject.topology))
    setups.push_back(render_node(subject, node, family));
  return setups;
}

}  // namespace useipsec
