#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "report/stored_run.h"

namespace useipsec {

/// What was written for people to read.
struct Published {
  std::filesystem::path page;
  std::size_t captures = 0;           ///< cases with case.pcapng and wireshark/ in their folders
  std::string command;                ///< opens the first of them; empty: there is none
  std::vector<std::string> problems;  ///< sentences: what could not be written
};

/// Writes the page of a run to `page`, and into the folder of each case all its captures as one (case.pcapng) with a
/// Wireshark configuration that holds the keys (wireshark/). Throws Error where the page cannot be written; captures
/// that cannot are problems.
Published publish(const StoredRun& stored, const std::filesystem::path& page);

}  // namespace useipsec
