#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

namespace useipsec {

/// Somebody wants a lab to be held no longer. A file in the run's inside folder: it needs nobody to listen, and one
/// that comes too late names a case whose lab is gone already.
struct Release {
  std::string case_id;
  std::chrono::milliseconds within{30'000};  ///< how long daemons, captures and the verdict may take
  bool operator==(const Release&) const = default;
};

/// Asks for it. Throws Error where the folder is not there.
void ask_for_release(const std::filesystem::path& inside, const Release& release);
/// What was asked for; nothing where nobody has, or it cannot be read.
std::optional<Release> asked_release(const std::filesystem::path& inside);
/// Takes the request away.
void clear_release(const std::filesystem::path& inside);
/// The file's name.
inline constexpr const char* release_name = "release.json";

}  // namespace useipsec
