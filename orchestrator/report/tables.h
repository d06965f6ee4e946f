#pragma once

#include <string>

#include "report/run_result.h"

namespace useipsec {

/// One row for each case, a control under its subject, in 80 columns: state, case, what its flows came to; below a case
/// that was run several times, what its attempts came to, and below one that did not pass, why. Of a run that was
/// stopped on purpose, not those that it did not come to. Ends with a line of totals.
std::string case_table(const RunResult& run, bool colour);

/// After a line that says how many of how many, the cases that went otherwise than expected or came to nothing, each
/// with its flows and why, the first few with what led to it, those that were not run together; empty where there are
/// none. The end of a log is where people look.
std::string unexpected_table(const RunResult& run, bool colour);

/// "9 passed, 1 failed, 2 flaky"; "none" where there is no case.
std::string case_totals(const RunResult& run);

/// One row for each claim that was not merely not run, with why; then how many of all were. In 80 columns.
std::string claim_table(const RunResult& run, bool colour);

}  // namespace useipsec
