#include "ground/guest_memory.h"

#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>

namespace useipsec {

std::vector<MemoryPlace> memory_places() {
  std::vector<std::filesystem::path> folders{"/dev/shm"};
  if (const char* chosen = std::getenv("TMPDIR"); chosen != nullptr && *chosen == '/') folders.emplace_back(chosen);
  folders.emplace_back("/tmp");
  folders.emplace_back("/var/tmp");
  std::vector<MemoryPlace> places;
  for (const auto& folder : folders) {
    struct statvfs about {};
    if (::statvfs(folder.c_str(), &about) < 0) continue;
    places.push_back({.folder = folder,
                      .free_mib = static_cast<std::size_t>(about.f_bavail) * about.f_frsize >> 20,
                      .writable = ::access(folder.c_str(), W_OK) == 0,
                      .executable = (about.f_flag & ST_NOEXEC) == 0});
  }
  return places;
}

std::size_t largest_room_mib(const std::vector<MemoryPlace>& places) {
  std::size_t largest = 0;
  for (const auto& place : places)
    if (place.writable && place.executable) largest = std::max(largest, place.free_mib);
  return largest;
}

Result<std::filesystem::path> choose_memory_place(const std::vector<MemoryPlace>& places, std::size_t memory_mib) {
  std::string reasons;
  for (const auto& [folder, free_mib, writable, executable] : places) {
    std::string reason;
    if (!writable)
      reason = "is not writable";
    else if (!executable)
      reason = "is mounted noexec";
    else if (free_mib < memory_mib)
      reason = fmt::format("has {} MiB free", free_mib);
    if (reason.empty()) return folder;
    reasons += fmt::format("{}{} {}", reasons.empty() ? "" : ", ", folder.string(), reason);
  }
  return failure(Error(fmt::format("no folder can hold {} MiB of guest memory: {}; set TMPDIR to one that can",
                                   memory_mib, reasons.empty() ? "none exists" : reasons),
                       ExitCode::precondition));
}

}  // namespace useipsec
