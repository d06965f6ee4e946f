#pragma once

#include "input/view.h"
#include "scenario/scenario.h"
#include "scenario/scenario_reader.h"

namespace useipsec {

/// Complains of everything that gives no experiment: dangling references, traffic with no way to go, expectations that
/// nothing can meet, steps that cannot be done. `view` is what the case was made from; what can only be judged with one
/// of its gaps is passed over, and the topology is a gap where it could not be read as a whole. True where the case
/// has profiles and nothing is wrong with one, so that rules can be applied.
bool check_case(const View& view, const Case& subject, const Catalogs& catalogs, Diagnostics& diagnostics);

}  // namespace useipsec
