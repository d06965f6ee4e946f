#pragma once

#include "facts/flow_evidence.h"

namespace useipsec {

/// The fact of one direction of one probe: its outcome with the reason, and what contradicts it.
FlowFact flow_fact(const FlowQuestion& question, const Captures& captures);

}  // namespace useipsec
