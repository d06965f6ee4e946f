#include <algorithm>
#include <set>

#include "facts/counters.h"
#include "facts/facts.h"
#include "facts/sa_direction.h"
#include "profile/vantage.h"

namespace useipsec {

namespace {

void grown(std::vector<DropFact>& drops, const std::string& node, const std::map<std::string, std::uint64_t>& before,
           const std::map<std::string, std::uint64_t>& after) {
  for (const auto& [counter, value] : after) {
    const auto was = before.find(counter);
    const auto start = was == before.end() ? 0 : was->second;
    if (value > start)
      drops.push_back({.node = node, .counter = counter, .delta = value - start, .meaning = counter_meaning(counter)});
  }
}

/// The topology's order; nodes it does not know come last.
std::vector<std::string> ordered(const Case& subject, const Snapshot& snapshot) {
  std::vector<std::string> names;
  for (const auto& node : subject.topology.nodes)
    if (snapshot.nodes.contains(node.name)) names.push_back(node.name);
  for (const auto& [name, node] : snapshot.nodes)
    if (subject.topology.node(name) == nullptr) names.push_back(name);
  return names;
}

}  // namespace

std::vector<SaRecord> sas_with(const Case& subject, const std::map<std::string, std::vector<SaRecord>>& sas,
                               const std::string& node, const std::string& peer) {
  const auto& topology = subject.topology;
  const auto own = sas.find(node), others = sas.find(peer);
  std::vector<SaRecord> found;
  if (own == sas.end()) return found;
  const auto peers = peers_of(subject.profile, node);
  for (const auto& sa : own->second) {
    const bool in = is_inbound(topology, node, sa);
    if (!in && !is_outbound(topology, node, sa)) continue;
    const auto& address = in ? sa.source : sa.destination;
    const auto is_of = [&](const std::string& name) {
      return topology.holds(name, address) || address_seen_by(topology, node, name, address.family()) == address;
    };
    if (!is_of(peer)) continue;
    const bool shared = std::any_of(peers.begin(), peers.end(),
                                    [&](const std::string& other) { return other != peer && is_of(other); });
    const bool known = others != sas.end() && std::any_of(others->second.begin(), others->second.end(),
                                                          [&](const SaRecord& other) { return other.spi == sa.spi; });
    if (!shared || known) found.push_back(sa);
  }
  return found;
}

Presence child_with(const Case& subject, const std::map<std::string, std::vector<SaRecord>>& sas,
                    const std::string& node, const std::string& peer) {
  const auto found = sas_with(subject, sas, node, peer);
  const auto inbound = [&](const SaRecord& sa) { return is_inbound(subject.topology, node, sa); };
  const auto count = std::count_if(found.begin(), found.end(), inbound);
  return count > 0 && count < std::ssize(found) ? Presence::up : Presence::down;
}

std::vector<SaFact> sa_facts(const Case& subject, const Snapshot& at) {
  std::vector<SaFact> facts;
  std::map<std::string, std::vector<SaRecord>> sas;
  for (const auto& [name, node] : at.nodes) sas[name] = node.sas;
  for (const auto& name : ordered(subject, at)) {
    const auto& node = at.nodes.at(name);
    if (node.sas.empty() && node.policies.empty() && !node.ike_up && subject.profile_of(name) == nullptr) continue;
    SaFact fact;
    fact.node = name;
    fact.sas = node.sas;
    fact.usable = static_cast<std::uint64_t>(std::count_if(node.sas.begin(), node.sas.end(), is_usable));
    fact.policies = node.policies.size();
    fact.ike = node.ike_up ? Presence::up : Presence::down;
    bool inbound = false, outbound = false;
    for (const auto& sa : node.sas) {
      inbound |= is_inbound(subject.topology, name, sa);
      outbound |= is_outbound(subject.topology, name, sa);
      fact.packets += sa.packets;
      fact.integrity_failed += sa.integrity_failed;
    }
    fact.child = inbound && outbound ? Presence::up : Presence::down;
    if (const auto peers = peers_of(subject.profile, name); peers.size() > 1)
      for (const auto& peer : peers) fact.child_with[peer] = child_with(subject, sas, name, peer);
    facts.push_back(fact);
  }
  return facts;
}

std::vector<DropFact> drop_facts(const Case& subject, const Snapshot& before, const Snapshot& at) {
  std::vector<DropFact> drops;
  for (const auto& name : ordered(subject, at)) {
    const auto was = before.nodes.find(name);
    const NodeSnapshot nothing;
    const auto& start = was == before.nodes.end() ? nothing : was->second;
    grown(drops, name, start.xfrm_stat, at.nodes.at(name).xfrm_stat);
    grown(drops, name, start.network_stat, at.nodes.at(name).network_stat);
    grown(drops, name, start.filter_stat, at.nodes.at(name).filter_stat);
    grown(drops, name, start.nat_drops, at.nodes.at(name).nat_drops);
  }
  return drops;
}

std::vector<AdjacencyFact> adjacency_facts(const Snapshot& at) {
  std::vector<AdjacencyFact> facts;
  for (const auto& [name, node] : at.nodes)
    for (const auto& each : node.adjacencies)
      facts.push_back({.router = name, .neighbor = each.neighbor, .state = each.state});
  return facts;
}

namespace {

/// By SA the keys, as one text; larval SAs have none.
std::set<std::string> keys_at(const Snapshot& at, const std::string& node) {
  std::set<std::string> keys;
  const auto found = at.nodes.find(node);
  if (found == at.nodes.end()) return keys;
  for (const auto& sa : found->second.sas)
    if (is_usable(sa)) keys.insert(sa.encryption_key + "/" + sa.integrity_key);
  return keys;
}

}  // namespace

std::optional<bool> kept_keys(const Observations& observations, const std::string& node, const Snapshot& at) {
  const auto now = keys_at(at, node);
  if (now.empty()) return std::nullopt;
  for (const auto& snapshot : observations.snapshots) {
    const auto first = keys_at(snapshot, node);
    if (first.empty()) continue;
    if (snapshot.at >= at.at) return std::nullopt;
    return std::any_of(now.begin(), now.end(), [&](const auto& key) { return first.contains(key); });
  }
  return std::nullopt;
}

std::vector<AcquireFact> acquire_facts(const Snapshot& at) {
  std::vector<AcquireFact> facts;
  for (const auto& [name, node] : at.nodes)
    for (const auto& each : node.acquires) facts.push_back({.node = name, .acquire = each});
  return facts;
}

std::vector<NeighborFact> neighbor_facts(const Case& subject, const Snapshot& at) {
  std::vector<NeighborFact> facts;
  for (const auto& name : ordered(subject, at)) {
    for (const auto& record : at.nodes.at(name).neighbors) {
      if (record.mac.empty() || record.state == "failed" || record.state == "incomplete") continue;
      NeighborFact fact{.node = name, .link = record.link, .address = record.address, .at = record.mac};
      if (const auto* link = subject.topology.link(record.link))
        for (const auto& end : link->ends)
          if (end.mac.str() == record.mac) fact.at = end.node;
      facts.push_back(std::move(fact));
    }
  }
  return facts;
}

std::string neighbor_at(const Case& subject, const std::vector<NeighborFact>& facts, const std::string& node,
                        const std::string& of) {
  std::vector<Address> addresses;
  if (const auto address = Address::parse(of)) addresses.push_back(*address);
  for (const auto& link : subject.topology.links) {
    const auto* end = subject.topology.end(link.name, of);
    if (!addresses.empty() || end == nullptr || subject.topology.end(link.name, node) == nullptr) continue;
    for (const auto& each : end->addresses) addresses.push_back(each.address);
    addresses.push_back(end->mac.link_local());
  }
  for (const auto& address : addresses)
    for (const auto& fact : facts)
      if (fact.node == node && fact.address == address) return fact.at;
  return "none";
}

std::vector<RouteFact> route_facts(const Snapshot& at) {
  std::vector<RouteFact> facts;
  for (const auto& [name, node] : at.nodes)
    for (const auto& each : node.routes) facts.push_back({.router = name, .prefix = each.prefix, .from = each.from});
  return facts;
}

bool is_in_state(const std::string& state, const std::string& expected) {
  // Before OSPF routers have heard each other both ways, and before a BGP session is established.
  static const std::set<std::string> before{"none",    "down",   "attempt",  "init",        "idle",   "start",
                                            "connect", "active", "opensent", "openconfirm", "passive"};
  const bool one_way = before.contains(state);
  if (expected == "none") return one_way;
  return expected == "bidirectional" ? !one_way : state == expected;
}

std::string to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::protected_:
      return "protected";
    case Outcome::exposed:
      return "exposed";
    case Outcome::blocked:
      return "blocked";
    case Outcome::degraded:
      return "degraded";
  }
  return "blocked";
}

std::string to_string(Presence presence) { return presence == Presence::up ? "up" : "down"; }

}  // namespace useipsec
