#include "proof/nat_proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "proof/expected.h"
#include "proof/measure.h"
#include "topology/nat_reader.h"
#include "topology/path.h"

namespace useipsec {
namespace {

std::string behavior_key(NatPolicy policy, Family family) {
  policy.outside.clear();
  for (auto* prefix : {&policy.inside_prefix, &policy.outside_prefix})
    if (*prefix) (*prefix)->address = Address::any(Family::v6);
  policy.inside_address.reset();
  policy.outside_address.reset();
  for (auto& each : policy.forwards) each.to = Address::any(Family::v4);
  return (family == Family::v4 ? "v4 " : "v6 ") + nat_policy_json(policy).dump();
}

}  // namespace

std::vector<NatRecord> NatProof::of(const Topology& topology) {
  std::vector<NatRecord> records;
  for (const auto& node : topology.nodes) {
    if (!node.nat) continue;
    const auto family = translated_family(topology, node);
    const auto [entry, is_new] = measured_.try_emplace(behavior_key(*node.nat, family));
    if (is_new) {
      try {
        entry->second = family == Family::v4 ? measure_nat(loop_, *node.nat) : measure_nat_v6(loop_, *node.nat);
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
