#include "shard/evidence.h"

#include <fmt/format.h>

#include "base/error.h"

namespace fs = std::filesystem;

namespace useipsec {

void bring_file(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to.parent_path(), error);
  fs::create_hard_link(from, to, error);
  if (error) fs::copy_file(from, to, error);
  if (error) throw system_error(error.value(), fmt::format("bringing {} to {}", from.string(), to.string()));
}

void bring_folder(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_directories(to, error);
  if (error) throw system_error(error.value(), "making " + to.string());
  for (const auto& entry : fs::directory_iterator(from, error)) {
    const auto status = entry.symlink_status(error);
    if (fs::is_directory(status)) bring_folder(entry.path(), to / entry.path().filename());
    if (fs::is_regular_file(status)) bring_file(entry.path(), to / entry.path().filename());
  }
  if (error) throw system_error(error.value(), "reading " + from.string());
}

}  // namespace useipsec
