#include "run/resident_memory.h"

#include <sys/resource.h>

namespace useipsec {

namespace {

double most_resident_mib(int whose) {
  rusage usage{};
  ::getrusage(whose, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;  // it counts KiB
}

}  // namespace

double resident_mib() { return most_resident_mib(RUSAGE_SELF); }
double resident_mib_of_children() { return most_resident_mib(RUSAGE_CHILDREN); }

}  // namespace useipsec
