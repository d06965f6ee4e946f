#pragma once

namespace useipsec {

/// What the program's exit status says; the same through a guest. Contract: docs/architecture.md.
enum class ExitCode : int {
  as_expected = 0,
  unexpected = 1,  ///< at least one case did otherwise than its scenario expects
  invalid = 2,     ///< usage or an invalid file
  nothing_selected = 3,
  precondition = 77,  ///< this machine lacks something; `useipsec doctor` says what
  deadline = 124,
  broken = 125,  ///< our own fault, so that `git bisect run` skips
  interrupted = 130,
  terminated = 143,
};

}  // namespace useipsec
