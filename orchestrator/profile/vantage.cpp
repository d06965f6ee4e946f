#include "profile/vantage.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "topology/broadcast.h"
#include "topology/path.h"

namespace useipsec {
namespace {

struct Step {
  const Node* node;
  std::string link;
};

struct Way {
  std::vector<Step> steps;
  bool by_outside_address = false;  ///< of a NAT box that leads inside; neither has a route to the other's own
};

/// The nodes a packet of `subject` leaves on its way to `observer`, each with the link it leaves over. A host inside a
/// NAT has no route from outside, so the way is looked up in whichever direction has one.
Way way(const Topology& topology, std::string_view subject, std::string_view observer, Family family) {
  const auto from = topology.address_of(subject, family);
  const auto to = topology.address_of(observer, family);
  if (!from || !to) return {};
  Way found;
  auto& steps = found.steps;
  for (const auto& hop : path(topology, subject, *to)) steps.push_back({topology.node(hop.node), hop.link});
  if (!steps.empty()) return found;
  const auto reverse = [&](const std::vector<Hop>& hops) {
    for (auto hop = hops.rbegin(); hop != hops.rend(); ++hop) steps.push_back({topology.node(hop->next), hop->link});
  };
  reverse(path(topology, observer, *from));
  if (!steps.empty()) return found;
  // Both sides are behind NATs: by the outside address that leads to one of them.
  found.by_outside_address = true;
  if (const auto seen = address_as_seen(topology, observer, subject, family); seen && seen != from)
    reverse(path(topology, observer, *seen));
  if (!steps.empty()) return found;
  if (const auto seen = address_as_seen(topology, subject, observer, family); seen && seen != to)
    for (const auto& hop : path(topology, subject, *seen)) steps.push_back({topology.node(hop.node), hop.link});
  return found;
}

constexpr std::array<std::pair<std::string_view, std::uint8_t>, 8> upper_protocols{
    {{"any", 0}, {"icmp", 1}, {"tcp", 6}, {"udp", 17}, {"icmp6", 58}, {"ospf", 89}, {"pim", 103}, {"sctp", 132}}};

}  // namespace

std::string protocol_word(std::uint8_t number) {
  for (const auto& [name, known] : upper_protocols)
    if (known == number) return std::string(name);
  return std::to_string(number);
}

std::optional<std::uint8_t> protocol_number(std::string_view word) {
  for (const auto& [name, number] : upper_protocols)
    if (name == word) return number;
  std::uint8_t number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (word.empty() || error != std::errc{} || end != word.data() + word.size()) return {};
  return number;
}

Family family_of(const Profile& profile, const Topology& topology) {
  for (const auto& selector : profile.selectors) {
    for (const auto& side : {selector.local, selector.remote})
      if (const auto prefix = Prefix::parse(side)) return prefix->family();
    if (selector.protocol == "icmp6") return Family::v6;
    if (selector.protocol == "icmp") return Family::v4;
  }
  const auto named = parties(profile, topology);
  const bool all_v4 = std::all_of(named.begin(), named.end(), [&](const std::string& node) {
    return topology.address_of(node, Family::v4).has_value();
  });
  return all_v4 && !named.empty() ? Family::v4 : Family::v6;
}

std::vector<const Node*> nats_between(const Topology& topology, std::string_view from, std::string_view to,
                                      Family family) {
  std::vector<const Node*> nats;
  for (const auto& step : way(topology, from, to, family).steps)
    // A peer's own NAT is none that lies between: it translates others.
    if (step.node != nullptr && step.node->name != from && step.node->name != to && step.node->nat &&
        translated_family(topology, *step.node) == family)
      nats.push_back(step.node);
  return nats;
}

std::optional<Address> address_seen_by(const Topology& topology, std::string_view observer, std::string_view subject,
                                       Family family) {
  const auto address = topology.address_of(subject, family);
  if (!address) return {};
  return address_seen_by(topology, observer, subject, *address);
}

Address address_seen_by(const Topology& topology, std::string_view observer, std::string_view subject,
                        Address address) {
  const auto family = address.family();
  std::string came_over;
  const auto found = way(topology, subject, observer, family);
  for (const auto& step : found.steps) {
    const auto over = std::exchange(came_over, step.link);
    if (step.node == nullptr || !step.node->nat) continue;
    const auto& outside_link = step.node->nat->outside;
    // By the box's outside address from one inside link to another: both are shown as outside (RFC 4787 section 6).
    const bool hairpin = found.by_outside_address && !over.empty() && over != outside_link;
    if (outside_link != step.link && !hairpin) continue;
    if (const auto outside = shown_outside(topology, *step.node, address)) address = *outside;
  }
  return address;
}

bool is_initiator(const Profile& profile, std::string_view node) {
  return std::find(profile.initiators.begin(), profile.initiators.end(), node) != profile.initiators.end();
}

bool waits_for_any_address(const Profile& profile, std::string_view node) {
  return node == profile.responder && profile.responder_accepts_any_address && profile.before_sa != BeforeSa::trap;
}

std::vector<std::string> peers_of(const Profile& profile, std::string_view node) {
  if (node == profile.responder) return profile.initiators;
  if (is_initiator(profile, node) && !profile.responder.empty()) return {profile.responder};
  return {};
}

bool peer_with(const Profile& profile, std::string_view one, std::string_view other) {
  const auto member = [&](std::string_view node) {
    return std::find(profile.members.begin(), profile.members.end(), node) != profile.members.end();
  };
  if (member(one) && member(other)) return true;
  const auto peers = peers_of(profile, one);
  return std::find(peers.begin(), peers.end(), other) != peers.end();
}

std::vector<std::string> parties(const Profile& profile, const Topology& topology) {
  std::vector<std::string> named;
  for (const auto& node : topology.nodes) {
    const bool is_member =
        std::find(profile.members.begin(), profile.members.end(), node.name) != profile.members.end();
    const bool is_peer = is_initiator(profile, node.name) || node.name == profile.responder;
    if (profile.members.empty() ? is_peer : is_member) named.push_back(node.name);
  }
  return named;
}

bool knows(const Profile& profile, std::string_view member) {
  return !profile.knows || std::find(profile.knows->begin(), profile.knows->end(), member) != profile.knows->end();
}

std::vector<Address> group_destinations(const Profile& profile, const Topology& topology) {
  std::vector<Address> groups;
  for (const auto& selector : profile.selectors) {
    const auto prefix = Prefix::parse(selector.remote);
    if (prefix && is_group(topology, prefix->address)) groups.push_back(prefix->address);
  }
  return groups;
}

}  // namespace useipsec
