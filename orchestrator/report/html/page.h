#pragma once

#include <cstddef>
#include <string>

#include "report/html/case_html.h"
#include "report/stored_run.h"

namespace useipsec {

struct PageOptions {
  CaseLinks links;
  /// About how large the page may become, in bytes. Cases that were not as expected come first to their full room, then
  /// subjects, then controls; the rest are tables, or a verdict alone.
  std::size_t budget = 12'000'000;
};

/// The whole run as one HTML page that needs nothing else: no scripts, no files, no network. Reads the cases' evidence,
/// one after the other.
std::string html_page(const StoredRun& stored, const PageOptions& options);

}  // namespace useipsec
