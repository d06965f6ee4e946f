#include "lab/ends.h"

#include <functional>
#include <optional>

#include <fmt/format.h>

#include "base/error.h"

namespace useipsec {

namespace {

/// The link both nodes are on; empty where there is none.
std::string shared_link(const Topology& topology, const std::string& left, const std::string& right) {
  for (const auto& link : topology.links) {
    if (topology.end(link.name, left) != nullptr && topology.end(link.name, right) != nullptr) return link.name;
  }
  return {};
}

/// The address on `lo` by which a router is known, whatever becomes of its links: it sends from there as it is sent to.
std::optional<Address> loopback_of(const Topology& topology, const std::string& name, Family family) {
  const auto* node = topology.node(name);
  if (node == nullptr) return std::nullopt;
  for (const auto& each : node->loopback)
    if (each.family() == family && !each.address.is_link_local()) return each.address;
  return std::nullopt;
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
  if (ends.destination.is_multicast() || ends.destination.is_link_local()) {
    const auto link = shared_link(topology, probe.from, probe.to);
    ends.from_interface = link;
    ends.to_interface = link;
  } else if (const auto own = loopback_of(topology, probe.from, ends.destination.family())) {
    ends.source = *own;
  }
  return ends;
}

}  // namespace useipsec
