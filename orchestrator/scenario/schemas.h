#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace useipsec {

/// The JSON Schema of every file format, by the file's name below docs/schemas/: what `docs/schemas` holds.
std::map<std::string, nlohmann::ordered_json> schemas();

}  // namespace useipsec
