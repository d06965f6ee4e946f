#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "ground/capability.h"
#include "proc/loop.h"
#include "run/pause.h"
#include "run/repetition.h"

namespace useipsec {

struct WorkerStart {
  std::filesystem::path home, run;
  std::string name;
  std::string guest_kernel;  ///< empty: Debian's
  Repetition repetition = {};
  HoldOptions hold = {};
  unsigned beside = 1;  ///< guests of the run that may live at once, this one included: they share the room for memory
  int bell = -1;        ///< borrowed; the worker finds its number in the environment, on both grounds
};

/// A worker from outside. Gone with this object.
class WorkerProcess {
 public:
  virtual ~WorkerProcess() = default;
  /// Waits for its end, at most until `deadline`, which is asked again whenever something happened; empty where it did
  /// all its work, else why not, in words.
  virtual std::string wait(const std::function<Loop::Clock::time_point()>& deadline) = 0;
  /// Ends it at once, with all that it made.
  virtual void kill() = 0;
};

/// Starts this same program as a worker, with the same arguments on both grounds: on the host as a child, else as the
/// only job of a guest.
std::unique_ptr<WorkerProcess> start_worker(Loop& loop, GroundKind ground, const WorkerStart& start);

}  // namespace useipsec
