#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "base/error.h"
#include "helpers/schema_oracle.h"
#include "report/flow_summary.h"
#include "report/printable.h"
#include "report/story.h"
#include "report/tables.h"
#include "report/text_layout.h"
#include "unit/facts/trial.h"

namespace useipsec {
namespace {

using testing::HasSubstr;
using testing::Not;

CaseResult result_of(Trial& trial, std::vector<std::string> evidence = {}) {
  const auto facts = trial.facts();
  return case_result(trial.subject, trial.seen, facts, judge(trial.subject, trial.seen, facts), std::move(evidence));
}

void add_step(Trial& trial, double began, double ended, const std::string& text, const std::string& result) {
  trial.seen.steps.push_back({.began = began, .ended = ended, .text = text, .result = result});
}

/// IKEv1 negotiates AH through a masquerading NAT and says it is up; nothing arrives.
RunResult ah_through_nat() {
  RunResult run;
  run.tool_version = "0.1.0";
  run.ground = "guest";
  run.kernel = "Linux 6.1.176";
  run.complete = true;
  Trial trial;
  trial.subject.id = "nat-ah@libreswan";
  trial.subject.scenario = "nat-ah";
  trial.subject.engine = "libreswan";
  trial.subject.title = "AH transport through a NAPT, keyed by IKEv1";
  trial.subject.about =
      "IKE negotiates AH across a NAT and reports success, but the integrity check of every packet fails, because AH "
      "covers the address that the NAT changes.";
  trial.subject.claims = {{"nat-ah-icv", Bearing::supports, ""},
                          {"nat-ah-green-sa", Bearing::supports, "SA up, nothing delivered"}};
  trial.subject.controls = {"nat-ah.no-nat@libreswan"};
  trial.subject.expect = {SaExpectation{"alice", Level::child, Presence::up},
                          FlowExpectation{"ping", Outcome::blocked, {"ah"}},
                          DropExpectation{"bob", "XfrmInStateProtoError"}};
  trial.pings(false, in_ah);
  trial.sas("ah", 3);
  for (auto& snapshot : trial.seen.snapshots) {
    if (snapshot.label == "before") continue;
    snapshot.nodes["alice"].ike_up = snapshot.nodes["bob"].ike_up = true;
    if (snapshot.label == "probe-ping-before") continue;
    snapshot.nodes["bob"].sas[0].packets = 0;
    snapshot.nodes["bob"].sas[0].integrity_failed = 3;
    snapshot.nodes["bob"].sas[1].packets = snapshot.nodes["alice"].sas[1].packets = 0;
  }
  trial.after_probe("bob", "XfrmInStateProtoError", 3);
  add_step(trial, 0.0, 0.9, "start all", "done");
  add_step(trial, 0.9, 1.8, "initiate alice", "done");
  add_step(trial, 1.9, 4.1, "probe ping", "done");
  trial.seen.log = {{.at = 1.75,
                     .node = "alice",
                     .program = "pluto",
                     .line = "\"peers\" #2: IPsec SA established transport mode {AH=>0xb0b00001}",
                     .kind = LogKind::child_up},
                    {.at = 1.2, .node = "alice", .program = "pluto", .line = "chatter", .kind = LogKind::other}};
  trial.seen.timings = {{"build", 0.1}, {"daemon-start", 0.8}, {"own", 0.2}};
  run.cases.push_back(result_of(trial, {"nat-ah@libreswan/far-nat.pcap", "nat-ah@libreswan/alice/pluto.log"}));

  Trial control;
  control.subject.id = "nat-ah.no-nat@libreswan";
  control.subject.scenario = "nat-ah.no-nat";
  control.subject.engine = "libreswan";
  control.subject.control_of = "nat-ah@libreswan";
  control.subject.title = "the same without address translation";
  control.subject.expect = {FlowExpectation{"ping", Outcome::protected_, {"ah"}}};
  control.pings(true, in_ah);
  control.sas("ah", 3);
  control.arrived({1, 2, 3});
  run.cases.push_back(result_of(control));
  run.claims = judge_claims({"nat-ah-icv", "nat-ah-green-sa", "nd-ike-loop"},
                            {judged_case(run.cases[0]), judged_case(run.cases[1])});
  return run;
}

/// IKEv2 transport behind a NAT: the child is refused and the ping goes in the clear, though protection was expected.
RunResult ikev2_exposed() {
  RunResult run;
  Trial trial;
  trial.subject.id = "nat-esp-transport@libreswan+ikev2";
  trial.subject.engine = "libreswan";
  trial.subject.variant = "ikev2";
  trial.subject.title = "ESP transport through a NAPT, keyed by IKEv2";
  trial.subject.controls = {"nat-esp-transport.clear@libreswan"};
  trial.subject.expect = {SaExpectation{"alice", Level::ike, Presence::up},
                          FlowExpectation{"ping", Outcome::protected_, {"esp-in-udp"}}};
  trial.pings(true, in_clear);
  trial.arrived({1, 2, 3});
  for (auto& snapshot : trial.seen.snapshots) snapshot.nodes["alice"].ike_up = snapshot.nodes["bob"].ike_up = true;
  trial.seen.log = {{.at = 1.5,
                     .node = "alice",
                     .program = "pluto",
                     .line = "#2: received \x1b[2Jnotify TS_UNACCEPTABLE\r\n",
                     .kind = LogKind::refused}};
  run.cases.push_back(result_of(trial));
  return run;
}

/// Neighbor discovery needs IKE, IKE needs neighbor discovery.
RunResult nd_loop() {
  RunResult run;
  Trial trial;
  trial.subject.id = "nd-loop@libreswan";
  trial.subject.engine = "libreswan";
  trial.subject.title = "IKE for neighbor discovery, without bypass policies";
  trial.subject.expect = {SaExpectation{"bob", Level::child, Presence::down},
                          FlowExpectation{"ping", Outcome::blocked, {}}};
  trial.after_probe("alice", "XfrmOutNoStates", 3);
  trial.after_probe("bob", "XfrmOutNoStates", 5);
  for (auto& snapshot : trial.seen.snapshots)
    snapshot.nodes["alice"].neighbors = {
        {.link = "near", .address = frames::address("10.0.0.1"), .mac = "", .state = "failed"}};
  run.cases.push_back(result_of(trial));
  return run;
}

void expect_fits(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(columns(line), 80u) << line;
}

TEST(Story, AhThroughNat) {
  const auto run = ah_through_nat();
  const auto text = story(run.cases[0], run, false);
  expect_fits(text);
  EXPECT_THAT(text, HasSubstr("it went the other way"));
  EXPECT_THAT(text, Not(HasSubstr("chatter")));
  expect_golden("report/story-ah-through-nat.txt", text);
}

TEST(Story, Ikev2Exposed) {
  const auto run = ikev2_exposed();
  const auto text = story(run.cases[0], run, false);
  expect_fits(text);
  EXPECT_EQ(run.cases[0].verdict.state, State::failed);
  EXPECT_THAT(text, HasSubstr("\\x1b[2Jnotify TS_UNACCEPTABLE\\x0d\\x0a"));
  expect_golden("report/story-ikev2-exposed.txt", text);
}

TEST(Story, SaysWhichTimesWereSetShorter) {
  auto run = nd_loop();
  EXPECT_THAT(story(run.cases[0], run, false), Not(HasSubstr("Times set shorter")));
  run.cases[0].scaled = {{"nat forgets a UDP mapping", 120, 3, "RFC 4787 section 4.3"}};
  const auto text = story(run.cases[0], run, false);
  expect_fits(text);
  EXPECT_THAT(text, HasSubstr("Times set shorter than they are\n  nat forgets a UDP mapping: 3 s for 120 s"));
}

TEST(Story, NeighborDiscoveryLoop) {
  const auto run = nd_loop();
  EXPECT_EQ(run.cases[0].verdict.state, State::passed) << run.cases[0].verdict.why;
  expect_golden("report/story-nd-loop.txt", story(run.cases[0], run, false));
}

TEST(Tables, CasesAndClaims) {
  auto run = ah_through_nat();
  run.cases.push_back(ikev2_exposed().cases[0]);
  const auto text = case_table(run, false) + "\n" + claim_table(run, false);
  expect_fits(text);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(case_table(run, true), HasSubstr("\x1b[32mpassed"));
  expect_golden("report/tables.txt", text);
}

TEST(FlowSummary, FlowsThatFaredAlikeStandTogether) {
  CaseResult result;
  const auto flow = [&](const std::string& name, Outcome outcome, std::uint32_t sent, std::uint32_t delivered,
                        WireForm form) {
    FlowResult one;
    one.fact.name = name;
    one.fact.outcome = outcome;
    one.fact.sent = sent;
    one.fact.delivered = delivered;
    one.fact.wire = {{.link = "wan", .forms = {form}, .packets = sent, .judged = true}};
    result.flows.push_back(one);
  };
  flow("ping", Outcome::protected_, 5, 5, WireForm::esp);
  flow("ping-reply", Outcome::protected_, 5, 5, WireForm::esp);
  flow("udp", Outcome::protected_, 5, 5, WireForm::esp);
  flow("udp-reply", Outcome::exposed, 5, 5, WireForm::clear);
  flow("tcp", Outcome::blocked, 4, 0, WireForm::ah);
  flow("tcp-reply", Outcome::blocked, 0, 0, WireForm::ah);
  flow("sync", Outcome::degraded, 3, 2, WireForm::esp);
  EXPECT_EQ(flow_summary(result),
            "protected as esp: ping both ways, udp; exposed as clear: udp-reply; blocked as ah: tcp; degraded 2/3 as "
            "esp: sync");
}

TEST(RunJson, ReadsBackWhatItWroteAndIsAsItsSchemaSays) {
  auto run = ah_through_nat();
  run.cases.push_back(ikev2_exposed().cases[0]);
  run.cases.push_back(nd_loop().cases[0]);
  run.cases.back().scaled = {{"nat forgets a UDP mapping", 120, 3, "RFC 4787 section 4.3"}};
  run.cases.back().generated = {{"h", 3}, {"r", 20}};
  const auto text = run_json_text(run);
  const auto document = nlohmann::json::parse(text);
  EXPECT_EQ(run_json_text(run_from_json(document)), text);
  EXPECT_EQ(run_from_json(document).cases.back().scaled, run.cases.back().scaled);
  EXPECT_EQ(run_from_json(document).cases.back().generated, run.cases.back().generated);
  EXPECT_FALSE(document["cases"][0].contains("generated")) << "nothing was generated there";
  EXPECT_THAT(text, Not(HasSubstr("_key")));

  const auto schema = SchemaOracle::of_docs("run.json");
  const auto valid = [&](const nlohmann::json& each) { return schema.complaints(each).empty(); };
  EXPECT_EQ(schema.complaints(document), "");
  auto wrong = document;
  wrong["cases"][0]["state"] = "green";
  EXPECT_FALSE(valid(wrong));
  EXPECT_THROW(run_from_json(wrong), Error);
  wrong = document;
  wrong["cases"].back()["generated"]["h"] = -1;
  EXPECT_FALSE(valid(wrong));
  EXPECT_THROW(run_from_json(wrong), Error);
  wrong = document;
  wrong["cases"][0].erase("flows");
  EXPECT_FALSE(valid(wrong));
  EXPECT_THROW(run_from_json(wrong), Error);
}

TEST(RunJson, HostileLogTextDoesNotThrow) {
  auto run = ikev2_exposed();
  run.cases[0].deciding_log[0].line = "\xff\xfe";
  EXPECT_NO_THROW(nlohmann::json::parse(run_json_text(run)));
}

TEST(Printable, EscapesWhatMovesTheCursorAndKeepsLatin) {
  EXPECT_EQ(printable("gr\xc3\xbc\xc3\x9f\x1b[2J\xff\t"), "gr\xc3\xbc\xc3\x9f\\x1b[2J\\xff\\x09");
  EXPECT_EQ(printable("\xe4\xb8\xad\xe2\x80\xae"), "\\u{4e2d}\\u{202e}");
  EXPECT_EQ(printable("\xc0\xaf\xed\xa0\x80"), "\\xc0\\xaf\\xed\\xa0\\x80");
  EXPECT_EQ(columns("gr\xc3\xbc"), 3u);
}

TEST(Layout, WrapsAndCutsLongWords) {
  EXPECT_THAT(wrap("one two three", 7), testing::ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("abcdefghij", 4), testing::ElementsAre("abcd", "efgh", "ij"));
  EXPECT_THAT(wrap("", 4), testing::ElementsAre(""));
}

}  // namespace
}  // namespace useipsec
