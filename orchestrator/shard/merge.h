#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "report/stored_run.h"

namespace useipsec {

/// A case's folder of one run and its name in the merged one.
struct Evidence {
  std::filesystem::path from;
  std::string to;
};

/// Several runs as one.
struct Merged {
  RunResult run;
  std::vector<Evidence> evidence;
  std::vector<std::string> remarks;  ///< sentences: what is missing, cut off or there twice
};

/// Puts runs together, shards of one run or others: their cases, what they say they were made with, the claims judged
/// again over all. A case of a shard that is not there is `not-run` and names that shard.
/// A case that several runs have is taken where it came to a verdict rather than where the machine or we were at fault;
/// where verdicts differ it is flaky, with each as an attempt. Every such case is in the remarks and in `parts`.
/// Throws Error (invalid), all reasons at once: a run is there twice, has no run.json, they are shards of different
/// runs, or were made with different versions, kernels, programs or files.
Merged merge(const std::vector<StoredRun>& runs);

}  // namespace useipsec
