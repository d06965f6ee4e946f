#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "input/diagnostic.h"
#include "scenario/scenario.h"

namespace useipsec {

/// What scenario files may refer to.
struct Catalogs {
  std::vector<std::string> claims;   ///< ids
  std::vector<std::string> engines;  ///< names
  std::filesystem::path topologies;  ///< the folder of named topologies
};

/// The cases of one scenario file, or everything that is wrong with it and with the topologies it names.
struct ReadResult {
  std::vector<Case> cases;  ///< empty where there are errors
  std::vector<std::string> tags;
  Diagnostics diagnostics;  ///< errors
  Diagnostics warnings;     ///< lint warnings, by "rule: message"
};

/// Reads a scenario and expands it: for each engine and variant the subject and then its controls. Variants and
/// controls are merge patches (RFC 7396) on the scenario; a control's is applied after the variant's, which may change
/// the control's too.
ReadResult read_scenario(const std::filesystem::path& file, const Catalogs& catalogs);

}  // namespace useipsec
