#pragma once

#include <string>
#include <vector>

#include "facts/flow_evidence.h"

namespace useipsec {

/// The second oracle: what the receiver's SAs counted, beside what the captures showed. Each sentence is a
/// contradiction. Needs the snapshots before and after the probe with the same SAs in both; without them it says
/// nothing.
std::vector<std::string> contradictions(const FlowQuestion& question, const FlowEvidence& evidence,
                                        const FlowFact& fact);

}  // namespace useipsec
