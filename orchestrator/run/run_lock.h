#pragma once

#include <sys/types.h>

#include <filesystem>

#include "base/unique_fd.h"

namespace useipsec {

/// Held by a run's supervisor while it lives, so that others can tell a run that is going on from one that was killed.
/// The kernel lets go of it with the process, by whatever end (fcntl(2), F_SETLK).
class RunLock {
 public:
  /// `run`: the run's folder, whose .work/ is there. A file system without locks is no reason not to run.
  explicit RunLock(const std::filesystem::path& run);

 private:
  UniqueFd file_;
};

/// Whether another process holds the run's lock; false where there is none.
bool is_going_on(const std::filesystem::path& run);

}  // namespace useipsec
