#include "run/worker.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "run/case_runner.h"
#include "run/enclosure.h"
#include "run/journal.h"
#include "run/run_folder.h"
#include "library/library.h"

namespace useipsec {

namespace {

int work_through_queue(const Home& home, const WorkerOptions& options) {
  const auto run = RunFolder::open(options.run);
  JournalWriter journal(run.journal(options.name));
  journal.write({{"event", "ready"}});
  const Library library(home);
  Loop loop;
  for (const auto& item : run.read_queue()) {
    if (!run.claim(item.id)) continue;
    journal.write({{"event", "began"}, {"case", item.id}});
    const auto result = run_case(loop, library.find(item.file, item.id), run);
    journal.write({{"event", "ended"}, {"case", item.id}, {"state", to_string(result.verdict.state)}, {"seconds", result.duration_s}});
  }
  journal.write({{"event", "done"}});
  return 0;
}

}  // namespace

ExitCode work(const Home& home, const WorkerOptions& options) {
  const int status = run_enclosed([&] {
    try {
      return work_through_queue(home, options);
    } catch (const std::exception& error) {
      JournalWriter(RunFolder::open(options.run).journal(options.name)).write({{"event", "failed"}, {"why", error.what()}});
      return static_cast<int>(ExitCode::broken);
    }
  });
  return static_cast<ExitCode>(status);
}

}  // namespace useipsec
