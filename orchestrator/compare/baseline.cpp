#include "compare/baseline.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"

namespace useipsec {

namespace {

void refuse_no_measure(const RunResult& run) {
  const auto refuse = [](const std::string& why) {
    throw Error("expected a run that can be a measure: " + why, ExitCode::invalid);
  };
  if (run.shard)
    refuse(
        fmt::format("it is shard {} of {}; `useipsec merge` puts them together", run.shard->index, run.shard->total));
  if (!run.complete) refuse("it is not complete");
  for (const auto& each : run.cases) {
    if (each.flaky) refuse(fmt::format("{} is flaky", each.id));
    if (each.verdict.state == State::broken || each.verdict.state == State::timeout ||
        each.verdict.state == State::not_run)
      refuse(fmt::format("{} is {}", each.id, to_string(each.verdict.state)));
  }
}

/// The former one where it is still within half and double of what was measured, or within two seconds.
double steady_duration(const CaseResult& each, const RunResult* previous) {
  const double measured = std::max(1.0, std::round(each.duration_s));
  if (previous == nullptr) return measured;
  const auto found =
      std::find_if(previous->cases.begin(), previous->cases.end(), [&](const auto& old) { return old.id == each.id; });
  if (found == previous->cases.end()) return measured;
  const bool close = std::abs(found->duration_s - measured) <= 2 ||
                     (found->duration_s <= 2 * measured && measured <= 2 * found->duration_s);
  return close ? found->duration_s : measured;
}

FlowResult trimmed(const FlowResult& flow) {
  FlowResult kept;
  kept.expected = flow.expected;
  kept.fact.name = flow.fact.name;
  kept.fact.from = flow.fact.from;
  kept.fact.to = flow.fact.to;
  kept.fact.outcome = flow.fact.outcome;
  for (const auto& wire : flow.fact.wire)
    if (wire.judged) kept.fact.wire.push_back({.link = wire.link, .forms = wire.forms, .packets = 0, .judged = true});
  return kept;
}

bool is_of_a_machine(const std::string& file) { return !file.empty() && file.front() == '/'; }

CaseResult trimmed(const CaseResult& each, const RunResult* previous) {
  CaseResult kept;
  kept.id = each.id;
  kept.scenario = each.scenario;
  kept.engine = each.engine;
  kept.variant = each.variant;
  kept.title = each.title;
  kept.verdict.case_id = each.id;
  kept.verdict.state = each.verdict.state;
  kept.claims = each.claims;
  for (auto& claim : kept.claims) claim.why.clear();
  kept.control_of = each.control_of;
  kept.controls = each.controls;
  kept.duration_s = steady_duration(each, previous);
  for (const auto& flow : each.flows) kept.flows.push_back(trimmed(flow));
  if (!is_of_a_machine(each.file)) kept.file = each.file;
  if (!is_of_a_machine(each.topology_file)) kept.topology_file = each.topology_file;
  kept.seed = each.seed;
  return kept;
}

}  // namespace

RunResult baseline(const RunResult& run, const RunResult* previous) {
  refuse_no_measure(run);
  RunResult kept;
  kept.tool_version = run.tool_version;
  kept.ground = run.ground;
  kept.kernel = run.kernel;
  kept.complete = true;
  for (const auto& each : run.cases) kept.cases.push_back(trimmed(each, previous));
  for (const auto& claim : run.claims) {
    if (claim.state == ClaimState::not_run) continue;
    ClaimStatus status = claim;
    status.why.clear();
    kept.claims.push_back(status);
  }
  kept.record.kernel.release = run.record.kernel.release;
  for (auto program : run.record.programs) {
    program.file.clear();
    program.sha256.clear();
    kept.record.programs.push_back(program);
  }
  for (const auto& file : run.record.files)
    if (!is_of_a_machine(file.file)) kept.record.files.push_back(file);
  return kept;
}

std::string baseline_text(const RunResult& baseline) {
  const auto written = [](const nlohmann::json& value, int indent = -1) {
    return value.dump(indent, ' ', false, nlohmann::json::error_handler_t::replace);
  };
  std::string text = "{";
  std::string comma;
  const auto document = run_json(baseline);
  for (const auto& [key, value] : document.items()) {
    text += fmt::format("{}\n{}: ", std::exchange(comma, ","), written(key));
    if (!value.is_array() || value.empty()) {
      text += written(value, key == "record" ? 1 : -1);
      continue;
    }
    std::string begin = "[";
    for (const auto& each : value) text += fmt::format("{}\n{}", std::exchange(begin, ","), written(each));
    text += "\n]";
  }
  return text + "\n}\n";
}

}  // namespace useipsec
