#pragma once

#include "input/shape.h"

namespace useipsec {

/// The shape of what growth_json gives, from which docs/schemas/growth.json comes.
ShapePtr growth_shape();

}  // namespace useipsec
