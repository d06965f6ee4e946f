#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace useipsec {

/// The JSON Schema of run.json and of what each verb prints with --json, by the file's name below docs/schemas/.
std::map<std::string, nlohmann::ordered_json> output_schemas();

}  // namespace useipsec
