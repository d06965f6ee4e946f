#pragma once

#include <filesystem>
#include <string>

namespace useipsec {

/// Writes a whole file, its folders made first. Throws Error with the kernel's words.
void write_text(const std::filesystem::path& file, const std::string& text);
/// Writes beside the file and renames, so that a reader sees the old or the new text, never half of one.
void replace_text(const std::filesystem::path& file, const std::string& text);
/// A whole file. Throws Error with the kernel's words.
std::string read_text(const std::filesystem::path& file);

}  // namespace useipsec
