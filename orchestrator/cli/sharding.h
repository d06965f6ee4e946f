#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/arguments.h"
#include "home/home.h"
#include "report/run_record.h"
#include "scenario/scenario.h"
#include "shard/split.h"

namespace useipsec {

/// --durations, for every verb that shares cases out.
Argument add_durations(Arguments arguments, std::string& durations);

/// Durations and the words for where they are from.
struct KnownDurations {
  Durations seconds;
  std::string source;  ///< empty: nothing was recorded
};

/// Of the run that `named` is; else of the stored baseline, which is the same for all who have the same commit; else
/// none. Not of results/latest unless it is named: what ran last differs by machine, and then so would the split.
KnownDurations known_durations(const std::string& named, const Home& home);

/// Leaves the cases of one shard and says which they are. `written` as shard_place() has it.
ShardRecord take_shard(const std::string& written, const KnownDurations& durations, std::vector<Case>& cases,
                       const std::function<void(const std::string&)>& say);

}  // namespace useipsec
