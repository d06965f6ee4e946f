#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <regex>

#include "report/attempts.h"
#include "report/run_result.h"

namespace useipsec {

namespace {

std::string node_text(const Node& node) {
  if (node.role == Role::host) return node.name;
  if (!node.nat) return fmt::format("{} ({})", node.name, node.filter.empty() ? "router" : "filtering router");
  if (node.nat->kind == NatKind::one_to_one) return fmt::format("{} (1:1 NAT)", node.name);
  if (node.nat->kind == NatKind::prefix) return fmt::format("{} (NPTv6)", node.name);
  auto words = beyond_kernel(*node.nat);
  if (node.nat->ports == PortMapping::random) words.insert(words.begin(), "random ports");
  if (node.nat->ftp_gateway) words.emplace_back("FTP gateway");
  if (!node.nat->forwards.empty()) words.emplace_back("forwards");
  return fmt::format("{} (NAPT{}{})", node.name, words.empty() ? "" : ", ", fmt::join(words, ", "));
}

/// A chain of point-to-point links is drawn as one; anything else link by link.
std::string topology_text(const Topology& topology) {
  std::string text;
  std::string last;
  for (const auto& link : topology.links) {
    std::vector<std::string> ends;
    for (const auto& end : link.ends) ends.push_back(end.node);
    if (ends.size() == 2 && ends[1] == last) std::swap(ends[0], ends[1]);
    const bool chained = ends.size() == 2 && ends[0] == last;
    for (std::size_t index = chained ? 1 : 0; index < ends.size(); ++index) {
      const auto* node = topology.node(ends[index]);
      const auto words = node == nullptr ? ends[index] : node_text(*node);
      if (index == 0)
        text += (text.empty() ? "" : "; ") + words;
      else
        text += (ends.size() == 2 ? fmt::format(" --{}-- ", link.name) : std::string(", ")) + words;
    }
    if (ends.size() != 2) text += fmt::format(" on {}", link.name);
    last = ends.size() == 2 ? ends[1] : "";
  }
  return text;
}

std::string expected_of(const Case& subject, const std::string& flow) {
  const auto search = [&](const std::vector<Expectation>& facts) -> std::string {
    for (const auto& each : facts)
      if (const auto* expected = std::get_if<FlowExpectation>(&each); expected != nullptr && expected->flow == flow)
        return to_string(expected->outcome);
    return {};
  };
  if (auto found = search(subject.expect); !found.empty()) return found;
  for (const auto& step : subject.timeline)
    if (const auto* expect = std::get_if<ExpectStep>(&step))
      if (auto found = search(expect->facts); !found.empty()) return found;
  return {};
}

bool is_asked_for(const std::vector<Expectation>& facts, const LogRecord& record) {
  return std::any_of(facts.begin(), facts.end(), [&](const Expectation& each) {
    const auto* expected = std::get_if<LogExpectation>(&each);
    if (expected == nullptr || expected->node != record.node) return false;
    try {
      return std::regex_search(record.line, std::regex(expected->says));
    } catch (const std::regex_error&) {
      return false;  // the check says so
    }
  });
}

CaseResult named(const Case& subject) {
  CaseResult result;
  result.id = subject.id;
  result.scenario = subject.scenario;
  result.engine = subject.engine;
  result.variant = subject.variant;
  result.title = subject.title;
  result.about = subject.about;
  result.topology = topology_text(subject.topology);
  result.generated = subject.topology.generated;
  result.claims = subject.claims;
  result.scaled = scaled_times(subject);
  result.control_of = subject.control_of;
  result.controls = subject.controls;
  result.file = subject.file;
  result.topology_file = subject.topology.file;
  result.seed = subject.seed;
  return result;
}

}  // namespace

CaseResult case_result(const Case& subject, const Observations& observations, const Facts& facts,
                       const Verdict& verdict, std::vector<std::string> evidence) {
  auto result = named(subject);
  result.verdict = verdict;
  for (const auto& [name, seconds] : observations.timings) {
    result.duration_s += name == "own" ? 0 : seconds;
    if (name == "own") result.own_s = seconds;
  }
  // "own" is spent within the other phases; the timeline's end bounds them where they were not all timed.
  if (!observations.steps.empty()) result.duration_s = std::max(result.duration_s, observations.steps.back().ended);
  result.nats = observations.nats;
  result.steps = observations.steps;
  result.sas = facts.sas;
  for (const auto& flow : facts.flows) result.flows.push_back({flow, expected_of(subject, flow.name)});
  result.drops = facts.drops;
  result.adjacencies = facts.adjacencies;
  result.routes = facts.routes;
  result.speech = facts.speech;
  for (const auto& record : observations.log)
    if (record.kind == LogKind::ike_up || record.kind == LogKind::ike_down || record.kind == LogKind::child_up ||
        record.kind == LogKind::refused || is_asked_for(subject.expect, record))
      result.deciding_log.push_back(record);
  result.evidence = std::move(evidence);
  return result;
}

CaseResult case_not_started(const Case& subject, State state, std::string why) {
  auto result = named(subject);
  result.verdict.case_id = subject.id;
  result.verdict.state = state;
  result.verdict.why = std::move(why);
  return result;
}

std::string state_word(const CaseResult& result) { return result.flaky ? "flaky" : to_string(result.verdict.state); }

bool went_otherwise(const CaseResult& result) {
  return result.flaky || (result.verdict.state != State::passed && result.verdict.state != State::unsupported);
}

const std::string& subject_id(const CaseResult& result) {
  return result.control_of.empty() ? result.id : result.control_of;
}

JudgedCase judged_case(const CaseResult& result) {
  auto verdict = result.verdict;
  if (result.flaky)
    verdict.why = result.attempts.empty() ? "it did not come to the same state each time" : attempts_text(result);
  return {.id = result.id,
          .engine = result.engine,
          .control_of = result.control_of,
          .controls = result.controls,
          .claims = result.claims,
          .verdict = std::move(verdict),
          .flaky = result.flaky};
}

void judge_run(RunResult& run) {
  std::vector<std::string> ids;
  for (const auto& claim : run.claims) ids.push_back(claim.id);
  for (const auto& one : run.cases)
    for (const auto& claim : one.claims)
      if (std::find(ids.begin(), ids.end(), claim.id) == ids.end()) ids.push_back(claim.id);
  std::vector<JudgedCase> judged;
  for (const auto& one : run.cases) judged.push_back(judged_case(one));
  auto statuses = judge_claims(ids, judged);
  for (std::size_t index = 0; index < run.claims.size(); ++index) {
    auto& before = run.claims[index];
    before.state = statuses[index].state;
    before.why = std::move(statuses[index].why);
    before.cases = std::move(statuses[index].cases);
  }
  for (std::size_t index = run.claims.size(); index < statuses.size(); ++index)
    run.claims.push_back(std::move(statuses[index]));
}

}  // namespace useipsec
