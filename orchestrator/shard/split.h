#pragma once

#include <map>
#include <string>
#include <vector>

#include "report/run_result.h"
#include "scenario/scenario.h"

namespace useipsec {

/// What cases took when they were run before, in seconds, by their ids.
using Durations = std::map<std::string, double>;

/// Of the cases that came to an end by themselves: what was lost or never begun says nothing about the next time.
Durations durations_of(const RunResult& run);

/// Cases shared out among shards.
struct Split {
  std::vector<std::vector<std::string>> plan;  ///< for each shard its cases' ids, in the order of the cases
  std::vector<double> seconds;  ///< for each shard what its cases are expected to take, one after the other
  std::size_t unknown = 0;      ///< cases that no duration was known of
};

/// What a case counts that no duration is known of.
inline constexpr double unknown_case_s = 4;

/// Shares the cases out among `total` shards so that the longest takes as little as a simple rule finds (longest first,
/// each to the shard that has least). A subject and its controls stay together: a control is part of the subject's
/// evidence. Each case is in exactly one shard; the same arguments give the same split on every machine. Where there
/// are more shards than subjects, the last ones are empty.
Split split(const std::vector<Case>& cases, const Durations& durations, unsigned total);

}  // namespace useipsec
