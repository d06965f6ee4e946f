#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/error.h"
#include "cli/options.h"
#include "cli/outputs.h"
#include "cli/published.h"
#include "cli/run_display.h"
#include "cli/sharding.h"
#include "cli/verbs.h"
#include "input/nearest_word.h"
#include "library/last_failed.h"
#include "record/record.h"
#include "report/stored_run.h"
#include "run/supervisor.h"

namespace useipsec {

namespace {

struct RunVerbOptions : SelectOptions {
  std::string grid;
  bool last_failed = false;
  std::string last;  ///< a run's folder; empty: results/latest
  std::string ground = "auto";
  RunOptions run;
  std::string out, shard, durations;
  Outputs outputs;
  bool json = false;
  bool quiet = false, pause = false, pause_unexpected = false;
};

/// The first of run, run-2, run-3 ... that no other run has.
std::string free_name(const std::filesystem::path& results) {
  const auto labs = known_labs(results);
  for (int n = 1;; ++n) {
    const auto name = n == 1 ? std::string("run") : fmt::format("run-{}", n);
    if (std::none_of(labs.begin(), labs.end(), [&](const auto& lab) { return lab.lives() && lab.name == name; }))
      return name;
  }
}

/// The file of a grid. Throws Error (invalid) with the nearest name.
std::filesystem::path grid_file(const Home& home, const std::string& name) {
  std::vector<std::string> names;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(home.grids(), none))
    if (entry.path().extension() == ".json") names.push_back(entry.path().stem());
  std::sort(names.begin(), names.end());
  if (std::find(names.begin(), names.end(), name) != names.end()) return home.grids() / (name + ".json");
  const auto nearest = nearest_word(name, names);
  throw Error(fmt::format("expected a grid: {}; found \"{}\"{}", listed(names), name,
                          nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest)),
              ExitCode::invalid);
}

/// What is to be run, of the last run only what failed where that is asked for.
std::vector<Case> selected(const Library& library, const RunVerbOptions& options) {
  if (!options.last_failed) return select(library, options.wanted);
  const auto where = run_or_latest(options.last, options.home);
  const auto last = in_context("--last-failed", [&] { return read_stored_run(where); });
  say_missing(last);
  auto again = select_failed(library, options.wanted, last.run, from_here(where).string());
  for (const auto& each : again.gone) fmt::print(stderr, "useipsec: {}\n", each);
  return std::move(again.cases);
}

constexpr unsigned most_attempts = 1000;

void refuse_contradictions(const RunVerbOptions& options) {
  const auto& repetition = options.run.repetition;
  if (repetition.repeat > 1 && repetition.retries > 0)
    throw Error(
        "expected --repeat or --retries, found both: the one runs each case a number of times whatever comes of it, "
        "the other only until it passes",
        ExitCode::invalid);
  if (repetition.several() && (options.pause || options.pause_unexpected))
    throw Error(
        fmt::format("expected --{} or --pause, found both: a lab that is held is that of the only attempt at its case",
                    repetition.repeat > 1 ? "repeat" : "retries"),
        ExitCode::invalid);
}

ExitCode run(RunVerbOptions& options) {
  refuse_contradictions(options);
  const Library library(Home::find(options.home));
  if (!options.grid.empty()) options.wanted.what = {grid_file(library.home(), options.grid).string()};
  auto cases = selected(library, options);
  options.run.ground = ground_of(options.ground);
  if (!options.out.empty()) options.run.out = options.out;
  auto& hold = options.run.hold;
  hold.pause = options.pause ? Pause::always : options.pause_unexpected ? Pause::unexpected : Pause::never;
  hold.enter_goes_on = ::isatty(STDIN_FILENO) == 1;
  if (hold.pause != Pause::never) hold.name = free_name(library.home().results());
  auto* const out = options.json ? stderr : stdout;
  RunDisplay display(out, options.quiet, hold.enter_goes_on);
  if (!options.shard.empty()) {
    options.run.files = used_files(library.home(), library.claims(), cases);
    options.run.shard = take_shard(options.shard, known_durations(options.durations, library.home()), cases,
                                   [&](const std::string& text) { display.say(text); });
  }
  const auto finished = supervise(library, cases, options.run, display.progress());
  write_outputs(options.outputs, finished.result, finished.folder.path());
  if (options.json)
    fmt::print("{}", run_json_text(finished.result));
  else
    RunDisplay::print_tables(finished);
  publish_at_end(finished.folder.path(), out);
  return finished.exit_code;
}

}  // namespace

Verb run_verb() {
  return {
      .name = "run",
      .summary = "Run scenarios with their controls; print the case table and the claim table",
      .example =
          "useipsec run 'nd-*' --ground guest\n"
          "useipsec run --fail-fast --out results/ci\n"
          "useipsec run esp-transport-napt --repeat 20 --fail-fast\n"
          "useipsec run --retries 2\n"
          "useipsec run --last-failed --run results/ci\n"
          "useipsec run --shard 2/4 --out results/shard-2",
      .declare = [](Arguments arguments) {
        auto options = std::make_shared<RunVerbOptions>();
        add_selection(arguments, *options);
        arguments
            .option("--grid", options->grid,
                    "every cell of a grid (grids/NAME.json), and a table of what became of each")
            .excludes("scenario");
        auto last_failed =
            arguments.flag("--last-failed", options->last_failed,
                           "only what did not pass in the last run or was not reached, with subject and controls");
        arguments.option("--run", options->last, "with --last-failed: the folder of that run (default: results/latest)")
            .needs(last_failed);
        auto& repetition = options->run.repetition;
        arguments.flag("--fail-fast", repetition.fail_fast,
                       "begin no further case, nor attempt, after the first that is not as expected");
        arguments
            .option("--repeat", repetition.repeat,
                    "run each case so many times, and say how often it came to which state")
            .whole_number(1, most_attempts);
        arguments
            .option("--retries", repetition.retries,
                    "run a case that is not as expected up to so many times more; if it passes then it is flaky, which "
                    "is no success")
            .whole_number(0, most_attempts);
        add_ground(arguments, options->ground, options->run.guest_kernel);
        arguments.option("--jobs,-j", options->run.jobs,
                         "workers side by side (default: three for each core, as far as memory goes)");
        arguments.option("--out", options->out, "put the run into this folder");
        auto shard = arguments.option(
            "--shard", options->shard,
            "run only shard i of n, as 2/4, for `useipsec merge` to put together; auto: what GitLab CI, a Kubernetes "
            "Indexed Job or a Slurm array says in the environment; auto/n: the same where it does not say how many");
        add_durations(arguments, options->durations).needs(shard);
        add_outputs(arguments, options->outputs);
        arguments.flag("--pause", options->pause,
                       "stop before each case's lab is taken down, to look inside (`useipsec lab shell NODE`); one "
                       "case at a time");
        arguments.flag("--pause-unexpected", options->pause_unexpected, "the same, only for cases that did not pass");
        arguments.flag("--json", options->json, "print run.json instead of the tables");
        arguments.flag("--quiet,-q", options->quiet, "no line for each case");
        return [options] { return run(*options); };
      }};
}

}  // namespace useipsec
