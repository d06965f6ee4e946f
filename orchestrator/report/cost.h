#pragma once

#include <string>

#include "report/run_result.h"

namespace useipsec {

/// What of some cases' time was the tool's own: everything but daemons, protocol timers and probes.
struct OwnTime {
  double own_s = 0;
  double cases_s = 0;  ///< the whole time of the cases, side by side or not
  /// 0 to 1; 0 where no case took any time.
  double share() const { return cases_s > 0 ? own_s / cases_s : 0; }
};

OwnTime own_time(const CaseResult& result);
OwnTime own_time(const RunResult& run);

/// "0.08 s of 2.10 s (3.8 %)"; empty where no time passed.
std::string own_time_text(const OwnTime& time);
/// "supervisor 31 MiB, a worker 24 MiB, a guest 143 of 512 MiB"; empty where the run does not know.
std::string memory_text(const CostRecord& cost);
/// What a run took of itself, as its last lines say it.
std::string cost_text(const RunResult& run);

}  // namespace useipsec
