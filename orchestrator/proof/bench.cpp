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

Prefix prefix(const char* text, int length) { return {address(text), static_cast<std::uint8_t>(length)}; }

NatPolicy on_bench_v6(NatPolicy policy) {
  policy.outside = "outside";
  if (policy.kind == NatKind::one_to_one) {
    policy.inside_address = address("fd77::10");
    policy.outside_address = address("2001:db8:77::10");
  }
  if (policy.kind == NatKind::prefix) {
    const int length = policy.inside_prefix->length;
    policy.inside_prefix = prefix("fd77::", length).network();
    policy.outside_prefix = prefix("2001:db9::", length).network();
  }
  return policy;
}

Topology settled(const TopologyDraft& draft) {
  return settle(
      draft, [](const std::string& pointer, const std::string& message, const std::string& found, const std::string&) {
        throw Error("the bench of a NAT box: " + pointer + ": " + message + "; found " + found);
      });
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
  draft.nodes = {inside(bench_one),
                 inside(bench_two),
                 {box, Role::nat, {}, {}, on_bench(policy)},
                 outside(bench_server),
                 outside(bench_other)};
  draft.links = {
      {"inside",
       LinkKind::shared,
       {*Prefix::parse("10.77.0.0/24")},
       {{bench_one, false, {"10.77.0.10"}}, {bench_two, false, {"10.77.0.20"}}, {box, false, {"10.77.0.1"}}},
       {},
       false},
      {"outside",
       LinkKind::shared,
       {*Prefix::parse("192.0.2.0/24")},
       {{box, false, {"192.0.2.1"}}, {bench_server, false, {"192.0.2.10"}}, {bench_other, false, {"192.0.2.20"}}},
       {},
       false}};
  return settled(draft);
}

Topology nat_bench_v6(const NatPolicy& policy) {
  TopologyDraft draft;
  draft.name = "bench";
  const auto own = on_bench_v6(policy);
  DraftNode server{bench_server, Role::host, {}, {}, {}};
  if (own.outside_prefix) server.routes = {{own.outside_prefix->str(), box}};
  draft.nodes = {{bench_one, Role::host, {}, {{"default", box}}, {}}, {box, Role::nat, {}, {}, own}, server};
  draft.links = {{"inside",
                  LinkKind::point_to_point,
                  {*Prefix::parse("fd77::/64")},
                  {{bench_one, false, {"fd77::10"}}, {box, false, {"fd77::1"}}},
                  {},
                  false},
                 {"outside",
                  LinkKind::point_to_point,
                  {*Prefix::parse("2001:db8:77::/64")},
                  {{box, false, {"2001:db8:77::1"}}, {bench_server, false, {"2001:db8:77::20"}}},
                  {},
                  false}};
  return settled(draft);
}

}  // namespace useipsec
