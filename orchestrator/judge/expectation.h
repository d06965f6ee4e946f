#pragma once

#include "judge/verdict.h"

namespace useipsec {

/// One expectation beside what was observed. `at` is the moment it is about: the snapshot of an ExpectStep, or null for
/// the end of the timeline, where `facts` says it all.
Check check_expectation(const Expectation& expectation, const Case& subject, const Observations& observations,
                        const Facts& facts, const Snapshot* at);

}  // namespace useipsec
