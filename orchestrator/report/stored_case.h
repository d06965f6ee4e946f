#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "observe/observations.h"
#include "report/stored_run.h"
#include "topology/topology.h"
#include "wire/capture_file.h"

namespace useipsec {

/// Everything that the folder of one case holds for its report. Moves, does not copy: its packets look at its captures.
struct StoredCase {
  const CaseResult* result = nullptr;
  std::filesystem::path folder;      ///< empty where it has none
  std::optional<Topology> topology;  ///< as it was when the case ran
  std::optional<Observations> observations;
  std::vector<CaptureFile> captures;
  std::vector<std::string> missing;  ///< sentences: what should be there and is not, or cannot be read
};

/// Reads the evidence of one case of a stored run. Never throws for what the folder lacks: `missing` says it. A case
/// that did not start is not expected to have any.
StoredCase read_stored_case(const StoredRun& run, const CaseResult& result);

}  // namespace useipsec
