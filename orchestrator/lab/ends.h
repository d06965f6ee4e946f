#pragma once

#include <string>

#include "probe/probe_runner.h"
#include "scenario/scenario.h"

namespace useipsec {

/// The text every payload of this probe begins with; no other probe of any case has it.
std::string token_of(const Case& subject, const Probe& probe);

/// The addresses and interfaces the probe's sockets use, by the topology.
ProbeEnds ends_of(const Topology& topology, const Probe& probe);

}  // namespace useipsec
