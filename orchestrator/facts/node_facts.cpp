#include <algorithm>

#include "facts/counters.h"
#include "facts/facts.h"
#include "facts/sa_direction.h"

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

std::vector<SaFact> sa_facts(const Case& subject, const Snapshot& at) {
  std::vector<SaFact> facts;
  for (const auto& name : ordered(subject, at)) {
    const auto& node = at.nodes.at(name);
    const auto& profile = subject.profile;
    const bool peer = name == profile.initiator || name == profile.responder ||
                      std::find(profile.members.begin(), profile.members.end(), name) != profile.members.end();
    if (node.sas.empty() && !node.ike_up && (subject.without_ipsec || !peer)) continue;
    SaFact fact;
    fact.node = name;
    fact.sas = node.sas;
    fact.ike = node.ike_up ? Presence::up : Presence::down;
    bool inbound = false, outbound = false;
    for (const auto& sa : node.sas) {
      inbound |= is_inbound(subject.topology, name, sa);
      outbound |= is_outbound(subject.topology, name, sa);
      fact.packets += sa.packets;
      fact.integrity_failed += sa.integrity_failed;
    }
    fact.child = inbound && outbound ? Presence::up : Presence::down;
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
