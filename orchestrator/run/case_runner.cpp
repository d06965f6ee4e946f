#include "run/case_runner.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <memory>

#include "base/files.h"
#include "engine/engine.h"
#include "lab/timeline.h"
#include "routing/routing.h"
#include "topology/topology_writer.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

/// Everything below the case's folder, relative to the run's folder.
std::vector<std::string> evidence_in(const RunFolder& run, const fs::path& folder) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(fs::relative(entry.path(), run.path()));
  }
  std::sort(files.begin(), files.end());
  return files;
}

/// What the engine needs and this machine lacks; nothing where all is there.
std::optional<std::string> lacking(const Engine& engine, const fs::path& packages) {
  for (const auto& [program, remedy] : programs_of(engine, packages))
    if (::access(program.c_str(), X_OK) != 0)
      return fmt::format("engine {}: {} is not there; {}", engine.name(), program, remedy);
  return std::nullopt;
}

std::optional<std::string> lacking_daemon(const Case& subject) {
  for (const auto& setup : render_routing(subject)) {
    for (const auto& daemon : setup.daemons)
      if (::access(daemon.command.program.c_str(), X_OK) != 0)
        return fmt::format("routing: {} is not there; setup/debian installs it", daemon.command.program);
  }
  return std::nullopt;
}

CaseResult written(const Home& home, const fs::path& folder, CaseResult unnamed) {
  auto result = with_named_files(home, std::move(unnamed));
  write_case(folder, result);
  return result;
}

CaseResult judged(const Case& subject, const Observations& observations, const RunFolder& run, const fs::path& folder) {
  const auto facts = establish(subject, observations, folder);
  return case_result(subject, observations, facts, judge(subject, observations, facts), evidence_in(run, folder));
}

/// No box is used before it was seen to be what its file says.
void prove_nats(NatProof& proof, const Case& subject, Recorder& recorder) {
  const Stopwatch stopwatch(recorder, "proving-nat");
  auto& nats = recorder.observations().nats;
  nats = proof.of(subject.topology);
  if (const auto why = disproof(nats); !why.empty()) throw Error(why);
}

}  // namespace

CaseResult with_named_files(const Home& home, CaseResult result) {
  for (auto* file : {&result.file, &result.topology_file})
    if (!file->empty()) *file = home.name_of(*file);
  return result;
}

void write_case(const fs::path& folder, const CaseResult& result) {
  RunResult alone;
  alone.complete = true;
  alone.cases.push_back(result);
  replace_text(folder / "case.json", run_json_text(alone));
}

CaseResult run_case(Loop& loop, const Home& home, NatProof& proof, const Case& subject, const RunFolder& run,
                    const std::string& name, const CaseHooks& hooks) {
  const auto folder = run.path() / name;
  fs::create_directories(folder);
  if (const auto why = unsupported_routing(subject))
    return written(home, folder, case_not_started(subject, State::unsupported, *why));
  if (const auto why = lacking_daemon(subject))
    return written(home, folder, case_not_started(subject, State::precondition, *why));
  if (!subject.without_ipsec) {
    const auto* engine = find_engine(subject.engine);
    if (const auto why = engine->unsupported(subject))
      return written(home, folder, case_not_started(subject, State::unsupported, *why));
    std::error_code none;
    if (const auto why = lacking(*engine, fs::read_symlink(run.packages(), none)))
      return written(home, folder, case_not_started(subject, State::precondition, *why));
  }
  Recorder recorder;
  double held = 0;  // a person's time, not the case's
  const auto spent = [&] { return recorder.now() - held; };
  const auto conclude = [&] {
    auto& observations = recorder.observations();
    auto& timings = observations.timings;
    timings["total"] = spent();
    // The subject's time is what daemons, protocol timers and probes take; the rest is ours.
    timings["own"] = timings["total"];
    for (const char* part : {"daemon-start", "daemon-stop", "keying", "probing", "waiting"})
      timings["own"] -= timings[part];
    write_text(folder / "observations.json", observations_text(observations));
    const auto began = spent();
    auto result = judged(subject, observations, run, folder);
    result.own_s += spent() - began;
    result.duration_s = spent();
    return written(home, folder, std::move(result));
  };
  try {
    fs::copy_file(subject.file, folder / "scenario.json", fs::copy_options::overwrite_existing);
    write_text(folder / "topology.json", topology_text(subject.topology));
    prove_nats(proof, subject, recorder);
    const auto lab = std::make_unique<Lab>(loop, subject, folder, run.seed(), recorder);
    play(*lab, recorder, hooks.play);
    if (hooks.before_teardown) {
      lab->settle();
      const auto so_far = conclude();
      const auto began = recorder.now();
      hooks.before_teardown(*lab, so_far);
      held = recorder.now() - began;
    }
    lab->finish();
  } catch (const Error& error) {
    const char* kind = error.exit_code() == ExitCode::precondition  ? "precondition: "
                       : error.exit_code() == ExitCode::interrupted ? "interrupted: "
                                                                    : "broken: ";
    if (recorder.observations().ended_early.empty())
      recorder.observations().ended_early = std::string(kind) + error.what();
  }
  try {
    return conclude();
  } catch (const Error& error) {
    return written(home, folder, case_not_started(subject, State::broken, error.what()));
  }
}

}  // namespace useipsec
