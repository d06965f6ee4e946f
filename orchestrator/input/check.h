#pragma once

#include <string>

#include "input/diagnostic.h"
#include "input/shape.h"
#include "input/view.h"

namespace useipsec {

/// Compares the value at `pointer` of the view with its shape and adds every difference to `diagnostics`. True where
/// there is none: then reading it into structs needs no further checks of types, words and ranges.
/// `partial`: the value is a merge patch.
bool check(const View& view, const std::string& pointer, const Shape& shape, Diagnostics& diagnostics,
           bool partial = false);

/// The same for a whole document.
bool check(const Document& document, const Shape& shape, Diagnostics& diagnostics, bool partial = false);

}  // namespace useipsec
