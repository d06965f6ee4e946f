#pragma once

#include "base/exit_code.h"
#include "report/run_result.h"

namespace useipsec {

/// What the case alone makes of a run: 125 (broken or not-run), 124 (timeout), 1 (failed, crashed, or flaky in any
/// other way), 77 (precondition), else 0; an unsupported case changes nothing.
ExitCode exit_code_of(const CaseResult& result);

/// The first that any case has of 125, 124, 1, 77; else 0. Cases that were not run because the run was stopped on
/// purpose have no say.
ExitCode exit_code_of(const RunResult& run);

/// The subject did otherwise than expected, or it cannot be told: what --fail-fast stops at and --retries runs again.
/// Not what an engine or this machine cannot do, which stays so however often it is tried.
bool is_unexpected(const CaseResult& result);

}  // namespace useipsec
