#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "report/run_result.h"

namespace useipsec {

/// A run as its folder has it, also where the run is still going on, was cut off, or lost files.
struct StoredRun {
  std::filesystem::path folder;
  RunResult run;
  std::vector<std::string> missing;  ///< sentences: what is not there or cannot be read
};

/// Reads a run's folder, or its run.json. What run.json lacks is taken from the cases' own case.json, and the claims
/// are then judged again. Throws Error (invalid) with file and place where there is no run at all, where run.json was
/// written by another program or a newer one, or says what no run says.
StoredRun read_stored_run(const std::filesystem::path& where);

/// The case of that id. Throws Error (invalid) that names the nearest one, or those there are.
const CaseResult& find_case(const StoredRun& stored, const std::string& id);

/// The case's folder; nothing where its id is no name of a folder.
std::optional<std::filesystem::path> case_folder(const StoredRun& stored, const std::string& id);

}  // namespace useipsec
