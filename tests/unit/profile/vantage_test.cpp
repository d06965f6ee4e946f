#include "profile/vantage.h"

#include <gmock/gmock.h>

#include "helpers/sample_cases.h"

namespace useipsec {
namespace {

using samples::address;

TEST(VantageTest, ANaptHidesTheClientAndLeavesTheServer) {
  const auto topology = samples::wan(true);
  EXPECT_EQ(address_seen_by(topology, "bob", "alice", Family::v4), address("192.0.2.2"));
  EXPECT_EQ(address_seen_by(topology, "alice", "bob", Family::v4), address("198.51.100.2"));
  ASSERT_EQ(nats_between(topology, "alice", "bob", Family::v4).size(), 1u);
  EXPECT_EQ(nats_between(topology, "bob", "alice", Family::v4).size(), 1u);
}

TEST(VantageTest, ARouterChangesNothing) {
  const auto topology = samples::wan(false);
  EXPECT_EQ(address_seen_by(topology, "bob", "alice", Family::v4), address("10.1.0.2"));
  EXPECT_TRUE(nats_between(topology, "alice", "bob", Family::v4).empty());
}

TEST(VantageTest, AOneToOneNatShowsItsOutsideAddress) {
  const auto topology = samples::one_to_one_wan();
  EXPECT_EQ(address_seen_by(topology, "bob", "alice", Family::v4), address("192.0.2.77"));
}

TEST(VantageTest, TheFamilyIsTheOneThePeersHave) {
  EXPECT_EQ(family_of(samples::trapped_v6("x").profile, samples::pair_v6()), Family::v6);
  EXPECT_EQ(family_of(samples::pair_case("x", samples::wan(true)).profile, samples::wan(true)), Family::v4);
}

TEST(VantageTest, ProtocolsAreKnownByNameAndNumber) {
  EXPECT_EQ(protocol_number("ospf"), 89);
  EXPECT_EQ(protocol_number("132"), 132);
  EXPECT_EQ(protocol_number("256"), std::nullopt);
  EXPECT_EQ(protocol_number("tpc"), std::nullopt);
  EXPECT_EQ(protocol_number(""), std::nullopt);
}

}  // namespace
}  // namespace useipsec
