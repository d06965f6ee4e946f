#include "run/supervisor.h"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <map>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/unique_fd.h"
#include "engine/engine.h"
#include "ground/guest.h"
#include "judge/verdict.h"
#include "pki/key_ring.h"
#include "pki/plan.h"
#include "proc/run_program.h"
#include "record/record.h"
#include "report/attempts.h"
#include "run/case_runner.h"
#include "run/exit_codes.h"
#include "run/journal.h"
#include "run/resident_memory.h"
#include "run/run_lock.h"
#include "run/worker_process.h"
#include "version.h"

namespace fs = std::filesystem;
using namespace std::chrono_literals;

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

std::string fill(std::string text, const fs::path& seed) {
  for (auto at = text.find("{seed}"); at != std::string::npos; at = text.find("{seed}", at)) text.replace(at, 6, seed.string());
  return text;
}

/// What engines need made once for all cases; on the host, where a program starts several times faster than in a guest.
void make_seeds(Loop& loop, const Home& home, const std::vector<Case>& cases, const RunFolder& run) {
  fs::create_directories(run.seed());
  fs::create_directory_symlink(home.packages(), run.packages());  // whether there are any or not
  std::vector<Command> done;  // an engine that is made of others asks for what they ask for
  for (const auto& engine : engines()) {
    if (std::none_of(cases.begin(), cases.end(), [&](const Case& one) { return one.engine == engine->name(); })) continue;
    const auto seed = engine->seed();
    for (const auto& folder : seed.folders) fs::create_directories(run.seed() / folder);
    for (const auto& command : seed.commands) {
      if (std::find(done.begin(), done.end(), command) != done.end()) continue;
      done.push_back(command);
      ProcessSpec spec;
      spec.program = fill(command.program, run.seed());
      for (const auto& argument : command.arguments) spec.arguments.push_back(fill(argument, run.seed()));
      const auto made = run_program(loop, spec, {}, Loop::Clock::now() + 30s);
      if (!made.status.success()) throw Error(fmt::format("preparing {}: {}: {}", engine->name(), spec.program, made.output), ExitCode::precondition);
    }
  }
}

/// The keys of all certificates, for the same reason: an RSA key takes a guest seconds.
void make_keys(const std::vector<Case>& cases, const RunFolder& run) {
  KeyRing keys(run.keys());
  for (const auto& one : cases)
    for (const auto& certificate : pki_plan(one).certificates) keys.key(certificate.stem, certificate.key);
}

unsigned worker_count(const RunOptions& options, std::size_t cases) {
  if (cases == 0) return 0;  // a shard that nothing was left for
  if (options.hold.pause != Pause::never) return 1;
  if (options.jobs != 0) return options.jobs;
  const unsigned cores = std::max(1U, std::thread::hardware_concurrency());
  return std::clamp(static_cast<unsigned>((cases * options.repetition.repeat + 2) / 3), 1U, std::min(cores, static_cast<unsigned>(cases)));
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

/// run.json as it is until the run is over, so that a folder can be read at any time: its cases are those that are still
/// to come, and what is finished stands in the cases' own folders.
void write_beginning(const RunFolder& run, RunResult result, const std::vector<Case>& cases, const Library& library) {
  for (const auto& one : cases)
    result.cases.push_back(with_named_files(library.home(), case_not_started(one, State::not_run, "the run has not finished it")));
  result.claims = unjudged(library.claims());
  judge_run(result);
  replace_text(run.run_file(), run_json_text(result));
}

/// What is known before anything runs; the ground's kernel tells about itself when it is up.
RunRecord record_of(Loop& loop, const Library& library, const std::vector<Case>& cases, const RunOptions& options, const RunFolder& run) {
  return {.commit = tool_commit(), .began = utc_now(), .command = own_command(), .kernel = {},
          .programs = used_programs(loop, library.home(), cases, run.seed()), .files = options.files.empty() ? used_files(library.home(), library.claims(), cases) : options.files,
          .request = {.ground = std::string(to_string(options.ground)), .guest_kernel = options.guest_kernel, .jobs = options.jobs,
                      .repeat = options.repetition.repeat, .retries = options.repetition.retries, .fail_fast = options.repetition.fail_fast}};
}

KernelRecord kernel_told(const nlohmann::json& event) {
  return {.release = event.value("release", ""), .version = event.value("version", ""), .machine = event.value("machine", ""),
          .config = event.value("config", ""), .config_sha256 = event.value("config_sha256", "")};
}

std::optional<CaseResult> finished_case(const RunFolder& run, const std::string& id) {
  const auto file = run.case_folder(id) / "case.json";
  if (!fs::exists(file)) return std::nullopt;
  return run_from_json(nlohmann::json::parse(read_text(file))).cases.at(0);
}

}  // namespace

FinishedRun supervise(const Library& library, const std::vector<Case>& cases, const RunOptions& options, const RunProgress& progress) {
  const auto began = Loop::Clock::now();
  std::optional<LabClaim> claim;  // the name first: it costs nothing where another lab has it
  if (options.hold.pause != Pause::never) claim.emplace(library.home().results(), options.hold.name);
  const auto choice = choose(options);
  progress.say(fmt::format("ground: {} - {}", to_string(choice.kind), choice.why));
  auto run = RunFolder::create(library.home().results(), options.out, options.prefix);

  const RunLock lock(run.path());
  Loop loop;
  const SignalsStop signals(loop);
  make_seeds(loop, library.home(), cases, run);
  make_keys(cases, run);
  std::vector<QueuedCase> queue;
  for (const auto& one : cases) queue.push_back({one.id, fs::absolute(one.file)});
  run.write_queue(queue);

  std::map<std::string, const Case*> open;
  for (const auto& one : cases) open[one.id] = &one;
  RunResult result{.tool_version = USEIPSEC_VERSION, .ground = std::string(to_string(choice.kind)), .kernel = {}, .complete = false, .duration_s = 0, .cases = {}, .claims = {}};
  result.shard = options.shard;
  std::map<std::string, CaseResult> results;
  result.record = record_of(loop, library, cases, options, run);
  write_beginning(run, result, cases, library);
  std::optional<Holding> holding;
  if (claim) holding.emplace(loop, *claim, run.path(), std::string(to_string(choice.kind)), options.hold, progress.hold);

  const auto since = [](Loop::Clock::time_point then) { return std::chrono::duration<double>(Loop::Clock::now() - then).count(); };
  Loop::Clock::time_point workers_began;
  const auto hear = [&](const nlohmann::json& event) {
    const auto kind = event.value("event", "");
    const auto id = event.value("case", "");
    if (kind == "failed") progress.say("a worker failed: " + event.value("why", ""));
    if (holding) holding->hear(event);
    if (kind == "ready") {
      result.record.kernel = kernel_told(event);
      if (std::exchange(result.kernel, "Linux " + result.record.kernel.release).empty()) write_beginning(run, result, cases, library);
    }
    if (kind == "done") result.cost.worker_mib = std::max(result.cost.worker_mib, event.value("resident_mib", 0.0));
    if (kind == "began" && result.cost.first_case_s <= 0) result.cost.first_case_s = since(workers_began);
    if (kind == "began") {
      const auto most = options.repetition.most();
      progress.began(most == 1 ? id : fmt::format("{} (attempt {} of {})", id, event.value("attempt", 1), most), results.size(), cases.size());
    }
    if (kind != "ended" || results.count(id) != 0) return;
    if (auto finished = finished_case(run, id)) {
      progress.ended(*finished, results.size() + 1, cases.size());
      results.emplace(id, std::move(*finished));
    }
  };

  // Every journal lives in one folder: one watch tells when any worker has something to say, from a guest as well, whose
  // writes are writes of an ordinary process here.
  const UniqueFd notify(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
  ::inotify_add_watch(notify.get(), (run.path() / ".work").c_str(), IN_MODIFY | IN_CREATE);
  std::vector<JournalReader> journals;
  const auto watch = loop.watch_readable(notify.get(), [&] {
    char buffer[4096];
    while (::read(notify.get(), buffer, sizeof buffer) > 0) {}
    for (auto& journal : journals) journal.read(hear);
  });

  workers_began = Loop::Clock::now();
  std::vector<std::unique_ptr<WorkerProcess>> workers;
  for (unsigned n = 1; n <= worker_count(options, cases.size()); ++n) {
    const auto name = fmt::format("worker-{}", n);
    journals.emplace_back(run.journal(name));
    workers.push_back(start_worker(loop, choice.kind, {.home = library.home().root(), .run = run.path(), .name = name, .guest_kernel = options.guest_kernel, .repetition = options.repetition,
                                                          .hold = options.hold, .bell = holding ? holding->worker_end() : -1}));
    if (holding) holding->worker_started(*workers.back());
  }
  std::vector<std::string> lost;
  for (auto& worker : workers) {
    if (const auto why = worker->wait(); !why.empty()) lost.push_back(why);
  }
  for (auto& journal : journals) journal.read(hear);
  workers.clear();

  const CaseResult* stopped_at = nullptr;
  if (const auto id = run.stopped_at(); id && results.count(*id) != 0) stopped_at = &results.at(*id);
  for (const auto& one : cases) {
    // A lab that was held was judged before: it may have ended in any way since.
    if (results.count(one.id) == 0 && holding && holding->was_held(one.id)) {
      if (auto finished = finished_case(run, one.id)) results.emplace(one.id, std::move(*finished));
    }
    const auto found = results.find(one.id);
    if (found != results.end()) {
      result.cases.push_back(found->second);
      continue;
    }
    const bool started = fs::exists(run.path() / ".work" / "claimed" / one.id);
    const auto why = last_signal != 0                     ? "the run was interrupted"
                     : !started && stopped_at != nullptr ? fmt::format("the run was stopped at {} ({})", stopped_at->id, state_word(*stopped_at))
                     : lost.empty()                      ? "no worker ran it"
                                                         : lost.front();
    const auto state = last_signal == 0 && started ? State::broken : State::not_run;
    const auto attempts = started && options.repetition.several() ? finished_case(run, one.id) : std::nullopt;
    result.cases.push_back(attempts ? cut_short(*attempts, state, why) : with_named_files(library.home(), case_not_started(one, state, why)));
  }
  holding.reset();
  for (const auto& why : lost) progress.say(why);
  result.complete = results.size() == cases.size();
  if (stopped_at != nullptr && !result.complete) result.stopped = "fail-fast";
  result.claims = unjudged(library.claims());
  judge_run(result);
  result.duration_s = since(began);
  result.cost.supervisor_mib = resident_mib();
  if (choice.kind == GroundKind::guest) {  // nothing else that a run starts on this side comes near a guest's size
    result.cost.guest_mib = resident_mib_of_children();
    result.cost.guest_size_mib = static_cast<unsigned>(GuestSpec{}.memory_mib);
  }
  replace_text(run.run_file(), run_json_text(result));
  run.tidy();
  const auto exit_code = last_signal == SIGINT    ? ExitCode::interrupted
                         : last_signal == SIGTERM ? ExitCode::terminated
                         : stopped_at != nullptr  ? exit_code_of(*stopped_at)
                                                  : exit_code_of(result);
  return {std::move(result), std::move(run), exit_code};
}

}  // namespace useipsec
