#pragma once

#include <string>

#include "scenario/scenario.h"

namespace useipsec {

/// The steps of an attacker in words: "mallory replays esp packets of alice on lan".
std::string describe(const ReplayStep& step);
std::string describe(const InjectStep& step);
std::string describe(const TamperStep& step);

}  // namespace useipsec
