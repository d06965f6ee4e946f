#pragma once

#include <sys/types.h>

#include "proc/process.h"

namespace useipsec {

/// A program's standard streams, borrowed for its start.
struct Streams {
  int input = -1, output = -1, error = -1;
  bool terminal = false;  ///< they are a terminal, which becomes the one that controls its session
};

/// Starts the program in its namespaces, in a new session, tied to the life of the calling thread, with these standard
/// streams and nothing else of ours open. Returns once execve() has succeeded; throws Error naming the step that
/// failed, and has reaped the child then.
pid_t launch(const ProcessSpec& spec, const Namespaces& namespaces, const Streams& streams);

}  // namespace useipsec
