#pragma once

#include "lab/lab.h"

namespace useipsec {

/// Carries the case's timeline out on a lab, step by step, recording each with its times and result. What ends it before
/// its last step is recorded in Observations::ended_early, with the reason.
void play(Lab& lab, Recorder& recorder);

/// One step in words: "initiate alice".
std::string describe(const Step& step);

}  // namespace useipsec
