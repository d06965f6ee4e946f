#pragma once

#include <functional>

#include "home/home.h"
#include "lab/timeline.h"
#include "proof/nat_proof.h"
#include "report/run_result.h"
#include "run/run_folder.h"

namespace useipsec {

/// What may be done with a case beside running it.
struct CaseHooks {
  PlayOptions play = {};
  /// Looks into the lab before it is taken down: called after the timeline, before anything stops. The case's folder
  /// holds its evidence and the verdict so far by then.
  std::function<void(Lab&, const CaseResult& so_far)> before_teardown = {};
};

/// Runs one case from network to verdict and writes its folder `name` below the run's: observations.json, case.json
/// (its part of run.json), captures, logs, rendered configurations and the scenario as it was. Never throws for what
/// the case does: that is its state. Files are named as `home` does. `proof`: what the worker knows of NAT boxes; a
/// case with one that is not what it says is broken.
CaseResult run_case(Loop& loop, const Home& home, NatProof& proof, const Case& subject, const RunFolder& run,
                    const std::string& name, const CaseHooks& hooks = {});

/// The result with its files named as records name them.
CaseResult with_named_files(const Home& home, CaseResult result);

/// Writes the case.json of a folder.
void write_case(const std::filesystem::path& folder, const CaseResult& result);

}  // namespace useipsec
