#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "base/result.h"

namespace useipsec {

/// A folder that could hold a guest's memory file (nameless, as large as the guest's memory, filled as it is used).
struct MemoryPlace {
  std::filesystem::path folder;
  std::size_t free_mib = 0;
  bool writable = false;
  bool executable = false;  ///< not mounted noexec: the guest runs code out of its memory
};

/// /dev/shm, $TMPDIR, /tmp and /var/tmp as they are now, in that order.
std::vector<MemoryPlace> memory_places();

/// What the roomiest place that can be used has free. Pure.
std::size_t largest_room_mib(const std::vector<MemoryPlace>& places);

/// The first place that can hold `memory_mib`; else an Error (precondition) that says what is wrong with each. Pure.
Result<std::filesystem::path> choose_memory_place(const std::vector<MemoryPlace>& places, std::size_t memory_mib);

}  // namespace useipsec
