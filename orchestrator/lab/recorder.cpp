#include "lab/recorder.h"

#include <sys/utsname.h>

#include <ctime>

namespace useipsec {

namespace {

double realtime() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return static_cast<double>(now.tv_sec) + (static_cast<double>(now.tv_nsec) * 1e-9);
}

}  // namespace

Recorder::Recorder() {
  observations_.started_at = realtime();
  utsname names{};
  ::uname(&names);
  observations_.kernel = names.release;
}

Moment Recorder::now() const { return realtime() - observations_.started_at; }

}  // namespace useipsec
