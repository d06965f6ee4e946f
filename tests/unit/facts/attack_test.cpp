#include <gmock/gmock.h>

#include "unit/facts/trial.h"

namespace useipsec {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Three pings under AH, and then the NAT box sends the three of them to bob again, of which `taken` arrive.
class ReplayTrial : public Trial {
 public:
  explicit ReplayTrial(std::vector<std::uint32_t> taken) {
    pings(true, in_ah);
    sas("ah", 3);
    arrived({1, 2, 3});
    auto again = subject.probes[0];
    again.name = "again";
    again.from = "nat";
    again.destination = frames::address("203.0.113.2");
    again.count = 0;
    again.forged = true;
    subject.probes.push_back(again);
    ProbeRecord record = seen.probes[0];
    record.probe = "again";
    record.began = 4.5;
    record.ended = 4.9;
    record.sent = {1, 2, 3};
    record.arrived = std::move(taken);
    record.answered = record.answers_arrived = {};
    seen.probes.push_back(record);
    for (std::uint32_t number = 1; number <= 3; ++number) {
      using namespace frames;
      const auto mark = text(fmt::format("useipsec-t1/{:06}/q/0123456789", number));
      packet("far", "nat", 4.5 + 0.1 * number,
             ethernet(0x0800, ipv4("203.0.113.1", "203.0.113.2", 51, ah(1, to_bob, number, icmp(8, 0, mark)))));
    }
  }

  FlowFact flow(const std::string& name) {
    for (const auto& each : facts().flows)
      if (each.name == name) return each;
    throw std::runtime_error("no flow " + name);
  }
};

TEST(AttackFact, WhatIsTakenIsExposedInWhateverForm) {
  ReplayTrial trial({1, 2, 3});
  const auto flow = trial.flow("again");
  EXPECT_EQ(flow.outcome, Outcome::exposed);
  EXPECT_THAT(flow.why, HasSubstr("bob took 3 of 3 packets that nat forged or replayed"));
  ASSERT_THAT(flow.wire, SizeIs(1));
  EXPECT_THAT(flow.wire[0].forms, ElementsAre(WireForm::ah));
  EXPECT_EQ(flow.wire[0].packets, 3u);
  EXPECT_THAT(flow.disagreements, IsEmpty());
}

TEST(AttackFact, WhatIsRefusedIsBlockedAndSomeIsDegraded) {
  ReplayTrial none({});
  EXPECT_EQ(none.flow("again").outcome, Outcome::blocked);
  EXPECT_THAT(none.flow("again").why, HasSubstr("last seen on far (as ah, leaving nat)"));
  ReplayTrial some({1});
  EXPECT_EQ(some.flow("again").outcome, Outcome::degraded);
}

TEST(AttackFact, HasNoAnswersAndIsNoPartOfTheFlowItRepeats) {
  ReplayTrial trial({1, 2, 3});
  EXPECT_THAT(trial.facts().flows, SizeIs(3)) << "ping, ping-reply, again";
  EXPECT_EQ(trial.flow("ping").outcome, Outcome::protected_);
  EXPECT_EQ(trial.flow("ping").wire[1].packets, 3u);
}

TEST(AttackFact, ArrivingAtAnotherPortIsExposed) {
  Trial trial;
  trial.pings(false, in_esp);
  trial.sas("esp", 3);
  trial.seen.probes[0].arrived = {1, 2, 3};
  trial.subject.probes[0].kind = ProbeKind::udp;
  trial.subject.probes[0].listens = 7002;
  const auto flow = trial.facts().flows.at(0);
  EXPECT_EQ(flow.outcome, Outcome::exposed);
  EXPECT_THAT(flow.why, HasSubstr("3 of 3 arrived at port 7002, though they were sent to port 7001"));
  EXPECT_FALSE(flow.readable);
}

TEST(ReadableFact, AhAndEspNullCanBeReadAndEspCannot) {
  const auto readable = [](auto dress) {
    Trial trial;
    trial.pings(true, dress);
    trial.sas("esp", 3);
    trial.arrived({1, 2, 3});
    return trial.facts().flows.at(0).readable;
  };
  EXPECT_TRUE(readable(in_clear));
  EXPECT_TRUE(readable(in_ah));
  EXPECT_TRUE(readable(in_esp_null));
  EXPECT_FALSE(readable(in_esp));
}

TEST(NeighborFact, NamesTheNodeWhoseLinkLayerAddressItIs) {
  Trial trial;
  trial.subject.topology.links[1].ends[0].mac = {{2, 0, 0, 0, 0, 1}};
  trial.subject.topology.links[1].ends[1].mac = {{2, 0, 0, 0, 0, 2}};
  Snapshot snapshot;
  snapshot.nodes["bob"].neighbors = {
      {.link = "far", .address = frames::address("203.0.113.1"), .mac = "02:00:00:00:00:01", .state = "stale"},
      {.link = "far", .address = frames::address("203.0.113.9"), .mac = "02:de:ad:00:00:01", .state = "reachable"},
      {.link = "far", .address = frames::address("203.0.113.8"), .mac = "", .state = "failed"}};
  const auto facts = neighbor_facts(trial.subject, snapshot);
  EXPECT_THAT(facts, SizeIs(2)) << "a failed entry knows no place";
  EXPECT_EQ(neighbor_at(trial.subject, facts, "bob", "nat"), "nat");
  EXPECT_EQ(neighbor_at(trial.subject, facts, "bob", "203.0.113.9"), "02:de:ad:00:00:01");
  EXPECT_EQ(neighbor_at(trial.subject, facts, "bob", "203.0.113.8"), "none");
  EXPECT_EQ(neighbor_at(trial.subject, facts, "alice", "nat"), "none");
}

}  // namespace
}  // namespace useipsec
