#pragma once

#include <string>

#include "facts/flow_evidence.h"

namespace useipsec {

/// Where a flow's packets were lost and what says why, in one sentence: the last link that showed them, then the
/// evidence in the order filters, kernel counters past that link, at the sender, SA counters, ICMP errors, socket
/// errors, neighbors, daemons.
std::string explain_loss(const FlowQuestion& question, const FlowEvidence& evidence);

}  // namespace useipsec
