#pragma once

#include <functional>
#include <string>

#include "report/run_result.h"
#include "run/repetition.h"
#include "run/run_folder.h"

namespace useipsec {

/// One attempt: runs the case in that folder below the run's, writes its case.json, and gives its result alone.
using RunOne = std::function<CaseResult(unsigned attempt, const std::string& folder)>;

/// Runs one case as often as is asked for. The evidence of each attempt is kept: that of the one that decides in the
/// case's folder, so that it is read as if it had been run once, the others' beside it in `<case>~<attempt>`; case.json
/// of the case's folder tells of all of them, those of the others of one each. It is written after each attempt, so
/// that a worker that is killed leaves what it had.
CaseResult run_attempts(const RunFolder& run, const std::string& id, const Repetition& repetition,
                        const RunOne& run_one);

}  // namespace useipsec
