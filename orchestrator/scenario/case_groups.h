#pragma once

#include <string>
#include <vector>

#include "scenario/scenario.h"

namespace useipsec {

/// What must stay together to be evidence: for each case, in their order, the name of its group. A subject is in one
/// group with its controls, and with the subjects that share a control with it.
std::vector<std::string> groups_of(const std::vector<Case>& cases);

}  // namespace useipsec
