#include "proof/nat_proof.h"

#include <fmt/format.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "proof/expected.h"
#include "proof/measure.h"
#include "topology/nat_reader.h"

namespace useipsec {
namespace {

std::string behavior_key(NatPolicy policy) {
  policy.outside.clear();
  policy.inside_address.reset();
  policy.outside_address.reset();
  for (auto& each : policy.forwards) each.to = Address::any(Family::v4);
  return nat_policy_json(policy).dump();
}

bool translates_v4(const Topology& topology, const Node& node) {
  if (node.nat->inside_address) return node.nat->inside_address->family() == Family::v4;
  const auto* end = topology.end(node.nat->outside, node.name);
  return end != nullptr && std::any_of(end->addresses.begin(), end->addresses.end(), [](const Prefix& each) { return each.family() == Family::v4; });
}

}  // namespace

std::vector<NatRecord> NatProof::of(const Topology& topology) {
  std::vector<NatRecord> records;
  for (const auto& node : topology.nodes) {
    if (!node.nat || !translates_v4(topology, node)) continue;
    const auto [entry, is_new] = measured_.try_emplace(behavior_key(*node.nat));
    if (is_new) {
      try {
        entry->second = measure_nat(loop_, *node.nat);
      } catch (Error& error) {
        measured_.erase(entry);
        throw error.within("node " + node.name);
      }
    }
    records.push_back({node.name, entry->second});
  }
  return records;
}

std::string disproof(const std::vector<NatRecord>& nats) {
  for (const auto& nat : nats)
    if (const auto why = mismatch(nat.measured); !why.empty())
      return fmt::format("the NAT box {} is not what its file says: {}", nat.node, why);
  return {};
}

}  // namespace useipsec
