#pragma once

#include "input/shape.h"

namespace useipsec {

/// The format of a scenario file. `merged`: after a variant's and a control's patches were laid over it, when a profile
/// that was null is gone.
ShapePtr scenario_shape(bool merged = false);

}  // namespace useipsec
