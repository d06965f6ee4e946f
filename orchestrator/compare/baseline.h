#pragma once

#include <string>

#include "report/run_result.h"

namespace useipsec {

/// What a suite is compared with, kept in the repository: of each case its state, claims, controls and flows with their
/// outcomes and forms on the judged links, of each claim that was run its status, and what it was made with. Nothing
/// that changes from run to run without meaning: no counts, moments, texts, paths of a machine or evidence.
/// Durations are kept for balancing shards, whole seconds; `previous` (may be null) gives those that are still about
/// right, so that a baseline made anew differs only in what changed.
/// Throws Error (invalid) where the run is not complete, is a shard, or a case of it is flaky or broken: such a run is
/// no measure.
RunResult baseline(const RunResult& run, const RunResult* previous);

/// The same as run.json, one line for each case and each claim, so that a change of it can be read.
std::string baseline_text(const RunResult& baseline);

}  // namespace useipsec
