#pragma once

#include <functional>
#include <optional>

#include "lab/lab.h"

namespace useipsec {

/// How far a timeline is carried out, and who hears of it.
struct PlayOptions {
  std::optional<std::size_t> until = {};                ///< only this many steps; none: all of them
  std::function<void(const StepRecord&)> on_step = {};  ///< after each
};

/// Carries the case's timeline out on a lab, step by step, recording each with its times and result. What ends it
/// before its last step is recorded in Observations::ended_early, with the reason.
void play(Lab& lab, Recorder& recorder, const PlayOptions& options = {});

/// One step in words: "initiate alice".
std::string describe(const Step& step);

}  // namespace useipsec
