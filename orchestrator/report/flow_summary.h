#pragma once

#include <string>

#include "report/run_result.h"

namespace useipsec {

/// What became of a case's flows in one line, flows that fared alike together:
/// "protected as esp-in-udp: ping, udp both ways; degraded 2/3 as esp: trigger". Answers to what never arrived are left
/// out: there was nothing to answer. Empty where the case has no flows.
std::string flow_summary(const CaseResult& result);

}  // namespace useipsec
