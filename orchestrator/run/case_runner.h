#pragma once

#include <functional>

#include "lab/lab.h"
#include "report/run_result.h"
#include "run/run_folder.h"

namespace useipsec {

/// What may look into a lab before it is taken down: called after the timeline, before anything stops.
using BeforeTeardown = std::function<void(Lab&, const CaseResult& so_far)>;

/// Runs one case from network to verdict and writes its folder: observations.json, case.json (its part of run.json), captures,
/// logs, rendered configurations and the scenario as it was. Never throws for what the case does: that is its state.
CaseResult run_case(Loop& loop, const Case& subject, const RunFolder& run, const BeforeTeardown& before_teardown = {});

}  // namespace useipsec
