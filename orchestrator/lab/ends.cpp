#include "lab/ends.h"

#include <functional>

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
  }
  return ends;
}

}  // namespace useipsec
