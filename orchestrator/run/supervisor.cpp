#include "run/supervisor.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "ground/guest.h"
#include "judge/verdict.h"
#include "lab/pace.h"
#include "record/record.h"
#include "report/attempts.h"
#include "run/case_runner.h"
#include "run/exit_codes.h"
#include "run/preparation.h"
#include "run/resident_memory.h"
#include "run/run_lock.h"
#include "run/worker_count.h"
#include "run/workers.h"
#include "version.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

/// Ctrl-C and SIGTERM end the waits; what was finished is kept. One run at a time in a process.
Loop* interruptible = nullptr;
volatile std::sig_atomic_t last_signal = 0;

void on_signal(int number) {
  last_signal = number;
  if (interruptible != nullptr) interruptible->interrupt();
}

class SignalsStop {
 public:
  explicit SignalsStop(Loop& loop) {
    interruptible = &loop;
    last_signal = 0;
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
  }
  ~SignalsStop() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    interruptible = nullptr;
  }
  SignalsStop(const SignalsStop&) = delete;
  SignalsStop& operator=(const SignalsStop&) = delete;
};

GroundChoice choose(const RunOptions& options) {
  auto capabilities = probe_host();
  const auto tools = probe_tools(options.guest_kernel);
  capabilities.insert(capabilities.end(), tools.begin(), tools.end());
  auto choice = choose_ground(options.ground, capabilities);
  if (!choice) throw choice.error();
  return *choice;
}

/// How many workers at least and at most.
std::pair<unsigned, unsigned> number_of_workers(const RunOptions& options, GroundKind ground, std::size_t cases) {
  if (cases == 0) return {0, 0};  // a shard that nothing was left for
  if (options.hold.pause != Pause::never) return {1, 1};
  if (options.jobs != 0) return {options.jobs, options.jobs};
  const auto machine = this_machine(ground);
  return {machine.cores, worker_count(machine, cases * options.repetition.repeat, GuestSpec{}.memory_mib)};
}

/// Of the cases' own, on a machine as slow as they may be run on.
std::chrono::seconds longest_deadline(const std::vector<Case>& cases) {
  std::chrono::seconds longest{0};
  for (const auto& one : cases) longest = std::max(longest, one.deadline);
  return std::chrono::duration_cast<std::chrono::seconds>(longest * Pace::longest);
}

/// Every claim of the catalogue, not judged yet, with what the catalogue says of it.
std::vector<ClaimStatus> unjudged(const Catalogue& catalogue) {
  std::vector<ClaimStatus> statuses;
  for (const auto& claim : catalogue.claims) {
    const auto* group = catalogue.find_group(claim.group);
    ClaimStatus status;
    status.id = claim.id;
    status.group = claim.group;
    status.group_title = group == nullptr ? claim.group : group->title;
    status.statement = claim.statement;
    status.sources = claim.sources;
    statuses.push_back(std::move(status));
  }
  return statuses;
}

/// run.json as it is until the run is over, so that a folder can be read at any time: its cases are those that are
/// still to come, and what is finished stands in the cases' own folders.
void write_beginning(const RunFolder& run, RunResult result, const std::vector<Case>& cases, const Library& library) {
  for (const auto& one : cases)
    result.cases.push_back(
        with_named_files(library.home(), case_not_started(one, State::not_run, "the run has not finished it")));
  result.claims = unjudged(library.claims());
  judge_run(result);
  replace_text(run.run_file(), run_json_text(result));
}

/// What is known before anything runs; the ground's kernel tells about itself when it is up.
RunRecord record_of(Loop& loop, const Library& library, const std::vector<Case>& cases, const RunOptions& options,
                    const RunFolder& run) {
  return {.commit = tool_commit(),
          .began = utc_now(),
          .command = own_command(),
          .kernel = {},
          .programs = used_programs(loop, library.home(), cases, run.seed()),
          .files = options.files.empty() ? used_files(library.home(), library.claims(), cases) : options.files,
          .request = {.ground = std::string(to_string(options.ground)),
                      .guest_kernel = options.guest_kernel,
                      .jobs = options.jobs,
                      .repeat = options.repetition.repeat,
                      .retries = options.repetition.retries,
                      .fail_fast = options.repetition.fail_fast}};
}

KernelRecord kernel_told(const nlohmann::json& event) {
  return {.release = event.value("release", ""),
          .version = event.value("version", ""),
          .machine = event.value("machine", ""),
          .config = event.value("config", ""),
          .config_sha256 = event.value("config_sha256", "")};
}

std::optional<CaseResult> finished_case(const RunFolder& run, const std::string& id) {
  const auto file = run.case_folder(id) / "case.json";
  if (!fs::exists(file)) return std::nullopt;
  return run_from_json(nlohmann::json::parse(read_text(file))).cases.at(0);
}

/// One run from its folder to its end.
class Supervision {
 public:
  Supervision(const Library& library, const std::vector<Case>& cases, const RunOptions& options,
              const RunProgress& progress)
      : library_(library),
        cases_(cases),
        options_(options),
        progress_(progress),
        claim_(claimed(library, options)),
        choice_(choose(options)),
        run_(RunFolder::create(library.home().results(), options.out, options.prefix)),
        lock_(run_.path()),
        signals_(loop_) {}

  FinishedRun go() {
    begin();
    const auto lost = work();
    gather(lost);
    return end();
  }

 private:
  static std::optional<LabClaim> claimed(const Library& library, const RunOptions& options) {
    if (options.hold.pause == Pause::never) return std::nullopt;
    return std::optional<LabClaim>(std::in_place, library.home().results(), options.hold.name);
  }

  void begin() {
    progress_.say(fmt::format("ground: {} - {}", to_string(choice_.kind), choice_.why));
    prepare(loop_, library_.home(), cases_, run_);
    std::vector<QueuedCase> queue;
    for (const auto& one : cases_) queue.push_back({one.id, fs::absolute(one.file)});
    run_.write_queue(queue);
    result_.tool_version = USEIPSEC_VERSION;
    result_.ground = to_string(choice_.kind);
    result_.shard = options_.shard;
    result_.record = record_of(loop_, library_, cases_, options_, run_);
    write_beginning(run_, result_, cases_, library_);
    if (claim_) holding_.emplace(loop_, *claim_, run_.path(), result_.ground, options_.hold, progress_.hold);
  }

  std::vector<LostWorker> work() {
    const auto [least, most] = number_of_workers(options_, choice_.kind, cases_.size());
    workers_began_ = Loop::Clock::now();
    Workers workers(loop_, run_, [this](const WorkerStart& start) { return start_worker(loop_, choice_.kind, start); },
                    {.home = library_.home().root(),
                     .run = run_.path(),
                     .guest_kernel = options_.guest_kernel,
                     .repetition = options_.repetition,
                     .hold = options_.hold,
                     .beside = std::max(1U, most),
                     .bell = holding_ ? holding_->worker_end() : -1},
                    Admission(least, most), {.timeline = longest_deadline(cases_)},
                    {.started =
                         [this](WorkerProcess& worker) {
                           if (holding_) holding_->worker_started(worker);
                         },
                     .said = [this](const nlohmann::json& event) { hear(event); }});
    return workers.work();
  }

  void hear(const nlohmann::json& event) {
    const auto kind = event.value("event", "");
    const auto id = event.value("case", "");
    if (holding_) holding_->hear(event);
    if (kind == "failed") progress_.say("a worker failed: " + event.value("why", ""));
    if (kind == "unread")
      unread_.emplace(id, fmt::format("its file changed while the run went on: {}", event.value("why", "")));
    if (kind == "done") result_.cost.worker_mib = std::max(result_.cost.worker_mib, event.value("resident_mib", 0.0));
    if (kind == "ready") {
      result_.record.kernel = kernel_told(event);
      if (std::exchange(result_.kernel, "Linux " + result_.record.kernel.release).empty())
        write_beginning(run_, result_, cases_, library_);
    }
    if (kind == "began") {
      if (result_.cost.first_case_s <= 0) result_.cost.first_case_s = since(workers_began_);
      const auto most = options_.repetition.most();
      progress_.began(most == 1 ? id : fmt::format("{} (attempt {} of {})", id, event.value("attempt", 1), most),
                      finished_.size(), cases_.size());
    }
    if (kind == "ended") take(id);
  }

  /// A case's result from its folder, where it is there.
  void take(const std::string& id) {
    if (finished_.contains(id)) return;
    auto finished = finished_case(run_, id);
    if (!finished) return;
    progress_.ended(*finished, finished_.size() + 1, cases_.size());
    finished_.emplace(id, std::move(*finished));
  }

  void gather(const std::vector<LostWorker>& lost) {
    // A lab that was held was judged before: it may have ended in any way since.
    for (const auto& one : cases_)
      if (holding_ && holding_->was_held(one.id) && !finished_.contains(one.id))
        if (auto finished = finished_case(run_, one.id)) finished_.emplace(one.id, std::move(*finished));
    holding_.reset();
    if (const auto id = run_.stopped_at(); id && finished_.contains(*id)) stopped_at_ = &finished_.at(*id);
    for (const auto& one : cases_) {
      const auto found = finished_.find(one.id);
      result_.cases.push_back(found != finished_.end() ? found->second : unfinished(one, lost));
    }
    for (const auto& worker : lost)
      progress_.say(worker.case_id.empty() ? worker.why : fmt::format("{}: {}", worker.case_id, worker.why));
  }

  CaseResult unfinished(const Case& one, const std::vector<LostWorker>& lost) const {
    const bool started = fs::exists(run_.path() / ".work" / "claimed" / one.id);
    const auto state = last_signal == 0 && started ? State::broken : State::not_run;
    const auto why = why_unfinished(one.id, started, lost);
    const auto attempts = started && options_.repetition.several() ? finished_case(run_, one.id) : std::nullopt;
    return attempts ? cut_short(*attempts, state, why)
                    : with_named_files(library_.home(), case_not_started(one, state, why));
  }

  std::string why_unfinished(const std::string& id, bool started, const std::vector<LostWorker>& lost) const {
    if (last_signal != 0) return "the run was interrupted";
    if (!started && stopped_at_ != nullptr)
      return fmt::format("the run was stopped at {} ({})", stopped_at_->id, state_word(*stopped_at_));
    if (unread_.contains(id)) return unread_.at(id);
    for (const auto& worker : lost)
      if (worker.case_id == id) return worker.why;
    return lost.empty() ? "no worker ran it" : fmt::format("no worker was left: {}", lost.front().why);
  }

  FinishedRun end() {
    result_.complete = finished_.size() == cases_.size();
    if (stopped_at_ != nullptr && !result_.complete) result_.stopped = "fail-fast";
    result_.claims = unjudged(library_.claims());
    judge_run(result_);
    result_.duration_s = since(began_);
    result_.cost.supervisor_mib = resident_mib();
    if (choice_.kind == GroundKind::guest) {  // nothing else that a run starts on this side comes near a guest's size
      result_.cost.guest_mib = resident_mib_of_children();
      result_.cost.guest_size_mib = static_cast<unsigned>(GuestSpec{}.memory_mib);
    }
    replace_text(run_.run_file(), run_json_text(result_));
    run_.tidy();
    const auto exit_code = last_signal == SIGINT    ? ExitCode::interrupted
                           : last_signal == SIGTERM ? ExitCode::terminated
                           : stopped_at_ != nullptr ? exit_code_of(*stopped_at_)
                                                    : exit_code_of(result_);
    return {std::move(result_), run_, exit_code};
  }

  static double since(Loop::Clock::time_point then) {
    return std::chrono::duration<double>(Loop::Clock::now() - then).count();
  }

  Loop::Clock::time_point began_ = Loop::Clock::now(), workers_began_;
  const Library& library_;
  const std::vector<Case>& cases_;
  const RunOptions& options_;
  const RunProgress& progress_;
  std::optional<LabClaim> claim_;  // the name first: it costs nothing where another lab has it
  GroundChoice choice_;
  RunFolder run_;
  RunLock lock_;
  Loop loop_;
  SignalsStop signals_;
  std::optional<Holding> holding_;
  RunResult result_;
  std::map<std::string, CaseResult> finished_;
  std::map<std::string, std::string> unread_;  // cases whose files a worker could not read any more, and why
  const CaseResult* stopped_at_ = nullptr;
};

}  // namespace

FinishedRun supervise(const Library& library, const std::vector<Case>& cases, const RunOptions& options,
                      const RunProgress& progress) {
  return Supervision(library, cases, options, progress).go();
}

}  // namespace useipsec
