#pragma once

#include <filesystem>

namespace useipsec {

/// Brings a folder's files into a new one: as hard links, so that both have them and the disk has them once, as copies
/// where the file system does not let it. Only regular files and folders: where a symbolic link leads is the word of
/// whoever made the folder. Throws Error with the kernel's words.
void bring_folder(const std::filesystem::path& from, const std::filesystem::path& to);

/// The same for one file.
void bring_file(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace useipsec
