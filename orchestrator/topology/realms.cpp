#include "topology/realms.h"

#include <optional>

namespace useipsec {

Realms::Realms(const TopologyDraft& draft) {
  for (const auto& link : draft.links) {
    joined_.try_emplace(link.name, link.name);
    for (const auto& end : link.ends) node_links_[end.node].insert(link.name);
  }
  const auto join = [this](const std::string& one, const std::string& other) { joined_[realm(one)] = realm(other); };
  for (const auto& node : draft.nodes) {
    std::optional<std::string> inside;
    for (const auto& link : links_of(node.name)) {
      if (node.nat && link == node.nat->outside) continue;
      if (inside) join(link, *inside);
      inside = link;
    }
  }
  for (const auto& node : draft.nodes) {
    if (!node.nat || !links_of(node.name).contains(node.nat->outside)) continue;
    for (const auto& link : links_of(node.name))
      if (link != node.nat->outside) outside_[realm(link)].insert(realm(node.nat->outside));
  }
}

std::set<std::string> Realms::links_of(const std::string& node) const {
  const auto found = node_links_.find(node);
  return found == node_links_.end() ? std::set<std::string>() : found->second;
}

std::string Realms::realm(const std::string& link) const {
  auto at = link;
  while (joined_.contains(at) && joined_.at(at) != at) at = joined_.at(at);
  return at;
}

void Realms::outside_of(const std::string& realm, std::set<std::string>& all) const {
  const auto found = outside_.find(realm);
  if (found == outside_.end()) return;
  for (const auto& each : found->second)
    if (all.insert(each).second) outside_of(each, all);
}

bool Realms::apart(const std::string& link, const std::string& other) const {
  const auto one = realm(link), two = realm(other);
  if (one == two) return false;
  std::set<std::string> beyond_one, beyond_two;
  outside_of(one, beyond_one);
  outside_of(two, beyond_two);
  return !beyond_one.empty() && !beyond_two.empty() && !beyond_one.contains(two) && !beyond_two.contains(one);
}

}  // namespace useipsec
