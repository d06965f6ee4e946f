#include "lab/ends.h"

#include <fmt/format.h>

#include <functional>
#include <optional>

#include "base/error.h"
#include "topology/path.h"

namespace useipsec {

namespace {

/// The address on `lo` by which a router is known, whatever becomes of its links: it sends from there as it is sent to.
std::optional<Address> loopback_of(const Topology& topology, const std::string& name, Family family) {
  const auto* node = topology.node(name);
  if (node == nullptr) return std::nullopt;
  for (const auto& each : node->loopback)
    if (each.family() == family && !each.address.is_link_local()) return each.address;
  return std::nullopt;
}

/// Where a node listens for what is sent to all on a link that it is not on.
std::string first_link(const Topology& topology, const std::string& node) {
  for (const auto& link : topology.links)
    if (topology.end(link.name, node) != nullptr) return link.name;
  return {};
}

}  // namespace

std::string token_of(const Case& subject, const Probe& probe) {
  return fmt::format("useipsec.{}.{:08x}", probe.name, std::hash<std::string>{}(subject.id) & 0xffffffffU);
}

ProbeEnds ends_of(const Topology& topology, const Probe& probe) {
  ProbeEnds ends;
  const auto of = [&](const std::string& node) {
    const auto wanted = topology.address_of(node, probe.family);
    return wanted ? wanted : topology.address_of(node, probe.family == Family::v4 ? Family::v6 : Family::v4);
  };
  const auto destination = probe.destination ? probe.destination : of(probe.to);
  if (!destination) throw Error(fmt::format("probe {}: {} has no address to send to", probe.name, probe.to));
  ends.destination = *destination;
  if (!probe.link.empty()) {
    ends.from_interface = probe.link;
    ends.to_interface = topology.end(probe.link, probe.to) != nullptr ? probe.link : first_link(topology, probe.to);
  } else if (ends.destination.is_link_local()) {
    if (const auto* link = shared_link(topology, probe.from, probe.to))
      ends.from_interface = ends.to_interface = link->name;
  } else if (const auto own = loopback_of(topology, probe.from, ends.destination.family())) {
    ends.source = *own;
  }
  return ends;
}

}  // namespace useipsec
