#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "ground/capability.h"
#include "library/library.h"
#include "report/run_result.h"
#include "run/holding.h"
#include "run/repetition.h"
#include "run/run_folder.h"

namespace useipsec {

struct RunOptions {
  GroundRequest ground = GroundRequest::automatic;
  std::string guest_kernel;  ///< empty: Debian's
  unsigned jobs = 0;         ///< workers; 0: as worker_count() says
  Repetition repetition = {};
  std::optional<std::filesystem::path> out;
  std::string prefix;  ///< of the folder that it makes without `out`, which does not become results/latest then
  HoldOptions hold = {};
  std::optional<ShardRecord> shard = {};  ///< the part of a larger run that the cases are
  std::vector<FileRecord> files = {};  ///< what the record names; empty: the files of the cases. Shards name those of
                                       ///< all shards, so that they can be told to be of one run
};

/// What happens during a run, for whoever shows it.
struct RunProgress {
  std::function<void(const std::string& line)> say;
  std::function<void(const std::string& id, std::size_t finished, std::size_t all)> began;
  std::function<void(const CaseResult& result, std::size_t finished, std::size_t all)> ended;
  HoldEvents hold = {};
};

struct FinishedRun {
  RunResult result;
  RunFolder folder;
  ExitCode exit_code = ExitCode::as_expected;
};

/// Runs the cases on workers and puts the run together. What was finished is kept and marked partial where the run is
/// interrupted or a worker is lost. A run that was stopped on purpose has the exit code of the case it was stopped at.
FinishedRun supervise(const Library& library, const std::vector<Case>& cases, const RunOptions& options,
                      const RunProgress& progress);

}  // namespace useipsec
