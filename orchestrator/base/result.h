#pragma once

#include <tl/expected.hpp>

#include "base/error.h"

namespace useipsec {

/// A value, or the reason there is none; for callers that branch on the answer. (An alias, so that a later
/// move to std::expected is one line.)
template <class T>
using Result = tl::expected<T, Error>;

/// Turns an Error into the "no value" half of any Result.
inline tl::unexpected<Error> failure(Error error) { return tl::unexpected<Error>(std::move(error)); }

}  // namespace useipsec
