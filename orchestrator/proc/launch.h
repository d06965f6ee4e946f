#pragma once

#include <sys/types.h>

#include "proc/process.h"

namespace useipsec {

/// Starts the program in its namespaces, in a new session, tied to the life of the calling thread, with `input` and
/// `output` as its standard streams and nothing else of ours open. Returns once execve() has succeeded; throws Error
/// naming the step that failed, and has reaped the child then.
pid_t launch(Loop& loop, const ProcessSpec& spec, const Namespaces& namespaces, int input, int output);

}  // namespace useipsec
