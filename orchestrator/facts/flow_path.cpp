#include "facts/flow_path.h"

#include <algorithm>
#include <optional>

#include "profile/vantage.h"
#include "topology/broadcast.h"
#include "topology/path.h"

namespace useipsec {

namespace {

std::vector<Hop> shared_link(const Topology& topology, const std::string& from, const std::string& to) {
  for (const auto& link : topology.links)
    if (topology.end(link.name, from) != nullptr && topology.end(link.name, to) != nullptr)
      return carried(topology, {.node = from, .link = link.name, .next = to});
  return {};
}

/// The same way walked back.
std::vector<Hop> turned(std::vector<Hop> hops) {
  std::reverse(hops.begin(), hops.end());
  for (auto& hop : hops) std::swap(hop.node, hop.next);
  return hops;
}

/// Group and link-local traffic stays on a link that both ends are on; all other traffic goes by the routes.
std::vector<Hop> request_hops(const Topology& topology, const Probe& probe) {
  if (!probe.link.empty() && topology.end(probe.link, probe.to) != nullptr)
    return carried(topology, {.node = probe.from, .link = probe.link, .next = probe.to});
  if (probe.destination && probe.destination->is_link_local())
    if (auto hops = shared_link(topology, probe.from, probe.to); !hops.empty()) return hops;
  std::vector<std::optional<Address>> candidates;
  if (probe.destination && !is_group(topology, *probe.destination)) candidates.push_back(probe.destination);
  candidates.push_back(topology.address_of(probe.to, probe.family));
  candidates.push_back(address_as_seen(topology, probe.from, probe.to, probe.family));
  for (const auto& address : candidates)
    if (address)
      if (auto hops = path(topology, probe.from, *address); !hops.empty()) return hops;
  if (auto hops = shared_link(topology, probe.from, probe.to); !hops.empty()) return hops;
  // Towards a private address, which no route but a tunnel leads to: the way on which the other end would come.
  const auto own = topology.address_of(probe.from, probe.family);
  return own ? turned(path(topology, probe.to, *own)) : std::vector<Hop>{};
}

bool is_peer(const Case& subject, const std::string& node) { return subject.profile_of(node) != nullptr; }

}  // namespace

FlowPath flow_path(const Case& subject, const Probe& probe, bool reply) {
  FlowPath result;
  result.from = probe.from;
  result.to = probe.to;
  result.hops = request_hops(subject.topology, probe);
  if (reply) {
    std::swap(result.from, result.to);
    result.hops = turned(std::move(result.hops));
  }
  const auto& hops = result.hops;
  result.judged.assign(hops.size(), true);
  result.sender = result.from;
  result.receiver = result.to;
  result.relays = {result.from, result.to};
  const auto first = std::find_if(hops.begin(), hops.end(), [&](const Hop& hop) { return is_peer(subject, hop.node); });
  const auto last =
      std::find_if(hops.rbegin(), hops.rend(), [&](const Hop& hop) { return is_peer(subject, hop.next); });
  if (first == hops.end() || last == hops.rend() || first >= last.base()) return result;
  result.sender = first->node;
  result.receiver = last->next;
  result.relays = {result.sender};
  if (!peer_with(subject.profile, result.sender, result.receiver)) {
    for (auto hop = first; hop + 1 < last.base(); ++hop)
      if (is_peer(subject, hop->next)) result.relays.push_back(hop->next);
  }
  result.relays.push_back(result.receiver);
  for (auto hop = hops.begin(); hop != hops.end(); ++hop)
    result.judged[static_cast<std::size_t>(hop - hops.begin())] = hop >= first && hop < last.base();
  return result;
}

}  // namespace useipsec
