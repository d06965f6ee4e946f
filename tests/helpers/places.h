#pragma once

#include <filesystem>

namespace useipsec {

/// The repository's root.
std::filesystem::path source_dir();
/// Where the programs of tests/helpers/ are built.
std::filesystem::path helpers_dir();

}  // namespace useipsec
