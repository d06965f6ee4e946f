#pragma once

#include <string>

#include "report/run_result.h"

namespace useipsec {

/// The run in the Test Anything Protocol (testanything.org): one test for each case, YAML diagnostics below those that
/// did not pass. Nothing that a file or a daemon said can end a line or a block. Version 13: all that is needed of 14
/// is in it, and Perl's prove refuses 14.
std::string tap(const RunResult& run);

}  // namespace useipsec
