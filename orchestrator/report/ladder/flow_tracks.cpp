#include "report/ladder/flow_tracks.h"

#include <algorithm>

namespace useipsec {

namespace {

std::vector<std::string> ends_of(const StoredCase& stored, const std::string& link) {
  std::vector<std::string> ends;
  if (stored.topology) {
    if (const auto* known = stored.topology->link(link))
      for (const auto& end : known->ends) ends.push_back(end.node);
  } else {
    for (const auto& file : stored.captures)
      if (file.link() == link) ends.push_back(file.node());
  }
  return ends;
}

/// Over `link` from `node`: the only other end, or the one that the way goes on from.
std::string next_of(const StoredCase& stored, const std::string& node, const std::string& link,
                    const std::string& following, const std::string& to) {
  const auto ends = ends_of(stored, link);
  if (following.empty()) return to;
  const auto after = ends_of(stored, following);
  for (const auto& end : ends)
    if (end != node && std::find(after.begin(), after.end(), end) != after.end()) return end;
  return {};
}

}  // namespace

std::vector<FlowTrack> flow_tracks(const StoredCase& stored) {
  std::vector<FlowTrack> tracks;
  for (const auto& flow : stored.result->flows) {
    FlowTrack track;
    track.flow = &flow;
    const auto& fact = flow.fact;
    const std::string reply = "-reply";
    track.probe = fact.name.size() > reply.size() && fact.name.ends_with(reply)
                      ? fact.name.substr(0, fact.name.size() - reply.size())
                      : fact.name;
    auto node = fact.from;
    for (std::size_t index = 0; index < fact.wire.size() && !node.empty(); ++index) {
      const auto following = index + 1 < fact.wire.size() ? fact.wire[index + 1].link : "";
      const auto next = next_of(stored, node, fact.wire[index].link, following, fact.to);
      track.hops.push_back({node, fact.wire[index].link, next, &fact.wire[index]});
      node = next;
    }
    tracks.push_back(std::move(track));
  }
  return tracks;
}

}  // namespace useipsec
