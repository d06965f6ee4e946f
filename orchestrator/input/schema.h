#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "input/shape.h"

namespace useipsec {

/// The draft-07 JSON Schema of a shape: the same format for editors and other people's tools. Named shapes become
/// definitions, a merge patch of one the definition `<name>-patch`.
nlohmann::ordered_json to_schema(const Shape& shape, const std::string& id, const std::string& title);

}  // namespace useipsec
