#pragma once

#include <string>

#include "base/exit_code.h"
#include "inside/lab_register.h"

namespace useipsec {

struct LabStopOptions {
  std::string home, name;
  unsigned within_s = 30;
};

/// The lab of that name, or the only one there is, also one that ended without a word. Throws Error: nothing_selected
/// where there is none at all, invalid for a name that fits none or where there are several to choose from.
KnownLab wanted_lab(const std::filesystem::path& results, const std::string& name);

/// `lab stop`: asks for an orderly end, and kills what holds the lab where that does not come.
ExitCode lab_stop(const LabStopOptions& options);

}  // namespace useipsec
