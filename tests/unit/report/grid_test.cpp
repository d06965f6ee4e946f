#include "report/grid.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "helpers/golden.h"

namespace useipsec {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// A cell whose flow `tcp` had this outcome; the cells of `routed` are the controls.
CaseResult cell(const std::string& engine, const std::string& nat, const std::string& keying, Outcome outcome,
                State state = State::passed) {
  CaseResult result;
  const bool control = nat == "routed";
  const auto rest = "@" + engine + "+esp." + nat + "." + keying;
  result.scenario = control ? "grid.routed" : "grid";
  result.id = result.scenario + rest;
  result.engine = engine;
  result.variant = rest.substr(rest.find('+') + 1);
  result.verdict.state = state;
  const auto other = [&](const char* value, const char* scenario) {
    return std::string(scenario) + "@" + engine + "+esp." + value + "." + keying;
  };
  if (control) {
    result.control_of = other("napt", "grid");
  } else {
    result.controls = {other("routed", "grid.routed")};
  }
  FlowFact flow;
  flow.name = "tcp";
  flow.from = "alice";
  flow.sent = 3;
  flow.last_seen_link = "far";
  flow.outcome = outcome;
  result.flows = {{flow, to_string(outcome)}};
  if (outcome == Outcome::blocked) result.drops = {{"bob", "TcpInCsumErrors", 3, "a checksum was wrong"}};
  return result;
}

RunResult sample() {
  RunResult run;
  run.cases = {cell("manual", "napt", "manual", Outcome::blocked),
               cell("manual", "routed", "manual", Outcome::protected_),
               cell("manual", "one-to-one", "manual", Outcome::blocked),
               cell("libreswan", "napt", "libreswan-ikev2", Outcome::exposed, State::failed),
               cell("libreswan", "routed", "libreswan-ikev2", Outcome::exposed, State::failed),
               cell("libreswan", "one-to-one", "libreswan-ikev2", Outcome::protected_)};
  auto refused = cell("strongswan", "napt", "strongswan-ikev1", Outcome::blocked, State::unsupported);
  refused.verdict.why = "it has no such setting";
  refused.flows.clear();
  run.cases.push_back(refused);
  return run;
}

TEST(Grid, RowsAreTheAxisThatHasTheControls) {
  const auto run = sample();
  const auto grid = grid_of(run);
  EXPECT_EQ(grid.name, "grid");
  EXPECT_THAT(grid.tables, ElementsAre("esp"));
  EXPECT_THAT(grid.rows, ElementsAre("routed", "napt", "one-to-one"));
  EXPECT_THAT(grid.columns, ElementsAre("libreswan ikev2", "manual", "strongswan ikev1"));
}

TEST(Grid, ReadsAsATable) {
  const auto run = sample();
  expect_golden("report/grid.txt", grid_text(grid_of(run), false));
}

TEST(Grid, ManyColumnsAreSeveralTables) {
  RunResult run;
  for (int n = 1; n <= 9; ++n)
    run.cases.push_back(cell("manual", "napt", "keying-" + std::to_string(n), Outcome::blocked));
  const auto text = grid_text(grid_of(run), false);
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    EXPECT_LE(end - at, 80u) << text.substr(at, end - at);
    at = end + 1;
  }
  EXPECT_THAT(text, HasSubstr("keying-9"));
}

TEST(Grid, SaysWhatIsNoEvidence) {
  const auto run = sample();
  const auto json = grid_json(grid_of(run));
  for (const auto& one : json["cells"]) {
    const bool unproven = one["column"] == "libreswan ikev2";
    if (one["row"] != "routed" && one["state"] != "unsupported") {
      EXPECT_EQ(one["proven"], !unproven) << one;
    }
  }
}

TEST(Grid, IsShownForARunOfNothingElse) {
  auto run = sample();
  EXPECT_EQ(run_tables(run, false), grid_text(grid_of(run), false) + "\n");
  CaseResult other;
  other.id = other.scenario = "other@manual";
  other.verdict.state = State::passed;
  run.cases.push_back(other);
  EXPECT_THAT(run_tables(run, false), HasSubstr("other@manual"));
  EXPECT_THAT(run_tables({}, false), HasSubstr("none")) << "a run of nothing is no grid";
}

TEST(Grid, OfAnOrdinaryRunThereIsNone) {
  RunResult run;
  CaseResult one;
  one.scenario = "ah-transport-nat";
  one.variant = "napt";
  run.cases = {one};
  EXPECT_TRUE(grid_of(run).cells.empty());
}

}  // namespace
}  // namespace useipsec
