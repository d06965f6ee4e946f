#pragma once

#include <string>
#include <vector>

#include "library/library.h"
#include "report/run_result.h"

namespace useipsec {

struct Again {
  std::vector<Case> cases;        ///< subjects with all their controls, as `select` orders them
  std::vector<std::string> gone;  ///< sentences: what did not pass and is in no scenario any more
};

/// What is to be run again after `last`, whose name is for messages: every case of `wanted` that did not pass there, or
/// was not reached, each with its subject and all controls, since one without the others is no evidence. Not what is
/// unsupported: that is as expected. Where `wanted` names nothing, the scenario files are those of `last`.
/// Throws Error as `select` does; nothing_selected where nothing failed, or nothing that fits.
Again select_failed(const Library& library, const Wanted& wanted, const RunResult& last, const std::string& name);

}  // namespace useipsec
