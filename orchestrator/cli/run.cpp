#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "cli/lab_text.h"
#include "cli/options.h"
#include "cli/outputs.h"
#include "cli/published.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "base/error.h"
#include "library/last_failed.h"
#include "report/stored_run.h"
#include "report/tables.h"
#include "run/supervisor.h"

namespace useipsec {

namespace {

struct Options : SelectOptions {
  bool last_failed = false;
  std::string last;  ///< a run's folder; empty: results/latest
  std::string ground = "auto";
  RunOptions run;
  std::string out;
  Outputs outputs;
  bool json = false;
  bool quiet = false, pause = false, pause_unexpected = false;
};

/// The first of run, run-2, run-3 ... that no other run has.
std::string free_name(const std::filesystem::path& results) {
  const auto labs = known_labs(results);
  for (int n = 1;; ++n) {
    const auto name = n == 1 ? std::string("run") : fmt::format("run-{}", n);
    if (std::none_of(labs.begin(), labs.end(), [&](const auto& lab) { return lab.lives() && lab.name == name; })) return name;
  }
}

/// What is to be run, of the last run only what failed where that is asked for.
std::vector<Case> selected(const Library& library, const Options& options) {
  if (!options.last_failed) return select(library, options.wanted);
  const auto where = run_or_latest(options.last, options.home);
  const auto last = in_context("--last-failed", [&] { return read_stored_run(where); });
  say_missing(last);
  auto again = select_failed(library, options.wanted, last.run, from_here(where).string());
  for (const auto& each : again.gone) fmt::print(stderr, "useipsec: {}\n", each);
  return std::move(again.cases);
}

ExitCode run(Options& options) {
  const Library library(Home::find(options.home));
  const auto cases = selected(library, options);
  options.run.ground = ground_of(options.ground);
  if (!options.out.empty()) options.run.out = options.out;
  auto& hold = options.run.hold;
  hold.pause = options.pause ? Pause::always : options.pause_unexpected ? Pause::unexpected : Pause::never;
  hold.enter_goes_on = ::isatty(STDIN_FILENO) == 1;
  if (hold.pause != Pause::never) hold.name = free_name(library.home().results());
  auto* const out = options.json ? stderr : stdout;
  ProgressLine line;
  const RunProgress progress{
      .say = [&](const std::string& text) { line.clear(), fmt::print(out, "{}\n", text), std::fflush(out); },
      .began = [&](const std::string& id, std::size_t done, std::size_t all) { line.show(fmt::format("[{}/{}] {}", done, all, id)); },
      .ended = [&](const CaseResult& one, std::size_t done, std::size_t all) {
        line.clear();
        if (!options.quiet) fmt::print(out, "[{:>{}}/{}] {:<12} {} ({:.1f} s)\n", done, std::to_string(all).size(), all, to_string(one.verdict.state), one.id, one.duration_s);
        std::fflush(out);
      },
      .hold = {.held = [&](const LabState& lab) {
        line.clear();
        fmt::print(out, "\n{}{}\n", lab_text(lab, true), hold.enter_goes_on ? "Enter goes on, as `lab stop` does." : "`lab stop` goes on.");
        std::fflush(out);
      }}};
  const auto finished = supervise(library, cases, options.run, progress);
  write_outputs(options.outputs, finished.result, finished.folder.path());
  if (options.json) {
    fmt::print("{}", run_json_text(finished.result));
    publish_at_end(finished.folder.path(), out);
    return finished.exit_code;
  }
  const bool colour = colour_wanted(STDOUT_FILENO);
  fmt::print("\n{}\n{}\n", case_table(finished.result, colour), claim_table(finished.result, colour));
  double own = 0, whole = 0;
  for (const auto& one : finished.result.cases) own += one.own_s, whole += one.duration_s;
  if (!finished.result.complete && finished.result.stopped.empty()) fmt::print("PARTIAL: not every case was finished.\n");
  fmt::print("{:.0f} s in all; {:.1f} % of the cases' time was the tool's own\nresults: {}\n", finished.result.duration_s, whole > 0 ? 100 * own / whole : 0, finished.folder.path().string());
  publish_at_end(finished.folder.path(), out);
  return finished.exit_code;
}

}  // namespace

Verb run_verb() {
  return {.name = "run", .summary = "Run scenarios with their controls; print the case table and the claim table", .example = "useipsec run 'nd-*' --ground guest\n"
                     "useipsec run --fail-fast --out results/ci\n"
                     "useipsec run --last-failed --run results/ci",
          .declare = [](CLI::App& app) {
            auto options = std::make_shared<Options>();
            add_selection(app, *options);
            auto* last_failed = app.add_flag("--last-failed", options->last_failed, "only what did not pass in the last run or was not reached, with subject and controls");
            app.add_option("--run", options->last, "with --last-failed: the folder of that run (default: results/latest)")->needs(last_failed);
            app.add_flag("--fail-fast", options->run.fail_fast, "begin no further case after the first that is not as expected");
            add_ground(app, options->ground, options->run.guest_kernel);
            app.add_option("--jobs,-j", options->run.jobs, "workers side by side (default: one for each core)");
            app.add_option("--out", options->out, "put the run into this folder");
            add_outputs(app, options->outputs);
            app.add_flag("--pause", options->pause, "stop before each case's lab is taken down, to look inside (`useipsec lab shell NODE`); one case at a time");
            app.add_flag("--pause-unexpected", options->pause_unexpected, "the same, only for cases that did not pass");
            app.add_flag("--json", options->json, "print run.json instead of the tables");
            app.add_flag("--quiet,-q", options->quiet, "no line for each case");
            return [options] { return run(*options); };
          }};
}

}  // namespace useipsec
