#pragma once

#include <vector>

#include "observe/observations.h"
#include "proc/loop.h"
#include "topology/nat_policy.h"

namespace useipsec {

/// Builds the box on the bench and measures what it does, without IPsec, by small exchanges through it: what the remote
/// hosts see, and what reaches the inside (RFC 5780 section 3 asks in the same way). Takes some tens of milliseconds,
/// and the lifetime where that is measured. Throws Error where the bench itself does not work.
std::vector<NatMeasurement> measure_nat(Loop& loop, const NatPolicy& policy);

/// The same for a box that translates IPv6: as what the outside sees the inside, and whether it can begin.
std::vector<NatMeasurement> measure_nat_v6(Loop& loop, const NatPolicy& policy);

}  // namespace useipsec
