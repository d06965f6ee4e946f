#include "proof/bench.h"

#include "base/error.h"
#include "topology/settle.h"

namespace useipsec {
namespace {

const char* const box = "box";

Address address(const char* text) { return *Address::parse(text); }

/// The policy with the bench's link and addresses.
NatPolicy on_bench(NatPolicy policy) {
  policy.outside = "outside";
  if (policy.kind == NatKind::one_to_one) {
    policy.inside_address = address("10.77.0.10");
    policy.outside_address = bench_outside(policy);
  }
  for (auto& forward : policy.forwards) forward.to = address("10.77.0.10");
  return policy;
}

}  // namespace

Address bench_outside(const NatPolicy& policy) {
  return address(policy.kind == NatKind::one_to_one ? "192.0.2.2" : "192.0.2.1");
}

Topology nat_bench(const NatPolicy& policy) {
  const auto inside = [](const char* name) { return DraftNode{name, Role::host, {}, {{"default", box}}, {}}; };
  const auto outside = [](const char* name) { return DraftNode{name, Role::host, {}, {}, {}}; };
  TopologyDraft draft;
  draft.name = "bench";
  draft.nodes = {inside(bench_one), inside(bench_two), {box, Role::nat, {}, {}, on_bench(policy)}, outside(bench_server),
                 outside(bench_other)};
  draft.links = {{"inside", LinkKind::shared, {*Prefix::parse("10.77.0.0/24")},
                  {{bench_one, false, {"10.77.0.10"}}, {bench_two, false, {"10.77.0.20"}}, {box, false, {"10.77.0.1"}}}, {}, false},
                 {"outside", LinkKind::shared, {*Prefix::parse("192.0.2.0/24")},
                  {{box, false, {"192.0.2.1"}}, {bench_server, false, {"192.0.2.10"}}, {bench_other, false, {"192.0.2.20"}}}, {}, false}};
  return settle(draft, [](const std::string& pointer, const std::string& message, const std::string& found, const std::string&) {
    throw Error("the bench of a NAT box: " + pointer + ": " + message + "; found " + found);
  });
}

}  // namespace useipsec
