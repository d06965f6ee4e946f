#pragma once

#include <vector>

#include "home/home.h"
#include "proc/loop.h"
#include "run/run_folder.h"
#include "scenario/scenario.h"

namespace useipsec {

/// Makes what engines need once for all cases, and the keys of all certificates: on the host, where a program starts
/// several times faster than in a guest, and an RSA key does not take seconds. Throws Error (precondition) with the
/// words of the program that failed.
void prepare(Loop& loop, const Home& home, const std::vector<Case>& cases, const RunFolder& run);

}  // namespace useipsec
