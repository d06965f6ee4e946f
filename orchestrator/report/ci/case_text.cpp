#include "report/ci/case_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/attempts.h"
#include "report/ci/plain_text.h"

namespace useipsec {

namespace {

constexpr std::size_t last_lines = 12;

std::string checks(const CaseResult& result) {
  std::string text;
  for (const bool holds : {false, true})
    for (const auto& check : result.verdict.checks)
      if (check.holds == holds)
        text += fmt::format("{} {}: expected {}, observed {}\n", holds ? "yes" : "NO ", check.subject, check.expected,
                            check.observed);
  return text;
}

std::string flows(const CaseResult& result) {
  std::string text;
  for (const auto& [flow, expected] : result.flows)
    if (!flow.why.empty() && to_string(flow.outcome) != expected)
      text += fmt::format("flow {}: {}\n", flow.name, flow.why);
  return text;
}

std::string controls(const CaseResult& result, const RunResult& run) {
  if (!result.control_of.empty()) return fmt::format("the control of {}\n", result.control_of);
  std::string text;
  for (const auto& id : result.controls) {
    const auto control =
        std::find_if(run.cases.begin(), run.cases.end(), [&](const auto& each) { return each.id == id; });
    text += fmt::format("control {}: {}\n", id, control == run.cases.end() ? "not in this run" : state_word(*control));
  }
  return text;
}

std::string attempts(const CaseResult& result) {
  std::string text;
  for (const auto& each : result.attempts)
    text += fmt::format("attempt {}: {} ({:.1f} s){}{}\n", each.number, to_string(each.state), each.duration_s,
                        each.why.empty() ? "" : ": ", each.why);
  return text;
}

std::string log(const CaseResult& result) {
  std::string text;
  const auto skipped = result.deciding_log.size() - std::min(last_lines, result.deciding_log.size());
  for (std::size_t index = skipped; index < result.deciding_log.size(); ++index) {
    const auto& record = result.deciding_log[index];
    text += fmt::format("{:.3f} s {} {}: {}\n", record.at, record.node, record.program, record.line);
  }
  return text;
}

}  // namespace

std::string case_text(const CaseResult& result, const RunResult& run, std::size_t most) {
  std::string text = fmt::format("{}: {}\n", state_word(result), deciding_why(result));
  if (!result.attempts.empty()) text += fmt::format("attempts: {}\n", attempts_text(result));
  text += checks(result) + flows(result);
  for (const auto& drop : result.drops)
    text += fmt::format("counter {} at {}: +{}{}{}\n", drop.counter, drop.node, drop.delta,
                        drop.meaning.empty() ? "" : ", ", drop.meaning);
  text += attempts(result) + controls(result, run) + log(result);
  return bounded(plain_text(bounded(text, 4 * most)), most);  // what cannot be shown need not be cleaned
}

}  // namespace useipsec
