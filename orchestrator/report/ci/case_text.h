#pragma once

#include <cstddef>
#include <string>

#include "report/run_result.h"

namespace useipsec {

/// Why a case is not passed, as plain text (plain_text) in lines, of at most `most` bytes: the reason, the expectations
/// that did not hold, the controls, what kernels and daemons said, each attempt. What decided comes first.
std::string case_text(const CaseResult& result, const RunResult& run, std::size_t most);

}  // namespace useipsec
