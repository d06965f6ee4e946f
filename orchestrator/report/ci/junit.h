#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "report/run_result.h"

namespace useipsec {

struct JunitOptions {
  /// The run's folder as the reader of the file finds it: attachments are named below it.
  std::filesystem::path folder;
  /// About how large all free text together may become, in bytes; each case gets its share.
  std::size_t text_budget = 8 * 1024 * 1024;
};

/// The run as JUnit XML, as GitLab, Jenkins and the GitHub report actions read it: one suite for each scenario, its
/// controls in it. Not nested any deeper: dorny/test-reporter leaves out what is (its pull request 701).
std::string junit_xml(const RunResult& run, const JunitOptions& options);

}  // namespace useipsec
