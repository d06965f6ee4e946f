#include "proof/expected.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proof/bench.h"
#include "topology/path.h"

namespace useipsec {
namespace {

std::string expected_of(const NatPolicy& policy, const std::string& behavior) {
  for (const auto& each : expected_measurements(policy))
    if (each.behavior == behavior) return each.expected;
  return "not measured";
}

TEST(ExpectedMeasurements, OfTheKernelAreWhatLinuxDoes) {
  const NatPolicy policy;
  EXPECT_EQ(expected_of(policy, "mapping"), "address-and-port-dependent");
  EXPECT_EQ(expected_of(policy, "filtering"), "address-and-port-dependent");
  EXPECT_EQ(expected_of(policy, "esp"), "passed");
  EXPECT_EQ(expected_of(policy, "hairpin"), "false");
  EXPECT_EQ(expected_of(policy, "lifetimes_s/udp"), "not measured");
}

TEST(ExpectedMeasurements, FollowThePolicy) {
  NatPolicy policy;
  policy.only_tcp_and_udp = true;
  policy.lifetimes.udp = 3;
  policy.forwards = {{PortedProtocol::udp, 500, Address(), 500}, {PortedProtocol::tcp, 80, Address(), 80}};
  EXPECT_EQ(expected_of(policy, "esp"), "dropped");
  EXPECT_EQ(expected_of(policy, "protocols"), "tcp-and-udp");
  EXPECT_EQ(expected_of(policy, "lifetimes_s/udp"), "3");
  EXPECT_EQ(expected_of(policy, "forwards"), "udp 500");
  policy.lifetimes.udp = 300;
  EXPECT_EQ(expected_of(policy, "lifetimes_s/udp"), "not measured");
}

TEST(Mismatch, NamesEveryDifference) {
  EXPECT_EQ(mismatch({{"mapping", "a", "a"}}), "");
  EXPECT_EQ(mismatch({{"mapping", "a", "b"}, {"esp", "passed", "passed"}, {"ah", "dropped", "passed"}}),
            "mapping: expected a, measured b; ah: expected dropped, measured passed");
}

TEST(NatBench, HoldsEveryKindOfBox) {
  NatPolicy policy;
  policy.outside = "far";
  policy.forwards = {{PortedProtocol::udp, 500, *Address::parse("10.1.0.2"), 500}};
  const auto bench = nat_bench(policy);
  EXPECT_EQ(address_as_seen(bench, bench_other, bench_one, Family::v4), bench_outside(policy));
  NatPolicy basic;
  basic.kind = NatKind::one_to_one;
  basic.inside_address = Address::parse("10.1.0.2");
  basic.outside_address = Address::parse("198.51.100.7");
  EXPECT_EQ(address_as_seen(nat_bench(basic), bench_other, bench_one, Family::v4), bench_outside(basic));
}

}  // namespace
}  // namespace useipsec
