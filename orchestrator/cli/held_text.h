#pragma once

#include <string>

#include "inside/agent.h"

namespace useipsec {

/// What a held lab is, what was done in it, and what to type: for people.
std::string held_text(const HeldLab& held);

}  // namespace useipsec
