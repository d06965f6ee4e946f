#include "report/ladder/overlay.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "report/ladder/flow_tracks.h"

namespace useipsec {

namespace {

/// An SA as a packet shows it; both its ends dump it.
struct SharedSa {
  std::string protocol, mode;
  std::uint32_t spi = 0;
  bool in_udp = false;
  std::set<std::string> nodes;
};

std::vector<SharedSa> shared_sas(const CaseResult& result) {
  std::vector<SharedSa> all;
  for (const auto& node : result.sas)
    for (const auto& sa : node.sas) {
      if (sa.spi == 0) continue;  // only waits for IKE
      const auto known = std::find_if(all.begin(), all.end(), [&](const SharedSa& each) {
        return each.protocol == sa.protocol && each.spi == sa.spi;
      });
      auto& entry = known == all.end()
                        ? all.emplace_back(SharedSa{sa.protocol, sa.mode, sa.spi, sa.udp_encapsulated, {}})
                        : *known;
      entry.nodes.insert(node.node);
    }
  return all;
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

/// One lane for the SAs of the same kind between the same nodes.
void add_sas(const CaseResult& result, Overlay& overlay) {
  struct Bundle {
    std::set<std::string> nodes;
    std::string kind;
    std::vector<std::string> spis;
  };
  std::vector<Bundle> bundles;
  for (const auto& sa : shared_sas(result)) {
    const auto kind = fmt::format("{} {}{}", upper(sa.protocol), sa.mode, sa.in_udp ? " in UDP" : "");
    const auto known = std::find_if(bundles.begin(), bundles.end(),
                                    [&](const Bundle& each) { return each.nodes == sa.nodes && each.kind == kind; });
    auto& bundle = known == bundles.end() ? bundles.emplace_back(Bundle{sa.nodes, kind, {}}) : *known;
    bundle.spis.push_back(fmt::format("0x{:08x}", sa.spi));
  }
  for (const auto& bundle : bundles) {
    const std::vector<std::string> nodes(bundle.nodes.begin(), bundle.nodes.end());
    auto spis = bundle.spis;
    if (spis.size() > 2) spis = {bundle.spis[0], fmt::format("and {} more", bundle.spis.size() - 1)};
    Lane lane;
    lane.name = bundle.spis.size() == 1 ? "SA" : fmt::format("{} SAs", bundle.spis.size());
    lane.words = fmt::format("{} {}, at {}{}", bundle.kind, fmt::join(spis, " "), fmt::join(nodes, " and "),
                             nodes.size() == 1 ? " only" : "");
    for (std::size_t index = 1; index < nodes.size(); ++index)
      lane.spans.push_back({nodes[index - 1], nodes[index], ""});
    overlay.lanes.push_back(std::move(lane));
  }
}

LaneKind kind_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::protected_:
      return LaneKind::protected_;
    case Outcome::exposed:
      return LaneKind::exposed;
    case Outcome::degraded:
      return LaneKind::degraded;
    case Outcome::blocked:
      break;
  }
  return LaneKind::blocked;
}

Lane lane_of(const FlowTrack& track) {
  const auto& fact = track.flow->fact;
  Lane lane;
  lane.kind = kind_of(fact.outcome);
  lane.words = fmt::format("{} {} of {}", to_string(fact.outcome), fact.delivered, fact.sent);
  bool past_last = fact.last_seen_link.empty();
  for (const auto& hop : track.hops) {
    if (hop.next.empty()) break;
    std::vector<std::string> forms;
    if (hop.wire->packets > 0)
      for (const auto form : hop.wire->forms) forms.push_back(to_string(form));
    lane.spans.push_back({hop.node, hop.next, fmt::format("{}", fmt::join(forms, " + "))});
    if (fact.outcome != Outcome::blocked) continue;
    if (past_last && lane.stopped_at.empty()) lane.stopped_at = hop.node;
    if (hop.link == fact.last_seen_link) {
      lane.stopped_at = hop.next;
      past_last = true;
    }
  }
  return lane;
}

bool alike(const Lane& left, const Lane& right) {
  return left.kind == right.kind && left.words == right.words && left.stopped_at == right.stopped_at &&
         std::equal(
             left.spans.begin(), left.spans.end(), right.spans.begin(), right.spans.end(),
             [](const Span& a, const Span& b) { return a.from == b.from && a.to == b.to && a.words == b.words; });
}

}  // namespace

Overlay overlay(const StoredCase& stored) {
  Overlay result;
  add_sas(*stored.result, result);
  const auto first_flow = result.lanes.size();
  for (const auto& track : flow_tracks(stored)) {
    const auto& fact = track.flow->fact;
    // An answer to a request that never came says nothing.
    if (fact.outcome == Outcome::blocked && fact.sent == 0 && fact.name != track.probe) continue;
    auto lane = lane_of(track);
    const auto known = std::find_if(result.lanes.begin() + static_cast<std::ptrdiff_t>(first_flow), result.lanes.end(),
                                    [&](const Lane& each) { return alike(each, lane); });
    if (known != result.lanes.end()) {
      known->name += ", " + fact.name;
      continue;
    }
    lane.name = fact.name;
    result.lanes.push_back(std::move(lane));
  }
  return result;
}

}  // namespace useipsec
