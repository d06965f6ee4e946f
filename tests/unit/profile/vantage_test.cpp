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

TEST(VantageTest, AOneToOneNatLeavesTheOtherAddressesOfItsHost) {
  const auto topology = samples::one_to_one_wan();
  EXPECT_EQ(address_seen_by(topology, "bob", "alice", address("10.1.0.2")), address("192.0.2.77"));
  EXPECT_EQ(address_seen_by(topology, "bob", "alice", address("10.1.0.3")), address("10.1.0.3"));
  EXPECT_EQ(address_seen_by(topology, "alice", "bob", address("198.51.100.2")), address("198.51.100.2"));
}

TEST(VantageTest, WhoMeetsBehindOneNatIsSeenAsTheOutsideIsWhereOnlyItsAddressLeadsThere) {
  auto topology = samples::wan(true);
  auto dave = samples::node("dave", Role::host);
  dave.routes = {{samples::prefix("192.0.2.0/24"), samples::address("10.2.0.1")}};
  topology.nodes.push_back(dave);
  Link other;
  other.name = "other";
  other.subnets = {samples::prefix("10.2.0.0/24")};
  other.ends = {samples::end("dave", {samples::prefix("10.2.0.2/24")}, 4, 1),
                samples::end("middle", {samples::prefix("10.2.0.1/24")}, 4, 2)};
  topology.links.push_back(other);
  topology.nodes[1].nat->forwards = {{PortedProtocol::udp, 500, samples::address("10.2.0.2"), 500}};
  EXPECT_EQ(address_seen_by(topology, "alice", "dave", Family::v4), address("10.2.0.2"))
      << "alice's default route leads her there untranslated";
  topology.nodes[0].routes = {{samples::prefix("192.0.2.0/24"), samples::address("10.1.0.1")}};
  EXPECT_EQ(address_seen_by(topology, "alice", "dave", Family::v4), address("192.0.2.2"));
  EXPECT_EQ(address_seen_by(topology, "dave", "alice", Family::v4), address("192.0.2.2"))
      << "RFC 4787 REQ-9a: both come from outside";
  EXPECT_EQ(nats_between(topology, "alice", "dave", Family::v4).size(), 1u);
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
