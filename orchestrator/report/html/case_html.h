#pragma once

#include <filesystem>
#include <string>

#include "report/stored_case.h"

namespace useipsec {

/// How much of a case a page has room for.
enum class CaseDetail { all, tables, verdict };

/// Where the page's links lead.
struct CaseLinks {
  std::filesystem::path run;  ///< the run's folder, as the page's folder sees it; empty: the same
  bool captures = true;       ///< case.pcapng and wireshark/ were written beside the case's evidence
};

/// The case's section of the page. For anything but `all` nothing of `stored` but its result is looked at.
std::string case_html(const StoredCase& stored, const RunResult& run, CaseDetail detail, const CaseLinks& links);

}  // namespace useipsec
