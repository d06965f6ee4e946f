#pragma once

#include <sys/types.h>

#include "base/unique_fd.h"
#include "proc/process.h"

namespace useipsec {

/// A child that outlives its starter: in a session of its own, so that no Ctrl-C and no hang-up of the starter's
/// terminal reaches it. It reads nothing, and all that it prints arrives at `channel`.
struct DetachedProcess {
  pid_t pid = -1;
  UniqueFd
      channel;  ///< a socket whose other end is the child's standard output and error: it sees there when we are gone
};

/// Starts it with the caller's environment and folder. Of `spec` the program and its arguments count. Throws Error.
DetachedProcess start_detached(const ProcessSpec& spec);

}  // namespace useipsec
