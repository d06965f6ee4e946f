#pragma once

#include <string>
#include <vector>

#include "report/run_result.h"

namespace useipsec {

/// Cases of a run that differ in how many nodes of one stem were generated, and in nothing else that their names tell.
struct Series {
  std::string scenario, engine, stem;
  std::string rest;  ///< the values of the axes but the one that sets n, joined by dots; empty without axes
  std::vector<const CaseResult*> cases;  ///< in the order of the run
};

/// Every case with generated nodes, in the series it belongs to; one with a single n, or of a single case, too.
std::vector<Series> series_of(const RunResult& run);

}  // namespace useipsec
