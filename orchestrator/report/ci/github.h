#pragma once

#include <cstddef>
#include <string>

#include "report/run_result.h"

namespace useipsec {

/// GitHub refuses a summary of more than 1 MiB for a step, all that the step wrote to it together.
inline constexpr std::size_t github_summary_limit = 1024 * 1024;
/// Annotations that GitHub shows of each kind for a step.
inline constexpr std::size_t github_annotation_limit = 10;

/// The run as Markdown for $GITHUB_STEP_SUMMARY, at most `most` bytes: the cases that did not pass worst first, the
/// claims that were run, then the rest; what has no room is counted.
std::string github_summary(const RunResult& run, std::size_t most = github_summary_limit);

/// The run as workflow commands for standard output, one a line: an error for each case that was not as expected, worst
/// first, a warning for what this machine lacks and a notice for what an engine cannot do. At most ten of a kind; a
/// notice says how many were left out.
std::string github_annotations(const RunResult& run);

}  // namespace useipsec
