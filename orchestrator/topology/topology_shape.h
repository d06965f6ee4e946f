#pragma once

#include "input/shape.h"

namespace useipsec {

/// The format of a topology file, and of a topology written inside a scenario.
ShapePtr topology_shape();

}  // namespace useipsec
