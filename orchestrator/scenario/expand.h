#pragma once

#include "scenario/scenario_reader.h"
#include "scenario/topology_source.h"

namespace useipsec {

/// All cases of a scenario whose shape was checked and mended: for each engine and variant the subject, then its
/// controls. They can be carried out where `result.diagnostics` stays empty.
/// Complaints about what only shows once patches are applied go to `result.diagnostics`.
void expand(const View& view, const Catalogs& catalogs, TopologySource& topologies, ReadResult& result);

}  // namespace useipsec
