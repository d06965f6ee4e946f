#pragma once

#include <cstddef>

#include "ground/capability.h"

namespace useipsec {

/// What of a machine decides how many workers it can bear.
struct Machine {
  unsigned cores = 1;
  std::size_t memory_mib = 0;  ///< that all workers together may have
};

/// This one, now, with half of its free memory, and where workers are guests no more than a folder can hold of theirs.
Machine this_machine(GroundKind ground);

/// How many workers run `attempts` cases, each in at most `worker_mib` of memory: three to a core, because most of a
/// case is waiting for answers, timers and the switches of a guest's processes; no more than the memory holds; one for
/// each three cases, for a guest takes as long to boot as they do. Pure. 0 where there is nothing to run.
unsigned worker_count(const Machine& machine, std::size_t attempts, std::size_t worker_mib);

}  // namespace useipsec
