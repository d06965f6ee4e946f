#pragma once

#include <string>
#include <vector>

#include "input/diagnostic.h"
#include "input/view.h"

namespace useipsec {

/// One of the forms that a scenario is run in: a variant, or a cell of its axes, or the scenario as it is.
struct Variation {
  std::string name;                  ///< "napt", "ah.napt.ikev1"; empty: the scenario as it is
  std::vector<std::string> patches;  ///< pointers to the merge patches that make it, in their order
  std::string control;               ///< the cell that is its control, by name; empty where `controls` alone say
  std::string control_word;          ///< not empty: it is a control itself, called by this value of the control axis
};

/// All of them, in the order of the file; a scenario with axes has the product of their values. None where what makes
/// them is a gap.
std::vector<Variation> variations_of(const View& view);

/// Complains about axes that contradict themselves: names twice, controls and cells that are none.
void check_axes(const View& view, Diagnostics& diagnostics);

}  // namespace useipsec
