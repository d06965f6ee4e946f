#pragma once

#include "scenario/scenario_reader.h"
#include "scenario/topology_source.h"

namespace useipsec {

/// All cases of a scenario whose shape was checked: for each engine and variant the subject, then its controls.
/// Complaints about what only shows once patches are applied go to `result.diagnostics`.
void expand(const Document& document, const Catalogs& catalogs, TopologySource& topologies, ReadResult& result);

}  // namespace useipsec
