#pragma once

#include "input/shape.h"

namespace useipsec {

/// The shape of what ladder_json gives, from which docs/schemas/ladder.json comes.
ShapePtr ladder_shape();

}  // namespace useipsec
