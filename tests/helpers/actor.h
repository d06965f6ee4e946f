#pragma once

#include <string>

#include "helpers/places.h"

namespace useipsec {

/// The program of tests that start one: it does what its arguments say (actor.cpp).
inline const std::string actor = helpers_dir() / "actor";

}  // namespace useipsec
