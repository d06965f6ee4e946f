#pragma once

#include <string>
#include <vector>

#include "report/run_result.h"

namespace useipsec {

/// What a CI system is told of a case.
enum class Report : std::uint8_t {
  passed,
  failed,   ///< the subject did otherwise than expected: failed, crashed, flaky
  error,    ///< it cannot be told: broken, timeout, not run for a reason that nobody wanted
  skipped,  ///< unsupported, precondition, not run because the run was stopped on purpose
};

Report report_of(const CaseResult& result, const RunResult& run);

/// The cases that did not pass, those first that decide the exit code: error, failed, then skipped; in the run's order.
std::vector<const CaseResult*> worst_first(const RunResult& run);

/// "12 cases: 9 passed, 1 flaky, 2 failed", with what is not complete about the run.
std::string tally(const RunResult& run);

}  // namespace useipsec
