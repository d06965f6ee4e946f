#pragma once

#include <sys/types.h>

#include "base/unique_fd.h"

namespace useipsec {

/// A tiny child that outlives us by a moment: when this process is gone, kill -9 included, it kills the process group
/// `group` and ends. The parent-death signal reaches only a guest kernel's first process; the processes it traces would
/// stay behind, stopped for ever.
class GuestGuard {
 public:
  explicit GuestGuard(pid_t group);
  GuestGuard(const GuestGuard&) = delete;
  GuestGuard& operator=(const GuestGuard&) = delete;
  /// Lets the guard go without killing anything: to be called when the group is known to be gone.
  ~GuestGuard();

 private:
  pid_t pid_ = -1;
  UniqueFd life_line_;
};

}  // namespace useipsec
