#pragma once

#include <string>
#include <utility>
#include <vector>

#include "report/run_result.h"

namespace useipsec {

// Runs that nobody ran, for what only reads results.

inline CaseResult made_up_case(const std::string& id, State state, const std::string& why = "") {
  CaseResult result;
  const auto at = id.find('@'), plus = id.find('+');
  result.id = id;
  result.scenario = id.substr(0, at);
  result.engine = id.substr(at + 1, plus == std::string::npos ? plus : plus - at - 1);
  if (plus != std::string::npos) result.variant = id.substr(plus + 1);
  result.title = "title of " + result.scenario;
  result.file = "scenarios/nat/" + result.scenario.substr(0, result.scenario.find('.')) + ".json";
  result.verdict.case_id = id;
  result.verdict.state = state;
  result.verdict.why = why;
  result.duration_s = 1.5;
  return result;
}

/// A subject with its control, both in this state and passed, that bears on a claim.
inline std::pair<CaseResult, CaseResult> made_up_pair(const std::string& scenario, State state,
                                                      const std::string& claim,
                                                      const std::string& engine = "libreswan") {
  auto subject = made_up_case(scenario + "@" + engine, state,
                              state == State::passed ? "all 2 expectations hold" : "it did otherwise");
  auto control = made_up_case(scenario + ".no-ipsec@" + engine, State::passed);
  control.control_of = subject.id;
  subject.controls = {control.id};
  subject.claims = control.claims = {{claim, Bearing::supports, ""}};
  return {subject, control};
}

inline FlowResult made_up_flow(const std::string& name, const std::string& expected, Outcome outcome,
                               std::set<WireForm> forms) {
  FlowResult flow;
  flow.fact.name = name;
  flow.fact.from = "alice";
  flow.fact.to = "bob";
  flow.fact.outcome = outcome;
  flow.fact.sent = 5;
  flow.fact.delivered = outcome == Outcome::blocked ? 0 : 5;
  flow.fact.wire = {{.link = "wan", .forms = std::move(forms), .packets = 5, .judged = true}};
  flow.expected = expected;
  return flow;
}

inline RunResult made_up_run(std::vector<CaseResult> cases,
                             const std::vector<std::string>& claims = {"nat-ah-icv", "nd-ike-loop"}) {
  RunResult run;
  run.tool_version = "0.1.0";
  run.ground = "guest";
  run.kernel = "Linux 6.1.176";
  run.complete = true;
  run.duration_s = 12;
  run.cases = std::move(cases);
  for (const auto& id : claims) {
    ClaimStatus status;
    status.id = id;
    run.claims.push_back(status);
  }
  run.record.commit = "0123456789ab";
  run.record.began = "2026-11-23T10:11:12Z";
  run.record.command = {"useipsec", "run"};
  run.record.kernel = {.release = "6.1.176",
                       .version = "#1",
                       .machine = "x86_64",
                       .config = "/proc/config.gz",
                       .config_sha256 = "c0ffee"};
  run.record.programs = {
      {.name = "libreswan", .file = "/usr/libexec/ipsec/pluto", .said = "Libreswan 4.10", .sha256 = "aa"}};
  judge_run(run);
  return run;
}

}  // namespace useipsec
