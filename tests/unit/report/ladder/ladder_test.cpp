#include "report/ladder/ladder.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "draw/draw.h"
#include "helpers/golden.h"
#include "input/check.h"
#include "report/ladder/journeys.h"
#include "report/ladder/ladder_shape.h"
#include "report/ladder/overlay.h"
#include "report/printable.h"
#include "unit/report/stored_trial.h"

namespace useipsec {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// The hand-made case as a reader finds it.
struct Kept {
  explicit Kept(Trial& trial) {
    folder.add(trial);
    run = folder.finish();
    stored = read_stored_case(run, run.run.cases.front());
  }
  ResultFolder folder;
  StoredRun run;
  StoredCase stored;
};

/// An IKE message told from others by its last byte; `marker` as on port 4500.
frames::Octets ike(std::uint8_t version, std::uint8_t exchange, std::uint8_t flags, std::uint32_t id, std::uint8_t mark,
                   bool marker = false) {
  auto message = frames::ike(version, exchange, flags, id);
  message.back() = mark;
  return marker ? frames::join({frames::Octets(4, 0), message}) : message;
}

/// From alice (10.0.0.2) by way of the NAT (203.0.113.1) to bob (203.0.113.2), which it may not reach.
void ask(Trial& trial, double time, std::uint16_t port, std::uint16_t outside, const frames::Octets& payload,
         bool passed = true) {
  using namespace frames;
  const std::uint16_t service = port == 500 ? 500 : 4500;
  trial.packet("near", "alice", time,
               ethernet(0x0800, ipv4("10.0.0.2", "203.0.113.2", 17, udp(port, service, payload))));
  if (!passed) return;
  trial.packet("far", "nat", time + 0.0001,
               ethernet(0x0800, ipv4("203.0.113.1", "203.0.113.2", 17, udp(outside, service, payload))));
}
void answer(Trial& trial, double time, std::uint16_t port, std::uint16_t outside, const frames::Octets& payload) {
  using namespace frames;
  const std::uint16_t service = port == 500 ? 500 : 4500;
  trial.packet("far", "bob", time,
               ethernet(0x0800, ipv4("203.0.113.2", "203.0.113.1", 17, udp(service, outside, payload))));
  trial.packet("near", "nat", time + 0.0001,
               ethernet(0x0800, ipv4("203.0.113.2", "10.0.0.2", 17, udp(service, port, payload))));
}

/// Main mode that finds the NAT, moves to port 4500 and asks twice for its quick mode; then pings in ESP in UDP.
void talk(Trial& trial) {
  trial.seen.steps = {{.began = 0.1, .ended = 0.5, .text = "start all", .result = "done"},
                      {.began = 0.5, .ended = 1.9, .text = "initiate alice", .result = "done"},
                      {.began = 1.9, .ended = 4.1, .text = "probe ping", .result = "done"}};
  for (std::uint8_t pair = 0; pair < 2; ++pair) {
    ask(trial, 0.60 + 0.1 * pair, 500, 61000, ike(1, 2, 0, 0, static_cast<std::uint8_t>(2 * pair)));
    answer(trial, 0.65 + 0.1 * pair, 500, 61000, ike(1, 2, 0, 0, static_cast<std::uint8_t>(2 * pair + 1)));
  }
  ask(trial, 0.80, 4500, 61001, ike(1, 2, 1, 0, 4, true));
  answer(trial, 0.85, 4500, 61001, ike(1, 2, 1, 0, 5, true));
  ask(trial, 0.90, 4500, 61001, ike(1, 32, 1, 7, 6, true));
  ask(trial, 1.40, 4500, 61001, ike(1, 32, 1, 7, 6, true));
  answer(trial, 1.45, 4500, 61001, ike(1, 32, 1, 7, 7, true));
  trial.pings(true, in_udp);
  trial.sas("esp", 3);
  trial.arrived({1, 2, 3});
}

void expect_fits(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(columns(line), 80u) << line;
}

std::vector<std::string> labels(const Ladder& ladder) {
  std::vector<std::string> result;
  for (const auto& row : ladder.rows)
    result.push_back(row.count > 1 ? fmt::format("{} x {}", row.count, row.label) : row.label);
  return result;
}

TEST(LadderTest, NamesExchangesMarksRetransmissionsAndGroupsRepeats) {
  Trial trial;
  talk(trial);
  Kept kept(trial);
  const auto result = ladder(kept.stored);
  EXPECT_THAT(result.nodes, ElementsAre("alice", "nat", "bob"));
  EXPECT_THAT(labels(result), ElementsAre("start all: done", "initiate alice: done", "IKE main mode 1",
                                          "IKE main mode 2", "IKE main mode 3", "IKE main mode 4", "IKE main mode 5",
                                          "IKE main mode 6", "IKE quick mode 1", "IKE quick mode 1, retransmitted",
                                          "IKE quick mode 2", "probe ping: done", "3 x ESP in UDP 0xb0b00001 seq 1-3",
                                          "3 x ESP in UDP 0xa11ce001 seq 1-3", "end of the timeline"));
  EXPECT_EQ(result.packets, 15u);
  EXPECT_EQ(result.frames, 30u);
  EXPECT_THAT(result.rows[12].flows, ElementsAre("ping"));
  EXPECT_EQ(result.rows[12].outcome, "protected");
  EXPECT_TRUE(result.rows[9].retransmission);
}

TEST(LadderTest, ShowsWhatTheNatRewrote) {
  Trial trial;
  talk(trial);
  Kept kept(trial);
  const auto result = ladder(kept.stored);
  const auto& fifth = result.rows[6];
  ASSERT_EQ(fifth.path.size(), 2u);
  EXPECT_EQ(fifth.path[0].source, "10.0.0.2:4500");
  EXPECT_EQ(fifth.path[1].source, "203.0.113.1:61001");
  EXPECT_EQ(fifth.path[1].destination, "203.0.113.2:4500");
  const auto text = ladder_text(result);
  expect_fits(text);
  expect_golden("report/ladder-natt.txt", text);
  expect_golden("report/ladder-natt.svg", ladder_svg(result));
}

TEST(LadderTest, BlockedPacketsEndWhereTheyWereLastSeenWithTheReason) {
  Trial trial;
  trial.seen.steps = {{.began = 1.9, .ended = 4.1, .text = "probe ping", .result = "done"}};
  trial.pings(false, in_ah);
  trial.sas("ah", 3);
  trial.after_probe("bob", "XfrmInStateProtoError", 3);
  Kept kept(trial);
  const auto result = ladder(kept.stored);
  ASSERT_EQ(labels(result)[1], "3 x AH 0xb0b00001: ICMP echo request seq 1-3");
  const auto& row = result.rows[1];
  EXPECT_EQ(row.stopped_at, 2u);  // bob
  ASSERT_EQ(row.reasons.size(), 1u);
  EXPECT_THAT(row.reasons[0], HasSubstr("ping blocked: last seen on far"));
  EXPECT_THAT(row.reasons[0], HasSubstr("XfrmInStateProtoError +3"));
  const auto text = ladder_text(result);
  expect_fits(text);
  EXPECT_THAT(text, HasSubstr("=======>x  3 x AH"));
  expect_golden("report/ladder-ah-nat.txt", text);
}

TEST(LadderTest, ANatBoxThatHasNoMappingIsADeadEnd) {
  Trial trial;
  using namespace frames;
  trial.packet("far", "bob", 2.5, ethernet(0x0800, ipv4("203.0.113.2", "203.0.113.1", 50, esp(0xa11ce001, 9))));
  trial.packet("near", "alice", 2.6, ethernet(0x0800, ipv4("10.0.0.2", "203.0.113.2", 50, esp(0xb0b00001, 1))));
  Kept kept(trial);
  const auto result = ladder(kept.stored);
  ASSERT_EQ(result.rows.size(), 3u);  // and the word about the ping that never left
  EXPECT_EQ(result.rows[1].stopped_at, 1u);
  EXPECT_EQ(result.rows[2].stopped_at, 1u);  // bob never saw it: the NAT box kept it
}

TEST(LadderTest, AFlowThatNeverLeftIsANoteWhereItShouldHaveBegun) {
  Trial trial;
  trial.seen.steps = {{.began = 1.9, .ended = 4.1, .text = "probe ping", .result = "done"}};
  trial.after_probe("alice", "XfrmOutNoStates", 3);
  Kept kept(trial);
  const auto result = ladder(kept.stored);
  ASSERT_EQ(result.rows.size(), 3u);
  EXPECT_EQ(result.rows[1].kind, LadderKind::note);
  EXPECT_EQ(result.rows[1].stopped_at, 0u);
  EXPECT_THAT(result.rows[1].label, HasSubstr("ping blocked: never left alice"));
  EXPECT_THAT(ladder_text(result), HasSubstr("  2.000  x"));
}

TEST(LadderTest, ClearPacketsOfAnExposedFlowSayIt) {
  Trial trial;
  trial.pings(true, in_clear);
  trial.arrived({1, 2, 3});
  Kept kept(trial);
  const auto result = ladder(kept.stored);
  EXPECT_THAT(labels(result), ElementsAre("3 x ICMP echo request", "3 x ICMP echo reply"));
  EXPECT_EQ(result.rows[0].outcome, "exposed");
  EXPECT_THAT(result.rows[0].reasons, ElementsAre(HasSubstr("ping exposed: 3 of 3 arrived")));
}

TEST(LadderTest, AFloodIsOneRow) {
  Trial trial;
  using namespace frames;
  for (std::uint16_t number = 0; number < 300; ++number) {
    auto message = ike(2, 34, 8, 0, 0);
    message[1] = static_cast<std::uint8_t>(number >> 8);
    message[2] = static_cast<std::uint8_t>(number);
    ask(trial, 2 + 0.001 * number, 500, static_cast<std::uint16_t>(40000 + number), message);
  }
  Kept kept(trial);
  const auto result = ladder(kept.stored);
  EXPECT_THAT(labels(result), testing::Contains("300 x IKE_SA_INIT request, 300 different"));
  EXPECT_LE(result.rows.size(), 3u);
}

TEST(LadderTest, IkeVersion2SaysRequestAndResponse) {
  Trial trial;
  ask(trial, 1.0, 500, 61000, ike(2, 34, 8, 0, 1));
  answer(trial, 1.1, 500, 61000, ike(2, 34, 0x20, 0, 2));
  Kept kept(trial);
  EXPECT_EQ(labels(ladder(kept.stored))[0], "IKE_SA_INIT request");
  EXPECT_EQ(labels(ladder(kept.stored))[1], "IKE_SA_INIT response");
}

TEST(LadderTest, WithoutATopologyThePacketsAreStillThere) {
  Trial trial;
  talk(trial);
  ResultFolder folder;
  folder.add(trial);
  const auto run = folder.finish();
  std::filesystem::remove(folder.path() / "trial@manual" / "topology.json");
  const auto stored = read_stored_case(run, run.run.cases.front());
  EXPECT_THAT(stored.missing, ElementsAre(HasSubstr("topology.json is not there")));
  const auto text = ladder_text(ladder(stored));
  EXPECT_THAT(text, HasSubstr("missing: topology.json"));
  EXPECT_THAT(text, HasSubstr("IKE quick mode 1"));
}

TEST(LadderTest, JsonHasTheSameRows) {
  Trial trial;
  talk(trial);
  Kept kept(trial);
  const auto json = ladder_json(ladder(kept.stored));
  EXPECT_EQ(json["schema"], "useipsec/ladder/1");
  ASSERT_EQ(json["rows"].size(), 15u);
  EXPECT_EQ(json["rows"][12]["path"][1]["source"], "203.0.113.1:4500");
  EXPECT_EQ(json["rows"][12]["form"], "esp-in-udp");
  Diagnostics diagnostics;
  const auto document = Document::parse("ladder", json.dump(), diagnostics);
  ASSERT_TRUE(document.has_value());
  EXPECT_TRUE(check(*document, *ladder_shape(), diagnostics)) << diagnostics.text();
}

TEST(LadderTest, HostileNamesAreShownNotObeyed) {
  Trial trial;
  talk(trial);
  trial.seen.steps[0].text = "start <script>\x1b[2J\xff";
  Kept kept(trial);
  const auto result = ladder(kept.stored);
  EXPECT_THAT(ladder_text(result), Not(HasSubstr("\x1b")));
  const auto picture = ladder_svg(result);
  EXPECT_THAT(picture, Not(HasSubstr("<script>")));
  EXPECT_THAT(picture, Not(HasSubstr("\x1b")));
}

TEST(JourneysTest, IdenticalPacketsAreThoseThatCameLast) {
  Trial trial;
  const auto keepalive = frames::Octets{0xff};
  ask(trial, 1.0, 4500, 61001, keepalive, false);  // lost in the NAT box
  ask(trial, 2.0, 4500, 61001, keepalive);
  Kept kept(trial);
  const auto all = journeys(kept.stored);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].hops.size(), 1u);
  EXPECT_EQ(all[1].hops.size(), 2u);
}

TEST(OverlayTest, LanesSayWhereItEnded) {
  Trial trial;
  trial.pings(false, in_ah);
  trial.sas("ah", 3);
  trial.after_probe("bob", "XfrmInStateProtoError", 3);
  Kept kept(trial);
  const auto result = overlay(kept.stored);
  ASSERT_EQ(result.lanes.size(), 2u);
  EXPECT_EQ(result.lanes[0].name, "2 SAs");
  EXPECT_EQ(result.lanes[0].words, "AH transport 0xb0b00001 0xa11ce001, at alice and bob");
  EXPECT_EQ(result.lanes[1].kind, LaneKind::blocked);
  EXPECT_EQ(result.lanes[1].stopped_at, "bob");
  ASSERT_EQ(result.lanes[1].spans.size(), 2u);
  EXPECT_EQ(result.lanes[1].spans[0].words, "ah");
  expect_golden("report/overlay-ah-nat.svg", svg(*kept.stored.topology, result));
}

TEST(OverlayTest, AFlowThatNeverLeftStopsAtItsSender) {
  Trial trial;
  Kept kept(trial);
  const auto result = overlay(kept.stored);
  ASSERT_EQ(result.lanes.size(), 1u);
  EXPECT_EQ(result.lanes[0].stopped_at, "alice");
  EXPECT_THAT(result.lanes[0].spans[0].words, IsEmpty());
}

}  // namespace
}  // namespace useipsec
