#pragma once

#include <string>

#include "report/run_result.h"

namespace useipsec {

/// The story of one case, for `useipsec show CASE`: what was expected and why, what happened when, what became of each
/// flow on each link, the SAs, the drops, what the daemons said, each expectation with yes or no, and the files that
/// prove it. `run` is where its controls' verdicts are looked up.
std::string story(const CaseResult& result, const RunResult& run, bool colour);

}  // namespace useipsec
