#include "topology/path.h"

#include <fmt/format.h>

#include <algorithm>

#include "topology/prefix_translation.h"

namespace useipsec {
namespace {

bool has_end(const Link& link, std::string_view node) {
  return std::any_of(link.ends.begin(), link.ends.end(), [node](const End& each) { return each.node == node; });
}

/// The node on `link` that answers for `address`: its owner, or the NAT box that translates it.
std::string neighbor(const Topology& topology, const Link& link, const Address& address) {
  for (const auto& end : link.ends)
    if (topology.holds(end.node, address)) return end.node;
  for (const auto& end : link.ends) {
    const auto* node = topology.node(end.node);
    if (node != nullptr && node->nat && node->nat->outside_address == address && node->nat->outside == link.name)
      return end.node;
  }
  return {};
}

/// Tunnels go over links, not over other tunnels.
enum class Over : std::uint8_t { anything, no_tunnel };

const Link* link_towards(const Topology& topology, const Node& node, const Address& address, Over over) {
  for (const auto& link : topology.links) {
    if (!has_end(link, node.name) || (over == Over::no_tunnel && link.kind == LinkKind::gre)) continue;
    if (address.is_link_local()) {
      if (!neighbor(topology, link, address).empty()) return &link;
      continue;
    }
    const auto* end = topology.end(link.name, node.name);
    const bool connected = std::any_of(end->addresses.begin(), end->addresses.end(),
                                       [&address](const Prefix& each) { return each.contains(address); });
    if (connected) return &link;
  }
  return nullptr;
}

/// The longest prefix among connected subnets and routes: the link to leave by and the address to hand the packet to.
std::optional<std::pair<const Link*, Address>> next_hop(const Topology& topology, const Node& node,
                                                        const Address& destination, Over over) {
  std::optional<std::pair<const Link*, Address>> best;
  int best_length = -1;
  if (const auto* link = link_towards(topology, node, destination, over)) {
    best = {link, destination};
    best_length = 0;
    for (const auto& each : topology.end(link->name, node.name)->addresses) {
      if (each.contains(destination)) best_length = std::max(best_length, static_cast<int>(each.length));
    }
  }
  if (destination.is_link_local()) return best;  // never routed (RFC 4291, section 2.5.6)
  for (const auto& route : node.routes) {
    if (!route.to.contains(destination) || static_cast<int>(route.to.length) <= best_length) continue;
    if (const auto* link = link_towards(topology, node, route.via, over)) {
      best = {link, route.via};
      best_length = route.to.length;
    }
  }
  return best;
}

/// A source address as it was before and after a NAT box changed it.
struct Translation {
  std::string node;
  Address inside;
};

}  // namespace

const Link* shared_link(const Topology& topology, std::string_view left, std::string_view right) {
  const auto found = std::find_if(topology.links.begin(), topology.links.end(), [left, right](const Link& each) {
    return has_end(each, left) && has_end(each, right);
  });
  return found == topology.links.end() ? nullptr : &*found;
}

Family translated_family(const Topology& topology, const Node& nat) {
  if (nat.nat->kind == NatKind::prefix) return Family::v6;
  if (nat.nat->kind == NatKind::one_to_one && nat.nat->inside_address) return nat.nat->inside_address->family();
  const auto* end = topology.end(nat.nat->outside, nat.name);
  const auto is_v4 = [](const Prefix& each) { return each.family() == Family::v4; };
  const bool v6_only =
      end != nullptr && !end->addresses.empty() && std::none_of(end->addresses.begin(), end->addresses.end(), is_v4);
  return v6_only ? Family::v6 : Family::v4;
}

std::optional<Address> outside_address(const Topology& topology, const Node& nat) {
  if (nat.nat->kind == NatKind::prefix) return {};
  if (nat.nat->kind == NatKind::one_to_one) return nat.nat->outside_address;
  const auto* end = topology.end(nat.nat->outside, nat.name);
  if (end == nullptr) return {};
  const auto family = translated_family(topology, nat);
  for (const auto& each : end->addresses)
    if (each.family() == family && !each.address.is_link_local()) return each.address;
  return {};
}

std::optional<Address> shown_outside(const Topology& topology, const Node& nat, const Address& inside) {
  if (inside.family() != translated_family(topology, nat)) return {};
  const auto& policy = *nat.nat;
  switch (policy.kind) {
    case NatKind::masquerade:
      return outside_address(topology, nat);
    case NatKind::one_to_one:
      return policy.inside_address == inside ? policy.outside_address : std::nullopt;
    case NatKind::prefix:
      if (!policy.inside_prefix || !policy.outside_prefix || !policy.inside_prefix->contains(inside)) return {};
      return translated_prefix(inside, *policy.inside_prefix, *policy.outside_prefix);
  }
  return {};
}

std::optional<Address> led_inside(const Topology& topology, const Node& nat, const Address& address) {
  if (!nat.nat) return {};
  if (nat.nat->kind == NatKind::prefix) {
    const auto &inside = nat.nat->inside_prefix, &outside = nat.nat->outside_prefix;
    if (!inside || !outside || !outside->contains(address)) return {};
    return translated_prefix(address, *outside, *inside);
  }
  if (outside_address(topology, nat) != address) return {};
  if (nat.nat->kind == NatKind::one_to_one) return nat.nat->inside_address;
  return nat.nat->forwards.empty() ? std::nullopt : std::optional(nat.nat->forwards.front().to);
}

namespace {

Trace trace_over(const Topology& topology, std::string_view from, const Address& wanted, Over over) {
  Trace result;
  Address destination = wanted;
  const auto* node = topology.node(from);
  result.ends_at = std::string(from);
  // A packet that visits more nodes than there are goes in a circle.
  for (std::size_t visited = 0; node != nullptr && visited <= topology.nodes.size(); ++visited) {
    result.ends_at = node->name;
    if (const auto inside = led_inside(topology, *node, destination)) destination = *inside;
    if (topology.holds(node->name, destination)) {
      result.arrived = true;
      return result;
    }
    if (!result.hops.empty() && node->role == Role::host) {
      result.why = fmt::format("{} is a host and forwards nothing", node->name);
      return result;
    }
    const auto next = next_hop(topology, *node, destination, over);
    if (!next) {
      result.why = fmt::format("{} has no route to {}", node->name, destination.str());
      return result;
    }
    const auto receiver = neighbor(topology, *next->first, next->second);
    if (receiver.empty()) {
      result.why = fmt::format("nobody on link {} has the address {}", next->first->name, next->second.str());
      return result;
    }
    for (auto& hop : carried(topology, {node->name, next->first->name, receiver}))
      result.hops.push_back(std::move(hop));
    node = topology.node(receiver);
  }
  result.why = fmt::format("the routes to {} go in a circle", wanted.str());
  return result;
}

}  // namespace

Trace trace(const Topology& topology, std::string_view from, const Address& wanted) {
  return trace_over(topology, from, wanted, Over::anything);
}

std::vector<Hop> carried(const Topology& topology, const Hop& hop) {
  const auto* link = topology.link(hop.link);
  const auto outer = link != nullptr && link->kind == LinkKind::gre ? outer_addresses(topology, *link) : std::nullopt;
  if (!outer) return {hop};
  const auto& far = link->ends[0].node == hop.node ? outer->second : outer->first;
  return trace_over(topology, hop.node, far, Over::no_tunnel).hops;
}

std::vector<Hop> path(const Topology& topology, std::string_view from, const Address& destination) {
  auto result = trace(topology, from, destination);
  return result.arrived ? std::move(result.hops) : std::vector<Hop>();
}

std::optional<Address> source_address(const Topology& topology, std::string_view node, std::string_view link,
                                      Family family) {
  const auto* end = topology.end(link, node);
  if (end != nullptr) {
    for (const auto& each : end->addresses) {
      if (each.family() == family && !each.address.is_link_local()) return each.address;
    }
  }
  return topology.address_of(node, family);  // as the kernel: any other address of the node
}

std::optional<std::string> round_trip_gap(const Topology& topology, std::string_view from, const Address& destination) {
  const auto there = trace(topology, from, destination);
  if (!there.arrived)
    return fmt::format("the path from {} to {} ends at {}: {}", from, destination.str(), there.ends_at, there.why);
  if (there.hops.empty()) return std::nullopt;
  auto source = destination.is_link_local()
                    ? std::optional(topology.end(there.hops.front().link, from)->mac.link_local())
                    : source_address(topology, from, there.hops.front().link, destination.family());
  if (!source) return fmt::format("{} has no {} address", from, destination.family() == Family::v4 ? "IPv4" : "IPv6");
  std::vector<Translation> translations;
  for (const auto& hop : there.hops) {
    const auto* node = topology.node(hop.node);
    if (!node->nat || node->nat->outside != hop.link || hop.node == from) continue;
    const auto outside = shown_outside(topology, *node, *source);
    if (!outside) continue;
    translations.push_back({hop.node, *source});
    source = outside;
  }
  std::string answering = there.ends_at;
  Address towards = *source;
  for (auto each = translations.rbegin();; ++each) {
    const auto back = trace(topology, answering, towards);
    const std::string goal = each == translations.rend() ? std::string(from) : each->node;
    const bool passes_goal =
        std::any_of(back.hops.begin(), back.hops.end(), [&goal](const Hop& hop) { return hop.next == goal; });
    if (!back.arrived && !passes_goal) {
      return fmt::format("the way back from {} to {} ends at {}: {}", there.ends_at, towards.str(), back.ends_at,
                         back.why);
    }
    if (each == translations.rend()) return std::nullopt;
    answering = each->node;
    towards = each->inside;
  }
}

std::optional<Address> address_as_seen(const Topology& topology, std::string_view from, std::string_view to,
                                       Family family) {
  const auto own = topology.address_of(to, family);
  auto wanted = own;
  // Each NAT box that leads to the address so far is a further one to try from outside of it.
  for (std::size_t boxes = 0; wanted && boxes <= topology.nodes.size(); ++boxes) {
    if (trace(topology, from, *wanted).arrived) return wanted;
    const auto before = std::find_if(topology.nodes.begin(), topology.nodes.end(), [&](const Node& node) {
      const auto outside = node.nat ? shown_outside(topology, node, *wanted) : std::nullopt;
      return outside && led_inside(topology, node, *outside) == wanted;
    });
    wanted = before == topology.nodes.end() ? std::nullopt : shown_outside(topology, *before, *wanted);
  }
  return own;
}

}  // namespace useipsec
