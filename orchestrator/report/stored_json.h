#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace useipsec {

/// A JSON file of a result folder. Throws Error (invalid) that says what it is instead: not there, a folder, a pipe, or
/// no JSON, with line and column; a text that just ends is said to be cut off.
/// `name` is how errors call it.
nlohmann::json read_stored_json(const std::filesystem::path& file, const std::string& name);

/// `relative` below `folder`; nothing where it is absolute, climbs out by "..", or leads out through a symbolic link.
/// What a result folder says about its own files is somebody else's word.
std::optional<std::filesystem::path> below(const std::filesystem::path& folder, const std::string& relative);

}  // namespace useipsec
