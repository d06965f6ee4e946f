#pragma once

#include "draw/draw.h"
#include "report/stored_case.h"

namespace useipsec {

/// What a case showed on its topology: SAs between their ends, and each flow along its path with what was on each link,
/// how far it came and what became of it. Flows that fared alike on the same way share a lane.
Overlay overlay(const StoredCase& stored);

}  // namespace useipsec
