#include <gmock/gmock.h>

#include "judge/verdict.h"

namespace useipsec {
namespace {

using testing::HasSubstr;

FlowExpectation flow_is(const std::string& name, Outcome outcome, std::vector<std::string> wire = {}) {
  return {name, outcome, std::move(wire)};
}

class Judge : public testing::Test {
 protected:
  Judge() {
    subject_.id = "s@manual";
    Snapshot before, after;
    before.label = "before";
    after.label = "after";
    after.at = 9;
    before.nodes["bob"].xfrm_stat = after.nodes["bob"].xfrm_stat = {{"XfrmInNoStates", 0}};
    seen_.snapshots = {before, after};
    FlowFact ping;
    ping.name = "ping";
    ping.outcome = Outcome::protected_;
    WireFact unjudged, judged;
    unjudged.link = "lan";
    unjudged.forms = {WireForm::clear};
    judged.link = "wan";
    judged.forms = {WireForm::esp};
    judged.judged = true;
    ping.wire = {unjudged, judged};
    facts_.flows = {ping};
    subject_.expect = {flow_is("ping", Outcome::protected_, {"esp"})};
  }
  Verdict verdict() { return judge(subject_, seen_, facts_); }

  Case subject_;
  Observations seen_;
  Facts facts_;
};

TEST_F(Judge, PassesWhereEveryExpectationHolds) {
  EXPECT_EQ(verdict().state, State::passed);
  ASSERT_EQ(verdict().checks.size(), 1u);
  EXPECT_EQ(verdict().checks[0].expected, "protected as esp");
}

TEST_F(Judge, WireFormsMustBeExactlyThose) {
  facts_.flows[0].wire[1].forms.insert(WireForm::ah);
  EXPECT_EQ(verdict().state, State::failed);
  EXPECT_THAT(verdict().why, HasSubstr("observed protected as ah, esp"));
}

TEST_F(Judge, OverheadMustBeThatOfEveryPacketOnEveryJudgedLink) {
  auto& flow = facts_.flows[0];
  flow.clear_sizes = {92, 92};
  flow.wire[0].sizes = {92, 92};
  flow.wire[1].sizes = {140, 140};
  auto expected = flow_is("ping", Outcome::protected_, {"esp"});
  expected.overhead = 48;
  subject_.expect = {expected};
  EXPECT_EQ(verdict().state, State::passed);
  EXPECT_EQ(verdict().checks[0].expected, "protected as esp, overhead 48");
  EXPECT_EQ(verdict().checks[0].observed, "protected as esp, overhead 48");
  flow.wire.push_back(flow.wire[1]);
  flow.wire[2].link = "far";
  flow.wire[2].sizes = {148, 148};
  EXPECT_EQ(verdict().state, State::failed);
  EXPECT_THAT(verdict().checks[0].observed, HasSubstr("overhead 48 on wan, 56 on far"));
  flow.wire[2].sizes = {140, 148};
  EXPECT_EQ(verdict().state, State::failed);
  EXPECT_THAT(verdict().checks[0].observed, HasSubstr("uneven (packets of 140 to 148 bytes) on far"));
  flow.wire.clear();
  EXPECT_EQ(verdict().state, State::failed);
}

TEST_F(Judge, AcquiresAreThoseForSuchPackets) {
  AcquireRecord solicitation{.source = *Address::parse("fe80::1"),
                             .destination = *Address::parse("ff02::1:ff00:2"),
                             .protocol = 58,
                             .source_port = 135,
                             .count = 3};
  seen_.snapshots.back().nodes["alice"].acquires = {solicitation};
  AcquireExpectation expected{
      .node = "alice", .to = *Prefix::parse("ff02::/16"), .protocol = 58, .port = 135, .seen = true};
  subject_.expect = {expected};
  EXPECT_EQ(verdict().state, State::passed);
  EXPECT_EQ(verdict().checks[0].subject, "acquires of alice for icmp6/135 to ff02::/16");
  EXPECT_EQ(verdict().checks[0].observed, "3");
  expected.seen = false;
  subject_.expect = {expected};
  EXPECT_EQ(verdict().state, State::failed);
  expected.seen = true;
  expected.port = 136;
  subject_.expect = {expected};
  EXPECT_EQ(verdict().state, State::failed);
  EXPECT_EQ(verdict().checks[0].observed, "0 (it asked for icmp6/135 to ff02::1:ff00:2)");
  expected.node = "nobody";
  subject_.expect = {expected};
  EXPECT_EQ(verdict().checks[0].observed, "not observed");
}

TEST_F(Judge, KeysAreComparedWithThoseOfTheFirstSas) {
  SaRecord first;
  first.spi = 7;
  first.encryption = "cbc(aes)";
  first.encryption_key = "00ff";
  auto second = first;
  second.encryption_key = "1122";
  subject_.expect = {KeyExpectation{"alice", false}};
  EXPECT_EQ(verdict().checks[0].observed, "not observed") << "no SA was ever seen";
  seen_.snapshots.back().nodes["alice"].sas = {second};
  EXPECT_EQ(verdict().checks[0].observed, "not observed") << "there is nothing to compare with";
  seen_.snapshots.front().nodes["alice"].sas = {first};
  EXPECT_EQ(verdict().state, State::passed);
  seen_.snapshots.back().nodes["alice"].sas = {second, first};
  EXPECT_EQ(verdict().checks[0].observed, "kept");
  EXPECT_EQ(verdict().state, State::failed);
}

TEST_F(Judge, AnAddressThatIsNotThereIsNone) {
  const auto address = *Address::parse("2001:db8::2");
  subject_.expect = {AddressExpectation{"bob", address, "usable"}};
  EXPECT_EQ(verdict().state, State::failed);
  EXPECT_EQ(verdict().checks[0].observed, "none");
  seen_.snapshots.back().nodes["bob"].addresses = {{.link = "lan", .address = address, .state = "duplicate"}};
  EXPECT_EQ(verdict().checks[0].observed, "duplicate");
  subject_.expect = {AddressExpectation{"bob", address, "duplicate"}};
  EXPECT_EQ(verdict().state, State::passed);
}

TEST_F(Judge, FilterDropsAreThoseOfAllRulesOfTheNode) {
  subject_.expect = {DropExpectation{"fw", "FilterDrops"}};
  facts_.drops = {{.node = "fw", .counter = "XfrmInNoPols", .delta = 7, .meaning = ""}};
  EXPECT_EQ(verdict().state, State::failed);
  facts_.drops.push_back({.node = "fw", .counter = "filter: drop esp", .delta = 2, .meaning = ""});
  facts_.drops.push_back({.node = "fw", .counter = "filter: drop everything", .delta = 1, .meaning = ""});
  EXPECT_EQ(verdict().state, State::passed);
  EXPECT_EQ(verdict().checks[0].observed, "+3");
}

TEST_F(Judge, ExposedIsNeverTakenForProtected) {
  facts_.flows[0].outcome = Outcome::exposed;
  EXPECT_EQ(verdict().state, State::failed);
}

TEST_F(Judge, WhatWasNotObservedDoesNotHold) {
  subject_.expect = {flow_is("pong", Outcome::blocked)};
  EXPECT_EQ(verdict().state, State::failed);
  EXPECT_EQ(verdict().checks[0].observed, "not observed");
  seen_.snapshots.clear();
  subject_.expect = {SaExpectation{"bob", Level::child, Presence::down}, AdjacencyExpectation{"r1", "r2", "none"}};
  for (const auto& check : verdict().checks) EXPECT_FALSE(check.holds) << check.subject;
}

TEST_F(Judge, ACaseThatExpectsNothingCannotPass) {
  subject_.expect.clear();
  EXPECT_EQ(verdict().state, State::broken);
}

TEST_F(Judge, StatesOfACaseThatEndedEarly) {
  const std::pair<std::string, State> ends[] = {{"timeout: 60 s", State::timeout},
                                                {"crashed: pluto of alice", State::crashed},
                                                {"broken: netlink", State::broken},
                                                {"unsupported: no AH", State::unsupported},
                                                {"precondition: no esp4", State::precondition},
                                                {"anything else", State::broken}};
  for (const auto& [words, state] : ends) {
    seen_.ended_early = words;
    EXPECT_EQ(verdict().state, state) << words;
    EXPECT_EQ(verdict().why, words);
  }
}

TEST_F(Judge, DisagreeingOraclesAreBrokenBeforeAnythingElse) {
  facts_.flows[0].disagreements = {"x"};
  EXPECT_EQ(verdict().state, State::broken);
  seen_.ended_early = "timeout: 60 s";
  EXPECT_EQ(verdict().state, State::broken);
}

TEST_F(Judge, ExpectationsInTheMiddleAreJudgedOnTheirOwnSnapshot) {
  Snapshot middle;
  middle.label = "expect-1";
  middle.at = 4;
  middle.nodes["r1"].adjacencies = {{"r2", "full"}, {"r3", "init"}};
  middle.nodes["bob"].xfrm_stat = {{"XfrmInNoStates", 2}};
  subject_.timeline = {ExpectStep{{AdjacencyExpectation{"r1", "r2", "full"}, AdjacencyExpectation{"r1", "r3", "none"},
                                   DropExpectation{"bob", "XfrmInNoStates"}}}};
  EXPECT_EQ(verdict().state, State::failed);
  EXPECT_EQ(verdict().checks[0].observed, "not reached");
  seen_.snapshots.push_back(middle);
  EXPECT_EQ(verdict().state, State::passed) << verdict().why;
  seen_.snapshots.back().nodes["r1"].adjacencies[1].state = "2-way";
  EXPECT_EQ(verdict().state, State::failed);
}

TEST_F(Judge, LogsAreSearchedAndABadPatternSaysSo) {
  LogRecord line;
  line.node = "alice";
  line.line = "#2: TS_UNACCEPTABLE";
  seen_.log = {line};
  subject_.expect = {LogExpectation{"alice", "TS_UNACC"}};
  EXPECT_EQ(verdict().state, State::passed);
  subject_.expect = {LogExpectation{"bob", "TS_UNACC"}};
  EXPECT_EQ(verdict().state, State::failed);
  subject_.expect = {LogExpectation{"alice", "("}};
  EXPECT_EQ(verdict().state, State::failed);
  subject_.expect = {LogExpectation{"alice", "(", true}};
  EXPECT_EQ(verdict().state, State::failed);
  subject_.expect = {LogExpectation{"alice", "10\\.1\\.0\\.2", true}};
  EXPECT_EQ(verdict().state, State::passed);
  subject_.expect = {LogExpectation{"alice", "TS_UNACC", true}};
  EXPECT_EQ(verdict().state, State::failed);
}

TEST_F(Judge, HashedAddressesAreExactlyThose) {
  facts_.hashed = {{"wan", *Address::parse("192.0.2.2"), Address::parse("10.1.0.2"), 1234},
                   {"lan", *Address::parse("10.1.0.2"), Address::parse("10.1.0.2"), 1},
                   {"wan", *Address::parse("198.51.100.2"), std::nullopt, 36000000}};
  subject_.expect = {NatDetectionExpectation{"wan", {*Address::parse("10.1.0.2")}}};
  EXPECT_EQ(verdict().state, State::passed) << verdict().why;
  subject_.expect = {NatDetectionExpectation{"wan", {}}};
  EXPECT_EQ(verdict().state, State::failed);
  EXPECT_THAT(verdict().why, HasSubstr("10.1.0.2, and 1 hashes of none that was tried"));
}

// How a wait ended belongs to the story: a scenario whose point is that no SA comes up waits for one all the same.
TEST_F(Judge, AWaitThatDidNotHoldDecidesNothing) {
  const auto without = verdict().state;
  StepRecord step;
  step.text = "wait until child SA of alice is up";
  step.result = "deadline";
  seen_.steps = {step};
  EXPECT_EQ(verdict().state, without);
}

JudgedCase judged(const std::string& id, const std::string& engine, State state, Bearing bearing = Bearing::supports) {
  JudgedCase result;
  result.id = id;
  result.engine = engine;
  result.controls = {id + ".control"};
  result.claims = {{"c", bearing, ""}};
  result.verdict.state = state;
  return result;
}
JudgedCase control(const std::string& of, State state) {
  JudgedCase result;
  result.id = of + ".control";
  result.control_of = of;
  result.claims = {{"c", Bearing::supports, ""}};
  result.verdict.state = state;
  return result;
}
ClaimStatus status(const std::vector<JudgedCase>& cases) { return judge_claims({"c"}, cases).at(0); }

TEST(JudgeClaims, BearingAndStateDecide) {
  const auto with = [](State state, Bearing bearing) {
    return status({judged("a", "x", state, bearing), control("a", State::passed)}).state;
  };
  EXPECT_EQ(with(State::passed, Bearing::supports), ClaimState::reproduced);
  EXPECT_EQ(with(State::failed, Bearing::supports), ClaimState::contradicted);
  EXPECT_EQ(with(State::passed, Bearing::refutes), ClaimState::contradicted);
  EXPECT_EQ(with(State::failed, Bearing::refutes), ClaimState::reproduced);
  EXPECT_EQ(with(State::unsupported, Bearing::supports), ClaimState::not_run);
}

TEST(JudgeClaims, WithoutAProvenInstrumentNothingIsSaid) {
  const auto failed = status({judged("a", "x", State::passed), control("a", State::failed)});
  EXPECT_EQ(failed.state, ClaimState::not_run);
  EXPECT_THAT(failed.why, HasSubstr("its control a.control did not go the other way"));
  EXPECT_EQ(status({judged("a", "x", State::passed)}).state, ClaimState::not_run);
  EXPECT_EQ(status({control("a", State::passed)}).state, ClaimState::not_run);
  EXPECT_EQ(status({}).why, "no case of this run bears on it");
}

TEST(JudgeClaims, EnginesThatDifferAreNamed) {
  const auto mixed = status({judged("a", "libreswan", State::passed), control("a", State::passed),
                             judged("b", "manual", State::failed), control("b", State::passed)});
  EXPECT_EQ(mixed.state, ClaimState::mixed);
  EXPECT_EQ(mixed.why, "reproduced by a; contradicted by b");
}

TEST(JudgeClaims, VariantsOfACaseAreNamedTogether) {
  const auto both = status({judged("a@x+one", "x", State::passed), control("a@x+one", State::passed),
                            judged("a@x+two", "x", State::passed), control("a@x+two", State::passed)});
  EXPECT_EQ(both.why, "reproduced by a@x+one, +two");
}

}  // namespace
}  // namespace useipsec
