#pragma once

namespace useipsec {

/// MiB that this process had resident at its most (getrusage(2), ru_maxrss).
double resident_mib();
/// The same of the largest of all processes below this one that have ended and been waited for.
double resident_mib_of_children();

}  // namespace useipsec
