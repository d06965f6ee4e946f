#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "cli/options.h"
#include "cli/outputs.h"
#include "cli/verbs.h"
#include "compare/baseline.h"
#include "report/ci/junit.h"
#include "report/ci/tap.h"
#include "report/stored_run.h"

namespace useipsec {

namespace {

struct Options {
  std::string home, run, format, output;
};

/// A baseline that is written over keeps what it can of the one before.
std::string baseline_of(const Options& options, const RunResult& run) {
  const bool known = !options.output.empty() && std::filesystem::exists(options.output);
  const auto previous = known ? std::optional(read_stored_run(options.output)) : std::nullopt;
  return baseline_text(baseline(run, previous ? &previous->run : nullptr));
}

std::string text_of(const Options& options, const StoredRun& stored) {
  if (options.format == "tap") return tap(stored.run);
  if (options.format == "baseline")
    return in_context(stored.folder.string(), [&] { return baseline_of(options, stored.run); });
  return junit_xml(stored.run, {.folder = from_here(stored.folder)});
}

ExitCode report(const Options& options) {
  const auto stored = read_stored_run(run_or_latest(options.run, options.home));
  say_missing(stored);
  if (options.format == "github") {
    write_github(stored.run);
    return ExitCode::as_expected;
  }
  const auto text = text_of(options, stored);
  if (options.output.empty()) {
    fmt::print("{}", text);
  } else {
    replace_text(options.output, text);
  }
  return ExitCode::as_expected;
}

}  // namespace

Verb report_verb() {
  return {
      .name = "report",
      .summary = "Write a stored run, a partial one too, in another form: for a CI system, or as a baseline",
      .example = "useipsec report --format junit --output junit.xml results/latest",
      .declare = [](CLI::App& app) {
        auto options = std::make_shared<Options>();
        add_home(app, options->home);
        app.add_option("run", options->run, "a run's folder or its run.json (default: results/latest)");
        app.add_option(
               "--format", options->format,
               "junit, tap, github (a step's summary and annotations) or baseline (what later runs are compared with)")
            ->required()
            ->check(CLI::IsMember({"junit", "tap", "github", "baseline"}));
        app.add_option("--output,-o", options->output, "write into this file instead of standard output");
        return [options] { return report(*options); };
      }};
}

}  // namespace useipsec
