#pragma once

#include <optional>
#include <string>

#include "input/diagnostic.h"
#include "input/shape.h"
#include "input/view.h"

namespace useipsec {

/// Compares the value at `pointer` of the view with its shape and adds every difference to `diagnostics`. True where
/// there is none, not even in gaps, of which nothing is said: then reading it into structs needs no further checks of
/// types, words and ranges.
/// `partial`: the value is a merge patch.
bool check(const View& view, const std::string& pointer, const Shape& shape, Diagnostics& diagnostics,
           bool partial = false);

/// A value of the right form that says as little as can be.
Json stand_in(const Shape& shape);

/// The same as check() for the whole view, and makes every part of the wrong form a gap: what is left has the shape and
/// can be read into structs, and checked for its meaning.
void check_and_mend(View& view, const Shape& shape, Diagnostics& diagnostics);

/// A document mended so; its keys that are written twice are gaps too. Nothing where it has not even the shape's JSON
/// type.
std::optional<View> mended(const Document& document, const Shape& shape, Diagnostics& diagnostics);

/// The same as check() for a whole document.
bool check(const Document& document, const Shape& shape, Diagnostics& diagnostics, bool partial = false);

}  // namespace useipsec
