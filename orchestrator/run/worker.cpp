#include "run/worker.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "inside/agent.h"
#include "run/case_runner.h"
#include "run/enclosure.h"
#include "run/journal.h"
#include "run/run_folder.h"
#include "library/library.h"

namespace useipsec {

namespace {

HeldLab held(const Lab& lab, const CaseResult& so_far, const RunFolder& run) {
  HeldLab held{.case_id = so_far.id, .scenario = so_far.scenario, .state = std::string(to_string(so_far.verdict.state)), .why = so_far.verdict.why,
               .steps = {}, .nodes = places(lab.subject().topology), .folder = run.case_folder(so_far.id)};
  for (const auto& step : so_far.steps) held.steps.push_back({step.text, step.result, step.ended - step.began});
  return held;
}

bool wanted(Pause pause, const CaseResult& so_far) {
  return pause == Pause::always || (pause == Pause::unexpected && so_far.verdict.state != State::passed);
}

int work_through_queue(const Home& home, const WorkerOptions& options) {
  const auto run = RunFolder::open(options.run);
  JournalWriter journal(run.journal(options.name));
  journal.write({{"event", "ready"}});
  const Library library(home);
  Loop loop;
  const auto agent = options.pause == Pause::never ? nullptr : Agent::from_environment(loop);
  const BeforeTeardown before_teardown = [&](Lab& lab, const CaseResult& so_far) {
    if (agent && wanted(options.pause, so_far)) agent->hold(lab, held(lab, so_far, run));
  };
  for (const auto& item : run.read_queue()) {
    if (!run.claim(item.id)) continue;
    journal.write({{"event", "began"}, {"case", item.id}});
    const auto result = run_case(loop, library.find(item.file, item.id), run, before_teardown);
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
