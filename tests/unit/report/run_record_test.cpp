// What run.json was given after its first version: read back as written, and not needed of earlier runs.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "helpers/golden.h"
#include "helpers/schema_oracle.h"
#include "report/record_text.h"
#include "unit/report/made_up_run.h"

namespace useipsec {
namespace {

RunResult recorded() {
  auto [subject, control] = made_up_pair("esp-nat", State::failed, "nat-ah-icv");
  subject.flaky = true;
  subject.topology_file = "topologies/napt.json";
  subject.seed = 7;
  subject.attempts = {{1, State::passed, "", 2, subject.id + "~1"}, {2, State::failed, "no", 3, subject.id}};
  auto run = made_up_run({subject, control});
  run.record.files = {{"scenarios/nat/esp-nat.json", "ab"}};
  run.record.request = {
      .ground = "guest", .guest_kernel = "/k", .jobs = 2, .repeat = 3, .retries = 1, .fail_fast = true, .seed = 9};
  run.shard = ShardRecord{.index = 1, .total = 2, .plan = {{subject.id, control.id}, {"other@x"}}};
  run.cost = {.first_case_s = 2.5, .supervisor_mib = 31, .worker_mib = 24, .guest_mib = 143, .guest_size_mib = 512};
  run.stopped = "fail-fast";
  run.parts = {{.run = "shard-1", .began = "2026-11-23T10:11:12Z", .index = 1, .set_aside = {"a@x"}}};
  return run;
}

TEST(RunRecord, ReadsBackWhatItWroteAndIsAsItsSchemaSays) {
  const auto document = nlohmann::json::parse(run_json_text(recorded()));
  EXPECT_EQ(SchemaOracle::of_docs("run.json").complaints(document), "");
  const auto run = run_from_json(document);
  EXPECT_EQ(run_json(run), document);
  EXPECT_EQ(run.record, recorded().record);
  EXPECT_EQ(run.cost, recorded().cost);
  EXPECT_EQ(run.shard, recorded().shard);
  EXPECT_EQ(run.parts, recorded().parts);
  EXPECT_EQ(state_word(run.cases[0]), "flaky");
}

TEST(RunRecord, EarlierRunsNeedNoneOfIt) {
  auto document = run_json(recorded());
  for (const auto* added : {"record", "cost", "shard", "stopped", "parts"}) document.erase(added);
  for (auto& each : document["cases"])
    for (const auto* added : {"file", "topology_file", "seed", "flaky", "attempts"}) each.erase(added);
  EXPECT_EQ(SchemaOracle::of_docs("run.json").complaints(document), "");
  const auto run = run_from_json(document);
  EXPECT_FALSE(run.cases[0].flaky);
  EXPECT_FALSE(run.shard.has_value());
}

TEST(RunRecord, IsShown) {
  auto run = recorded();
  run.record.command = {"useipsec", "run", "--shard", "1/2\x1b[2J"};
  run.record.programs.push_back({.name = "bird", .file = "/usr/sbin/bird", .said = "", .sha256 = ""});
  run.record.files.push_back({"/home/somebody/own.json", ""});
  expect_golden("report/record.txt", record_text(run) + files_text(run));
}

TEST(RunRecord, AShardIsOneOfItsPlan) {
  auto document = run_json(recorded());
  document["shard"]["index"] = 3;
  EXPECT_THROW(run_from_json(document), Error);
  document["shard"]["index"] = 0;
  EXPECT_THROW(run_from_json(document), Error);
  document["shard"] = {{"index", 1}, {"total", 1}, {"plan", nlohmann::json::array()}};
  EXPECT_THROW(run_from_json(document), Error);
}

TEST(JudgeRun, AFlakyCaseIsNoEvidenceAndProvesNoInstrument) {
  auto [subject, control] = made_up_pair("esp-nat", State::passed, "nat-ah-icv");
  control.flaky = true;
  EXPECT_EQ(made_up_run({subject, control}).claims[0].state, ClaimState::not_run);
  control.flaky = false;
  EXPECT_EQ(made_up_run({subject, control}).claims[0].state, ClaimState::reproduced);
  subject.flaky = true;
  EXPECT_EQ(made_up_run({subject, control}).claims[0].state, ClaimState::not_run);
}

}  // namespace
}  // namespace useipsec
