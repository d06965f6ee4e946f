#include "report/ladder/columns.h"

#include <algorithm>

#include "report/ladder/flow_tracks.h"

namespace useipsec {

namespace {

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void add(std::vector<std::string>& names, const std::string& name) {
  if (!has(names, name)) names.push_back(name);
}

std::vector<std::string> longest_way(const StoredCase& stored) {
  std::vector<std::string> longest;
  for (const auto& track : flow_tracks(stored)) {
    std::vector<std::string> way;
    for (const auto& hop : track.hops) add(way, hop.node);
    if (!track.hops.empty()) add(way, track.hops.back().next);
    if (way.size() > longest.size()) longest = way;
  }
  return longest;
}

/// Whoever is attached to a node that has a column stands before it, where that is the first one after it.
void attach_others(const Topology& topology, std::vector<std::string>& columns) {
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& link : topology.links) {
      const auto known =
          std::find_if(columns.begin(), columns.end(), [&](const auto& name) { return topology.end(link.name, name); });
      if (known == columns.end()) continue;
      for (const auto& end : link.ends) {
        if (has(columns, end.node)) continue;
        const auto at = std::find_if(columns.begin(), columns.end(),
                                     [&](const auto& name) { return topology.end(link.name, name) != nullptr; });
        const bool shared = link.kind == LinkKind::shared;
        auto place = at == columns.begin() || shared ? at + 1 : at;
        while (shared && place != columns.end() && topology.end(link.name, *place) != nullptr) ++place;
        columns.insert(place, end.node);
        grew = true;
      }
    }
  }
}

}  // namespace

std::vector<std::string> columns_of(const StoredCase& stored) {
  auto columns = longest_way(stored);
  if (!stored.topology) {
    for (const auto& file : stored.captures) add(columns, file.node());
    return columns;
  }
  const auto& topology = *stored.topology;
  if (columns.empty() && !topology.nodes.empty()) columns.push_back(topology.nodes.front().name);
  attach_others(topology, columns);
  for (const auto& node : topology.nodes) add(columns, node.name);
  return columns;
}

}  // namespace useipsec
