#pragma once

#include <chrono>
#include <string>

#include "proc/process.h"

namespace useipsec {

/// For a program that has nothing to wait for: no machine is so slow that it takes longer.
inline constexpr std::chrono::minutes longest_program{2};

/// A program that ran to its end.
struct Completed {
  ExitStatus status;
  std::string output;  ///< standard output and error as one stream
};

/// Runs a program to its end. Throws Error where it cannot be started, and, with the program's own last words, where
/// the deadline passes (exit code `deadline`) or the loop is interrupted (`interrupted`); it is killed then.
Completed run_program(Loop& loop, const ProcessSpec& spec, const Namespaces& namespaces,
                      Loop::Clock::time_point deadline);

}  // namespace useipsec
