#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "home/home.h"
#include "report/stored_run.h"
#include "scenario/scenario.h"

namespace useipsec {

/// What a stored run's cases are run from again.
struct Restored {
  Home home;  ///< ours, or one with the files as the run had them
  std::vector<Case> cases;
  std::vector<std::string> remarks;  ///< sentences: which files are not ours, and what could not be had as it was
};

/// The stored run's cases, or one of them with its subject and controls. Where the files of `home` have the SHA-256
/// that the run recorded they are taken; else a project is made in the folder that `folder` gives (asked only then),
/// with the scenarios and topologies that the run kept, and the rest from `home`. Throws Error (invalid) where there is
/// no such case, or a scenario was neither kept nor is in `home`.
Restored restore(const Home& home, const StoredRun& stored, const std::string& case_id,
                 const std::function<std::filesystem::path()>& folder);

}  // namespace useipsec
