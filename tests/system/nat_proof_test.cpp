// NAT boxes on the bench: those of topologies/ are what they say, and a box that is not is found out.
#include "proof/nat_proof.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.h"
#include "helpers/enclosed.h"
#include "helpers/places.h"
#include "proof/expected.h"
#include "proof/measure.h"
#include "topology/topology_reader.h"

namespace useipsec {
namespace {

TEST(NatProofTest, EveryBoxOfTheTopologiesIsWhatItSays) {
  Loop loop;
  NatProof proof(loop);
  for (const auto& entry : std::filesystem::directory_iterator(source_dir() / "topologies")) {
    Diagnostics diagnostics;
    const auto topology = read_topology(entry.path(), diagnostics);
    ASSERT_TRUE(topology) << diagnostics.text();
    try {
      const auto nats = proof.of(*topology);
      EXPECT_EQ(disproof(nats), "") << entry.path();
    } catch (const Error& error) {
      if (error.exit_code() != ExitCode::precondition) throw;
      GTEST_SKIP() << error.what();
    }
  }
}

/// What is measured of one box, beside what is expected of another.
std::string taken_for(const NatPolicy& box, const NatPolicy& other) {
  Loop loop;
  auto measured = measure_nat(loop, box);
  const auto expected = expected_measurements(other);
  for (auto& each : measured)
    for (const auto& wanted : expected)
      if (wanted.behavior == each.behavior) each.expected = wanted.expected;
  return mismatch(measured);
}

TEST(NatProofTest, NatsOfIpv6AreToldApart) {
  NatPolicy prefix;
  prefix.kind = NatKind::prefix;
  prefix.inside_prefix = Prefix::parse("fd01::/48");
  prefix.outside_prefix = Prefix::parse("2001:db8:8::/48");
  Loop loop;
  try {
    auto measured = measure_nat_v6(loop, NatPolicy{});
    const auto expected = expected_measurements_v6(prefix);
    for (std::size_t index = 0; index < measured.size(); ++index) measured[index].expected = expected[index].expected;
    EXPECT_EQ(mismatch(measured),
              "kind: expected prefix, measured masquerade; filtering: expected endpoint-independent, "
              "measured address-and-port-dependent");
    EXPECT_EQ(mismatch(measure_nat_v6(loop, prefix)), "");
  } catch (const Error& error) {
    if (error.exit_code() != ExitCode::precondition) throw;
    GTEST_SKIP() << error.what();
  }
}

TEST(NatProofTest, EachBehaviorIsToldFromTheOthers) {
  const NatPolicy plain;
  NatPolicy open;
  open.mapping = open.filtering = Dependence::endpoint_independent;
  open.hairpin = true;
  NatPolicy middle;
  middle.mapping = middle.filtering = Dependence::address_dependent;
  middle.esp = Passage::tracked;
  middle.ah = Passage::dropped;
  middle.drops_fragments = true;
  NatPolicy first_come;
  first_come.keeps_port_500 = true;
  first_come.strict_isakmp = true;
  NatPolicy cookies;
  cookies.ike_by_cookies = true;
  cookies.ports = PortMapping::random;
  try {
    EXPECT_EQ(taken_for(open, plain),
              "mapping: expected address-and-port-dependent, measured endpoint-independent; filtering: expected "
              "address-and-port-dependent, measured endpoint-independent; hairpin: expected false, measured true");
    EXPECT_EQ(taken_for(middle, plain),
              "mapping: expected address-and-port-dependent, measured address-dependent; filtering: expected "
              "address-and-port-dependent, measured address-dependent; esp: expected passed, measured tracked; ah: "
              "expected passed, measured dropped; fragments: expected passed, measured dropped");
    EXPECT_EQ(taken_for(first_come, plain),
              "port_500: expected translated, measured first-come; isakmp: expected opaque, measured strict");
    EXPECT_EQ(taken_for(cookies, plain),
              "ports: expected preserve, measured random; ike: expected ports, measured cookies");
  } catch (const Error& error) {
    if (error.exit_code() != ExitCode::precondition) throw;
    GTEST_SKIP() << error.what();
  }
}

TEST(NatProofTest, ALifetimeThatIsAnotherIsFoundOut) {
  NatPolicy box, other;
  box.lifetimes.udp = 2;
  box.mapping = other.mapping = Dependence::endpoint_independent;  // a translator
  other.lifetimes.udp = 4;
  Loop loop;
  try {
    EXPECT_EQ(mismatch(measure_nat(loop, box)), "");
    EXPECT_EQ(taken_for(box, other), "lifetimes_s/udp: expected 4, measured 2");
  } catch (const Error& error) {
    if (error.exit_code() != ExitCode::precondition) throw;
    GTEST_SKIP() << error.what();
  }
}

}  // namespace
}  // namespace useipsec

int main(int argc, char** argv) { return useipsec::run_tests_enclosed(argc, argv); }
