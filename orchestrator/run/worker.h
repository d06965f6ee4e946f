#pragma once

#include <filesystem>
#include <string>

#include "base/exit_code.h"
#include "home/home.h"
#include "run/pause.h"
#include "run/repetition.h"

namespace useipsec {

struct WorkerOptions {
  std::filesystem::path run;  ///< the run's folder
  std::string name;           ///< of the journal
  Repetition repetition = {};
  HoldOptions hold = {};  ///< of it what a worker has to know: `pause` and `until`
};

/// Runs the queue's cases one after the other in namespaces of its own, each that no other worker has claimed. The one
/// code path of both grounds: on the host it is a child of the supervisor, in a guest it is the guest's only job.
ExitCode work(const Home& home, const WorkerOptions& options);

}  // namespace useipsec
