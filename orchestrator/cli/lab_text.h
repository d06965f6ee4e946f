#pragma once

#include <string>

#include "inside/lab_state.h"
#include "scenario/scenario.h"

namespace useipsec {

/// What a lab will be, before it is: its case, network and engine.
std::string plan_text(const Case& subject);
/// "  3  wait up to 10 s until child SA of alice is up - holds (0.4 s)", with a newline.
std::string step_text(std::size_t number, const LabState::Step& step);
/// The verdict so far and what to type next. `alone`: it is the only lab, so nobody need name it.
std::string next_text(const LabState& lab, bool alone);
/// All that is known of a lab that is held.
std::string lab_text(const LabState& lab, bool alone);

}  // namespace useipsec
