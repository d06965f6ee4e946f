#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "cli/options.h"
#include "cli/outputs.h"
#include "cli/published.h"
#include "cli/run_display.h"
#include "cli/verbs.h"
#include "compare/difference.h"
#include "report/printable.h"
#include "report/stored_run.h"
#include "run/restore.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

struct RerunOptions {
  std::string home, run, id, out, ground, guest_kernel;
  Outputs outputs;
  bool json = false, quiet = false;
};

/// What the stored run asked for, except where the command line says otherwise.
RunOptions asked(const RerunOptions& options, const RunRequest& before) {
  RunOptions run;
  run.ground = ground_of(options.ground.empty() ? before.ground : options.ground);
  run.guest_kernel = options.guest_kernel.empty() ? before.guest_kernel : options.guest_kernel;
  run.jobs = before.jobs;
  run.repetition = {.repeat = before.repeat, .retries = before.retries, .fail_fast = before.fail_fast};
  if (!options.out.empty()) run.out = options.out;
  return run;
}

/// The run as if it had been of these cases alone, so that the rest does not count as gone.
RunResult of_cases(RunResult run, const std::vector<Case>& cases) {
  std::erase_if(run.cases, [&](const CaseResult& each) {
    return std::none_of(cases.begin(), cases.end(), [&](const Case& one) { return one.id == each.id; });
  });
  judge_run(run);
  return run;
}

ExitCode rerun(const RerunOptions& options) {
  auto* const out = options.json ? stderr : stdout;
  const auto before = read_stored_run(run_or_latest(options.run, options.home));
  say_missing(before);
  const auto home = Home::find(options.home);
  auto run = asked(options, before.run.record.request);
  const auto restored = restore(home, before, options.id, [&] {
    run.out = RunFolder::create(home.results(), run.out).path();
    return *run.out / "restored";
  });
  RunDisplay display(out, options.quiet);
  for (const auto& each : restored.remarks) display.say("note: " + each);
  if (before.run.record.files.empty())
    display.say("note: that run does not say what it was made with; the files here are taken");
  const Library library(restored.home);
  const auto finished = supervise(library, restored.cases, run, display.progress());
  write_outputs(options.outputs, finished.result, finished.folder.path());
  if (options.json) fmt::print("{}", run_json_text(finished.result));
  if (!options.json) RunDisplay::print_tables(finished);
  publish_at_end(finished.folder.path(), out);
  const auto before_name = from_here(before.folder).string(), after_name = from_here(finished.folder.path()).string();
  const auto difference = compare(of_cases(before.run, restored.cases), before_name, finished.result, after_name);
  fmt::print(out, "\nbeside {}:\n{}", printable(before_name), difference_text(difference, false));
  fmt::print(out, "`useipsec diff {} {}` says it again\n", printable(before_name), printable(after_name));
  return finished.exit_code;
}

}  // namespace

Verb rerun_verb() {
  return {
      .name = "rerun",
      .summary =
          "Run a stored run's cases again, with its scenarios as they were, and say what differs; exit codes as of run",
      .example = "useipsec rerun results/ci --case ah-transport-nat@libreswan+napt",
      .declare = [](Arguments arguments) {
        auto options = std::make_shared<RerunOptions>();
        add_home(arguments, options->home);
        arguments.option("run", options->run, "a run's folder or its run.json (default: results/latest)");
        arguments.option("--case", options->id, "only this case, with its subject and controls");
        arguments.option("--ground", options->ground, "auto, host or guest (default: as that run asked)")
            .one_of({"auto", "host", "guest"});
        arguments.option("--guest-kernel", options->guest_kernel,
                         "another User-Mode Linux kernel (default: as that run asked)");
        arguments.option("--out", options->out, "put the run into this folder");
        add_outputs(arguments, options->outputs);
        arguments.flag("--json", options->json, "print run.json instead of the tables");
        arguments.flag("--quiet,-q", options->quiet, "no line for each case");
        return [options] { return rerun(*options); };
      }};
}

}  // namespace useipsec
