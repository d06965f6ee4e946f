#include "run/exit_codes.h"

#include <algorithm>

namespace useipsec {

ExitCode exit_code_of(const CaseResult& result) {
  switch (result.verdict.state) {
    case State::broken:
    case State::not_run:
      return ExitCode::broken;
    case State::timeout:
      return ExitCode::deadline;
    case State::failed:
    case State::crashed:
      return ExitCode::unexpected;
    case State::precondition:
      return result.flaky ? ExitCode::unexpected : ExitCode::precondition;
    case State::passed:
    case State::unsupported:
      break;
  }
  return result.flaky ? ExitCode::unexpected : ExitCode::as_expected;
}

ExitCode exit_code_of(const RunResult& run) {
  for (const auto code : {ExitCode::broken, ExitCode::deadline, ExitCode::unexpected, ExitCode::precondition}) {
    const bool any = std::any_of(run.cases.begin(), run.cases.end(), [&](const CaseResult& each) {
      const bool left_out = !run.stopped.empty() && each.verdict.state == State::not_run;
      return !left_out && exit_code_of(each) == code;
    });
    if (any) return code;
  }
  return ExitCode::as_expected;
}

bool is_unexpected(const CaseResult& result) {
  const auto code = exit_code_of(result);
  return result.verdict.state != State::not_run && code != ExitCode::as_expected && code != ExitCode::precondition;
}

}  // namespace useipsec
