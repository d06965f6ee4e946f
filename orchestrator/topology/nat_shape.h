#pragma once

#include "input/shape.h"

namespace useipsec {

/// The format of a node's key "nat": what the box translates and how it behaves.
ShapePtr nat_shape();

}  // namespace useipsec
