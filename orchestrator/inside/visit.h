#pragma once

#include "inside/lab_register.h"
#include "inside/letter.h"

namespace useipsec {

/// Runs a program in a node of a held lab as if it were this process: standard streams, signals, the terminal and its
/// size are passed on. Returns its exit code, as a shell gives it (128 + signal). Throws Error where the lab is not to
/// be entered or is gone meanwhile; where the program was refused the reason goes to standard error.
int visit(const KnownLab& lab, const ProgramRequest& request);

/// The terminal of standard input, where it is one.
std::optional<TerminalSize> terminal_size();

}  // namespace useipsec
