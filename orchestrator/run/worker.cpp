#include "run/worker.h"

#include <fmt/format.h>
#include <sys/utsname.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "base/error.h"
#include "inside/agent.h"
#include "inside/lab_state.h"
#include "inside/visit_folder.h"
#include "lab/ends.h"
#include "library/library.h"
#include "record/record.h"
#include "run/case_attempts.h"
#include "run/case_runner.h"
#include "run/enclosure.h"
#include "run/exit_codes.h"
#include "run/journal.h"
#include "run/resident_memory.h"
#include "run/run_folder.h"

using namespace std::chrono_literals;

namespace useipsec {

namespace {

/// "alice -- ping -c 1 198.51.100.2": a probe's way, by hand.
std::string example_of(const Case& subject) {
  for (const auto& probe : subject.probes) {
    const auto ends = ends_of(subject.topology, probe);
    if (ends.from_interface.empty()) return fmt::format("{} -- ping -c 1 {}", probe.from, ends.destination.str());
  }
  return {};
}

/// What a worker knows of the lab it holds; the supervisor knows the rest.
LabState state_of(const Lab& lab, const CaseResult& so_far, const RunFolder& run) {
  const auto& subject = lab.subject();
  LabState state;
  state.case_id = subject.id;
  state.scenario = subject.scenario;
  state.engine = subject.engine;
  state.variant = subject.variant;
  state.title = subject.title;
  state.topology = so_far.topology;
  state.folder = run.case_folder(subject.id);
  state.state = to_string(so_far.verdict.state);
  state.why = so_far.verdict.why;
  state.example = example_of(subject);
  for (std::size_t n = 0; n < subject.timeline.size(); ++n) {
    if (n < so_far.steps.size()) {
      const auto& step = so_far.steps[n];
      state.steps.push_back({step.text, step.result, step.ended - step.began});
    } else {
      state.steps.push_back({describe(subject.timeline[n]), "", 0});
    }
  }
  state.nodes = places(subject.topology);
  for (auto& node : state.nodes) node.commands = lab.inspections(node.name);
  utsname names{};
  ::uname(&names);
  state.kernel = names.release;
  return state;
}

bool wanted(Pause pause, const CaseResult& so_far) {
  return pause == Pause::always || (pause == Pause::unexpected && so_far.verdict.state != State::passed);
}

/// Lets people into each case's lab that is to be held.
CaseHooks hooks_for(Agent& agent, JournalWriter& journal, const RunFolder& run, const HoldOptions& options) {
  CaseHooks hooks;
  hooks.play.until = options.until;
  hooks.play.on_step = [&journal, number = std::size_t{0}](const StepRecord& step) mutable {
    journal.write({{"event", "step"},
                   {"number", ++number},
                   {"text", step.text},
                   {"result", step.result},
                   {"seconds", step.ended - step.began}});
  };
  hooks.before_teardown = [&agent, &journal, &run, pause = options.pause](Lab& lab, const CaseResult& so_far) {
    if (!wanted(pause, so_far)) return;
    lab.hand_over();
    journal.write(
        {{"event", "held"}, {"case", so_far.id}, {"lab", nlohmann::json::parse(to_text(state_of(lab, so_far, run)))}});
    agent.hold(lab, run.case_folder(so_far.id));
    journal.write({{"event", "released"}, {"case", so_far.id}});
  };
  return hooks;
}

int work_through_queue(const Home& home, const WorkerOptions& options) {
  const auto run = RunFolder::open(options.run);
  JournalWriter journal(run.journal(options.name));
  const auto kernel = this_kernel();
  journal.write({{"event", "ready"},
                 {"release", kernel.release},
                 {"version", kernel.version},
                 {"machine", kernel.machine},
                 {"config", kernel.config},
                 {"config_sha256", kernel.config_sha256}});
  const Library library(home);
  Loop loop;
  NatProof proof(loop);
  std::unique_ptr<Agent> agent;
  if (options.hold.pause != Pause::never)
    agent = std::make_unique<Agent>(loop, inside_folder(run.path()), Agent::bell_of_environment());
  const auto is_stopped = [&] { return options.repetition.fail_fast && run.stopped_at().has_value(); };
  for (const auto& item : run.read_queue()) {
    // By looking: a guest hears nothing of what the host does in its folders.
    while (!is_stopped() && run.is_to_rest(options.name) && !run.is_claimed(item.id))
      std::this_thread::sleep_for(200ms);
    if (is_stopped()) break;
    if (!run.claim(item.id)) continue;
    std::optional<Case> subject;
    try {
      subject = library.find(item.file, item.id);
    } catch (const Error& error) {  // somebody edits the files of a run that is going on: its other cases do not mind
      journal.write({{"event", "unread"}, {"case", item.id}, {"why", error.what()}});
      continue;
    }
    const auto result =
        run_attempts(run, item.id, options.repetition, [&](unsigned attempt, const std::string& folder) {
          journal.write({{"event", "began"}, {"case", item.id}, {"attempt", attempt}});
          return run_case(loop, library.home(), proof, *subject, run, folder,
                          agent ? hooks_for(*agent, journal, run, options.hold) : CaseHooks{});
        });
    if (options.repetition.fail_fast && is_unexpected(result)) run.stop_at(item.id);
    journal.write({{"event", "ended"},
                   {"case", item.id},
                   {"state", to_string(result.verdict.state)},
                   {"seconds", result.duration_s}});
  }
  journal.write({{"event", "done"}, {"resident_mib", resident_mib()}});
  return 0;
}

}  // namespace

ExitCode work(const Home& home, const WorkerOptions& options) {
  const int status = run_enclosed([&] {
    try {
      return work_through_queue(home, options);
    } catch (const std::exception& error) {
      JournalWriter(RunFolder::open(options.run).journal(options.name))
          .write({{"event", "failed"}, {"why", error.what()}});
      return static_cast<int>(ExitCode::broken);
    }
  });
  return static_cast<ExitCode>(status);
}

}  // namespace useipsec
