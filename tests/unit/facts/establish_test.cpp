#include <gmock/gmock.h>

#include "unit/facts/trial.h"

namespace useipsec {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Establish, EspInUdpThroughNatIsProtectedBothWays) {
  Trial trial;
  trial.pings(true, in_udp);
  trial.sas("esp", 3);
  trial.arrived({1, 2, 3});
  const auto facts = trial.facts();
  ASSERT_EQ(facts.flows.size(), 2u);
  for (const auto& flow : facts.flows) {
    EXPECT_EQ(flow.outcome, Outcome::protected_) << flow.why;
    EXPECT_THAT(flow.disagreements, IsEmpty());
    ASSERT_EQ(flow.wire.size(), 2u);
    EXPECT_THAT(flow.wire[1].forms, ElementsAre(WireForm::esp_in_udp));
    EXPECT_EQ(flow.wire[1].packets, 3u);
  }
  EXPECT_EQ(facts.flows[1].name, "ping-reply");
  EXPECT_EQ(facts.flows[1].wire[0].link, "far");
  EXPECT_THAT(
      facts.lines(),
      Contains(
          "flow ping alice->bob: protected, delivered 3/3, on link near as esp-in-udp (overhead 25), on link far as "
          "esp-in-udp (overhead 25)"));
  EXPECT_THAT(facts.lines(), Contains("sa bob: ike down, child up, 2 SAs, 0 policies, traffic 6"));
  EXPECT_EQ(facts.wire_totals.at("far").at("esp-in-udp"), 6u);
}

TEST(Establish, OverheadIsWhatEachPacketHasMoreThanInTheClear) {
  Trial trial;
  trial.subject.probes[0].size = 64;
  trial.pings(true, [](std::uint32_t spi, std::uint32_t number, const frames::Octets&) {
    // Tunnel with AES-GCM: SPI and number, IV 8, 92 bytes padded to 96 with the trailer, ICV 16.
    return Dressed{17, frames::udp(4500, 4500, frames::esp(spi, number, frames::Octets(8 + 96 + 16, 0xaa)))};
  });
  trial.sas("esp", 3);
  trial.arrived({1, 2, 3});
  const auto facts = trial.facts();
  for (const auto& flow : facts.flows) {
    EXPECT_EQ(flow.clear_sizes, (PacketSizes{92, 92}));
    EXPECT_EQ(flow.wire.at(1).sizes, (PacketSizes{156, 156}));
    EXPECT_EQ(overhead(flow, flow.wire.at(1)), 64);
  }
  EXPECT_THAT(facts.lines(), Contains(HasSubstr("on link far as esp-in-udp (overhead 64)")));
}

TEST(PacketSizes, OfEveryProbeInTheClear) {
  Probe probe;
  probe.size = 64;
  EXPECT_EQ(clear_sizes(probe), (PacketSizes{92, 92}));
  probe.family = Family::v6;
  EXPECT_EQ(clear_sizes(probe), (PacketSizes{112, 112}));
  probe.kind = ProbeKind::udp;
  EXPECT_EQ(clear_sizes(probe), (PacketSizes{112, 112}));
  probe.family = Family::v4;
  probe.kind = ProbeKind::tcp;
  EXPECT_EQ(clear_sizes(probe), (PacketSizes{52, 116}));
}

TEST(PacketSizes, OverheadIsOnlySaidWhereItIsKnown) {
  FlowFact flow;
  WireFact wire;
  flow.clear_sizes = {92, 92};
  EXPECT_EQ(overhead(flow, wire), std::nullopt) << "nothing seen";
  wire.sizes = {128, 140};
  EXPECT_EQ(overhead(flow, wire), std::nullopt) << "other packets among them";
  flow.clear_sizes = {52, 116};
  EXPECT_EQ(overhead(flow, wire), 24) << "of TCP the segments with payload";
  EXPECT_EQ(wire.sizes.str(), "128 to 140 bytes");
}

TEST(Establish, AhThroughNatIsBlockedAndSaysWhy) {
  Trial trial;
  trial.pings(false, in_ah);
  trial.sas("ah", 0);
  trial.after_probe("bob", "XfrmInStateProtoError", 3);
  for (auto& snapshot : trial.seen.snapshots)
    if (snapshot.label == "probe-ping-after" || snapshot.label == "after")
      snapshot.nodes["bob"].sas[0].integrity_failed = 3;
  const auto facts = trial.facts();
  const auto& flow = facts.flows.at(0);
  EXPECT_EQ(flow.outcome, Outcome::blocked);
  EXPECT_EQ(flow.last_seen_link, "far");
  EXPECT_THAT(flow.why, HasSubstr("last seen on far (as ah, leaving nat); bob dropped 3: XfrmInStateProtoError +3"));
  EXPECT_THAT(flow.why, HasSubstr("integrity check of the SA failed"));
  EXPECT_THAT(flow.why, testing::Not(HasSubstr("in the clear")));
  EXPECT_EQ(facts.flows.at(1).outcome, Outcome::blocked);
  EXPECT_THAT(facts.flows.at(1).why, HasSubstr("no request arrived"));
  ASSERT_EQ(facts.drops.size(), 1u);
  EXPECT_EQ(facts.drops[0].delta, 3u);
  EXPECT_THAT(facts.drops[0].meaning, HasSubstr("net/xfrm/xfrm_input.c"));
}

TEST(Establish, ABlockedAssociationIsExplainedByWhatBelongsToNone) {
  using namespace frames;
  Trial trial;
  trial.subject.probes[0].kind = ProbeKind::sctp;
  trial.seen.probes[0].sent = {1};
  // Ports, tag and CRC, then a chunk without payload (RFC 9260 section 3.1).
  const Octets packet{0xc0, 0x00, 0x1b, 0x59, 0, 0, 0, 1, 0, 0, 0, 0, 10, 0, 0, 4};
  trial.packet("far", "nat", 2.1, ethernet(0x0800, ipv4("203.0.113.1", "203.0.113.2", 132, packet)));
  for (auto& snapshot : trial.seen.snapshots)
    snapshot.nodes["bob"].network_stat = {{"SctpOutOfBlues", snapshot.at < 2 ? 4 : 5}};
  const auto facts = trial.facts();
  const auto& flow = facts.flows.at(0);
  EXPECT_EQ(flow.outcome, Outcome::blocked);
  EXPECT_THAT(flow.why, HasSubstr("last seen on far (as clear, leaving nat); bob dropped 1: SctpOutOfBlues +1"));
  EXPECT_THAT(flow.why, HasSubstr("it left in the clear: SCTP packets in the clear on far"));
}

TEST(Establish, WhatTheLabsOwnNatBoxDroppedIsCounted) {
  Trial trial;
  trial.pings(false, in_esp);
  for (auto& snapshot : trial.seen.snapshots)
    snapshot.nodes["nat"].nat_drops = {{"ESP is dropped", snapshot.at < 2 ? 1 : 4}};
  const auto facts = trial.facts();
  ASSERT_EQ(facts.drops.size(), 1u);
  EXPECT_EQ(facts.drops[0].node, "nat");
  EXPECT_EQ(facts.drops[0].counter, "ESP is dropped");
  EXPECT_EQ(facts.drops[0].delta, 3u);
}

TEST(Establish, DeliveredInTheClearIsExposedThoughTheIkeSaIsUp) {
  Trial trial;
  trial.pings(true, in_clear);
  trial.arrived({1, 2, 3});
  for (auto& snapshot : trial.seen.snapshots) snapshot.nodes["alice"].ike_up = snapshot.nodes["bob"].ike_up = true;
  const auto facts = trial.facts();
  for (const auto& flow : facts.flows) {
    EXPECT_EQ(flow.outcome, Outcome::exposed);
    EXPECT_THAT(flow.disagreements, IsEmpty());
  }
  ASSERT_EQ(facts.sas.size(), 2u);
  EXPECT_EQ(facts.sas[0].ike, Presence::up);
  EXPECT_EQ(facts.sas[0].child, Presence::down);
}

TEST(Establish, EspNullCarriesTheTokenAndIsStillProtected) {
  Trial trial;
  trial.pings(true, in_esp_null);
  trial.sas("esp", 3);
  trial.arrived({1, 2, 3});
  for (const auto& flow : trial.facts().flows) {
    EXPECT_EQ(flow.outcome, Outcome::protected_) << flow.why;
    EXPECT_EQ(flow.wire.at(0).packets, 3u);
  }
}

TEST(Establish, ABlockedFlowThatLeakedSaysSo) {
  Trial trial;
  trial.pings(false, in_clear);
  const auto flow = trial.facts().flows.at(0);
  EXPECT_EQ(flow.outcome, Outcome::blocked);
  EXPECT_THAT(flow.why, HasSubstr("left in the clear"));
}

TEST(Establish, FirstPacketsLostWhileKeyingIsDegraded) {
  Trial trial;
  trial.pings(true, in_esp);
  trial.sas("esp", 3);
  trial.arrived({2, 3});
  const auto flow = trial.facts().flows.at(0);
  EXPECT_EQ(flow.outcome, Outcome::degraded);
  EXPECT_THAT(flow.why, HasSubstr("the first 1 were lost"));
}

TEST(Establish, OneDeliveredPacketInTheClearIsExposedEvenWhereOthersAreLost) {
  Trial trial;
  trial.pings(true, in_clear);
  trial.arrived({3});
  EXPECT_EQ(trial.facts().flows.at(0).outcome, Outcome::exposed);
}

TEST(Establish, NeverLeftIsExplainedByTheSendersCounterAndNeighbors) {
  Trial trial;
  trial.after_probe("alice", "XfrmOutNoStates", 3);
  for (auto& snapshot : trial.seen.snapshots) {
    NeighborRecord neighbor;
    neighbor.link = "near";
    neighbor.address = frames::address("10.0.0.1");
    neighbor.state = "failed";
    snapshot.nodes["alice"].neighbors = {neighbor};
  }
  const auto flow = trial.facts().flows.at(0);
  EXPECT_EQ(flow.outcome, Outcome::blocked);
  EXPECT_EQ(flow.last_seen_link, "");
  EXPECT_THAT(flow.why, HasSubstr("never left alice; alice did not send 3: XfrmOutNoStates +3"));
  EXPECT_THAT(flow.why, HasSubstr("could not resolve its neighbor 10.0.0.1 on near"));
}

TEST(Establish, OraclesThatDisagreeAreFound) {
  {
    Trial trial;  // ESP on the wire and arrived, but bob's SA received nothing
    trial.pings(true, in_esp);
    trial.sas("esp", 0);
    trial.arrived({1, 2, 3});
    EXPECT_THAT(trial.facts().flows.at(0).disagreements, Contains(HasSubstr("received only 0")));
  }
  {
    Trial trial;  // arrived, but nothing on the wire
    trial.arrived({1, 2, 3});
    EXPECT_THAT(trial.facts().flows.at(0).disagreements, Contains(HasSubstr("no judged link showed any")));
  }
  {
    Trial trial;  // clear on the wire, but bob's SA counted all of them
    trial.pings(true, in_clear);
    trial.sas("esp", 3);
    trial.arrived({1, 2, 3});
    EXPECT_THAT(trial.facts().flows.at(0).disagreements, testing::Not(IsEmpty()));
  }
}

Dressed in_bundle(std::uint32_t spi, std::uint32_t number, const frames::Octets&) {
  return {51, frames::ah(50, spi, number, frames::esp(spi + 1, number))};
}

TEST(Establish, EachPacketOfABundleIsCountedByBothSas) {
  Trial trial;
  trial.pings(true, in_bundle);
  trial.bundles(3, 3);
  trial.arrived({1, 2, 3});
  for (const auto& flow : trial.facts().flows) {
    EXPECT_EQ(flow.outcome, Outcome::protected_) << flow.why;
    EXPECT_THAT(flow.wire.at(1).forms, ElementsAre(WireForm::ah_esp));
    EXPECT_EQ(flow.wire.at(1).packets, 3u);
    EXPECT_THAT(flow.disagreements, IsEmpty());
  }
}

TEST(Establish, ABundleOfWhichOneSaCountedNothingIsFound) {
  for (const auto& [ah, esp] : {std::pair{3u, 0u}, std::pair{0u, 3u}}) {
    Trial trial;
    trial.pings(true, in_bundle);
    trial.bundles(ah, esp);
    trial.arrived({1, 2, 3});
    EXPECT_THAT(trial.facts().flows.at(0).disagreements, Contains(HasSubstr("received only 3")));
  }
  Trial trial;  // AH alone on the wire, though both SAs counted
  trial.pings(true, [](std::uint32_t spi, std::uint32_t number, const frames::Octets& inside) {
    return Dressed{51, frames::ah(1, spi, number, inside)};
  });
  trial.bundles(3, 3);
  trial.arrived({1, 2, 3});
  EXPECT_THAT(trial.facts().flows.at(0).disagreements, Contains(HasSubstr("received 6 packets, but only 3")));
}

TEST(Establish, AnotherSaOfTheSameNodesPeersIsNotTheFlow) {
  Trial trial;
  trial.pings(true, [](std::uint32_t, std::uint32_t number, const frames::Octets&) {
    return Dressed{50, frames::esp(0xdead, number)};
  });
  trial.sas("esp", 0);
  const auto flow = trial.facts().flows.at(0);
  EXPECT_EQ(flow.outcome, Outcome::blocked);
  EXPECT_EQ(flow.last_seen_link, "");
}

/// A second client of bob behind the same NAT, whose SAs bob has beside alice's.
void add_carol(Trial& trial) {
  Node carol;
  carol.name = "carol";
  carol.routes = trial.subject.topology.nodes[0].routes;
  trial.subject.topology.nodes.push_back(carol);
  End end;
  end.node = "carol";
  end.addresses = {*Prefix::parse("10.0.0.3/24")};
  trial.subject.topology.links[0].ends.push_back(end);
  trial.subject.profile.initiators = {"alice", "carol"};
  for (auto& snapshot : trial.seen.snapshots) {
    if (snapshot.label == "before") continue;
    auto to_carol = Trial::sa("esp", "203.0.113.2", "203.0.113.1", 0xca01, 0);
    auto from_carol = Trial::sa("esp", "203.0.113.1", "203.0.113.2", 0xb0b2, 0);
    for (const auto& sa : {to_carol, from_carol}) snapshot.nodes["bob"].sas.push_back(sa);
    to_carol.destination = from_carol.source = frames::address("10.0.0.3");
    snapshot.nodes["carol"].sas = {to_carol, from_carol};
  }
}

TEST(Establish, TwoClientsBehindOneNatAreToldApartByTheirSpis) {
  Trial trial;
  trial.pings(true, in_esp);
  trial.sas("esp", 3);
  trial.arrived({1, 2, 3});
  add_carol(trial);
  using namespace frames;
  trial.packet("far", "bob", 2.15, ethernet(0x0800, ipv4("203.0.113.2", "203.0.113.1", 50, esp(0xca01, 1))));
  trial.packet("far", "nat", 2.15, ethernet(0x0800, ipv4("203.0.113.1", "203.0.113.2", 50, esp(0xb0b2, 1))));
  auto facts = trial.facts();
  EXPECT_EQ(facts.flows.at(0).outcome, Outcome::protected_);
  EXPECT_EQ(facts.flows.at(0).wire.at(1).packets, 3u) << "carol's packets are not alice's";
  EXPECT_THAT(facts.flows.at(0).disagreements, IsEmpty());
  const auto& bob = *std::find_if(facts.sas.begin(), facts.sas.end(), [](const auto& sa) { return sa.node == "bob"; });
  EXPECT_THAT(bob.child_with,
              testing::ElementsAre(testing::Pair("alice", Presence::up), testing::Pair("carol", Presence::up)));

  for (auto& snapshot : trial.seen.snapshots) snapshot.nodes["alice"].sas.clear();  // as after a reboot
  facts = trial.facts();
  EXPECT_EQ(facts.flows.at(1).wire.at(0).packets, 3u) << "bob still sends with alice's old SA, not with carol's";
  const auto& after =
      *std::find_if(facts.sas.begin(), facts.sas.end(), [](const auto& sa) { return sa.node == "bob"; });
  EXPECT_EQ(after.child, Presence::up);
  EXPECT_THAT(after.child_with, testing::Contains(testing::Pair("alice", Presence::down)));
}

TEST(Establish, AClientWithoutIpsecHasNoneOfItsNeighborsSas) {
  Trial trial;
  trial.pings(true, in_clear);
  trial.sas("esp", 0);
  trial.arrived({1, 2, 3});
  add_carol(trial);
  for (auto& snapshot : trial.seen.snapshots) snapshot.nodes["alice"].sas.clear();
  trial.subject.profile_at["alice"] = std::nullopt;
  using namespace frames;
  trial.packet("far", "nat", 2.15, ethernet(0x0800, ipv4("203.0.113.1", "203.0.113.2", 50, esp(0xb0b2, 1))));
  const auto flow = trial.facts().flows.at(0);
  EXPECT_EQ(flow.outcome, Outcome::exposed);
  EXPECT_THAT(flow.wire.at(1).forms, testing::ElementsAre(WireForm::clear));
  EXPECT_TRUE(flow.wire.at(0).judged);
}

TEST(Establish, WhatCameUnderAnSaThatItsSenderGaveUpIsTheFlows) {
  Trial trial;
  trial.pings(true, in_esp);
  trial.sas("esp", 3);
  trial.arrived({1, 2, 3});
  for (auto& snapshot : trial.seen.snapshots) {  // a second pair at both ends, and alice's first outbound SA is gone
    auto& alice = snapshot.nodes["alice"].sas;
    if (alice.empty()) continue;
    alice.erase(alice.begin());
    alice.push_back(Trial::sa("esp", "10.0.0.2", "203.0.113.2", 0xca01, 0));
    snapshot.nodes["bob"].sas.push_back(Trial::sa("esp", "203.0.113.1", "203.0.113.2", 0xca01, 0));
  }
  const auto flow = trial.facts().flows.at(0);
  EXPECT_EQ(flow.outcome, Outcome::protected_);
  EXPECT_EQ(flow.wire.at(1).packets, 3u);
  EXPECT_THAT(flow.disagreements, IsEmpty());
}

TEST(Establish, OnlyLinksBetweenTheGatewaysAreJudged) {
  Trial trial;
  trial.subject.profile.initiators = {"nat"};
  trial.pings(true, in_clear);
  const auto flow = trial.facts().flows.at(0);
  EXPECT_FALSE(flow.wire.at(0).judged);
  EXPECT_TRUE(flow.wire.at(1).judged);
}

TEST(Establish, WhatATunnelCarriesToAPrivateAddressIsJudgedOnTheWayBack) {
  Trial trial;
  trial.subject.probes[0].from = "bob";  // who has no route to alice
  trial.subject.probes[0].to = "alice";
  const auto flow = trial.facts().flows.at(0);
  ASSERT_EQ(flow.wire.size(), 2u);
  EXPECT_EQ(flow.wire[0].link, "far");
  EXPECT_EQ(flow.wire[1].link, "near");
  EXPECT_TRUE(flow.wire[0].judged && flow.wire[1].judged);
}

TEST(Establish, AnUnreadableCaptureIsADisagreementWhereALeakCouldHide) {
  Trial trial;
  trial.pings(true, in_esp);
  trial.sas("esp", 3);
  trial.arrived({1, 2, 3});
  trial.facts();
  trial.seen.captures[2].file = "gone.pcap";
  const auto facts = establish(trial.subject, trial.seen, testing::TempDir());
  EXPECT_THAT(facts.flows.at(0).disagreements, Contains(HasSubstr("a leak could have been missed")));
}

}  // namespace
}  // namespace useipsec
