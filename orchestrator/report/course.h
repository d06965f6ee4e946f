#pragma once

#include <string>
#include <string_view>

#include "report/run_result.h"

namespace useipsec {

/// The steps of a case, one below the other behind `margin`: when each began (s), what came of it, how long it took.
std::string steps_text(const CaseResult& result, std::string_view margin);

/// What its daemons said that says what became of the SAs, likewise.
std::string deciding_log_text(const CaseResult& result, std::string_view margin);

}  // namespace useipsec
