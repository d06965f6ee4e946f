#pragma once

#include <string>

#include "report/run_result.h"

namespace useipsec {

/// One row for each case, a control under its subject, in 80 columns: state, case, what its flows came to; below a case
/// that did not pass, why. Of a run that was stopped on purpose, not those that it did not come to. Ends with a line of
/// totals.
std::string case_table(const RunResult& run, bool colour);

/// One row for each claim that was not merely not run, with why; then how many of all were. In 80 columns.
std::string claim_table(const RunResult& run, bool colour);

}  // namespace useipsec
