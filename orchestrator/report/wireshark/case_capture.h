#pragma once

#include <string>

#include "report/stored_case.h"

namespace useipsec {

/// All captures of a case as one pcapng file, in the order the packets left: an interface for each node and link, the
/// story of the case as the file's comment, and each step of the timeline as a comment at the first packet after it
/// began.
std::string case_capture(const StoredCase& stored);

}  // namespace useipsec
