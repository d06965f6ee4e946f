#include "report/ci/tally.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace useipsec {

Report report_of(const CaseResult& result, const RunResult& run) {
  switch (result.verdict.state) {
    case State::passed:
      return result.flaky ? Report::failed : Report::passed;
    case State::failed:
    case State::crashed:
      return Report::failed;
    case State::timeout:
    case State::broken:
      return Report::error;
    case State::not_run:
      return run.stopped.empty() ? Report::error : Report::skipped;
    case State::unsupported:
    case State::precondition:
      break;
  }
  return result.flaky ? Report::failed : Report::skipped;
}

std::vector<const CaseResult*> worst_first(const RunResult& run) {
  std::vector<const CaseResult*> cases;
  for (const auto kind : {Report::error, Report::failed, Report::skipped})
    for (const auto& each : run.cases)
      if (report_of(each, run) == kind) cases.push_back(&each);
  return cases;
}

std::string tally(const RunResult& run) {
  std::string text = fmt::format("{} case{}", run.cases.size(), run.cases.size() == 1 ? "" : "s");
  std::string separator = ": ";
  const auto count = [&](const std::string& word) {
    const auto found =
        std::count_if(run.cases.begin(), run.cases.end(), [&](const auto& each) { return state_word(each) == word; });
    if (found != 0) text += fmt::format("{}{} {}", std::exchange(separator, ", "), found, word);
  };
  for (const auto state : {State::passed, State::failed, State::crashed, State::timeout, State::broken,
                           State::unsupported, State::precondition, State::not_run})
    count(to_string(state));
  count("flaky");
  if (!run.stopped.empty()) return text + "; stopped after the first that was not as expected";
  return text + (run.complete ? "" : "; the run is not complete");
}

}  // namespace useipsec
