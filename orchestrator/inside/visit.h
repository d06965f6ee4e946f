#pragma once

#include "base/unique_fd.h"
#include "inside/node_program.h"

namespace useipsec {

/// Runs a program in a node of a held lab with this process's standard streams, its signals passed on; where it has a
/// terminal, ours is made raw meanwhile and its size kept in step. Gives the program's exit code, 128 + signal, or what a
/// shell gives for what cannot be started. `gate`: from knock().
int visit(UniqueFd gate, ProgramRequest request);

/// Tells the lab to go on to its end and waits until its holder, or the pause, is over.
void say_stop(UniqueFd gate);

}  // namespace useipsec
