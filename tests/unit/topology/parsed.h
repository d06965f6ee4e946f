#pragma once

#include <string_view>

#include "base/address.h"

namespace useipsec {

/// Of a text that is one.
inline Address address(std::string_view text) { return *Address::parse(text); }
inline Prefix prefix(std::string_view text) { return *Prefix::parse(text); }

}  // namespace useipsec
