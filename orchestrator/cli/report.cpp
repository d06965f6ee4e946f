#include <fmt/format.h>

#include "base/files.h"
#include "cli/options.h"
#include "cli/outputs.h"
#include "cli/verbs.h"
#include "report/ci/junit.h"
#include "report/ci/tap.h"
#include "report/stored_run.h"

namespace useipsec {

namespace {

struct Options {
  std::string home, run, format, output;
};

ExitCode report(const Options& options) {
  const auto stored = read_stored_run(run_or_latest(options.run, options.home));
  if (options.format == "github") {
    write_github(stored.run);
    return ExitCode::as_expected;
  }
  const auto text =
      options.format == "tap"
          ? tap(stored.run)
          : junit_xml(stored.run, {.folder = from_here(stored.folder)});
  if (options.output.empty()) {
    fmt::print("{}", text);
  } else {
    replace_text(options.output, text);
  }
  return ExitCode::as_expected;
}

}  // namespace

Verb report_verb() {
  return {.name = "report",
          .summary = "Write a stored run, a partial one too, in the words of a CI system",
          .example = "useipsec report --format junit --output junit.xml results/latest",
          .declare = [](CLI::App& app) {
            auto options = std::make_shared<Options>();
            add_home(app, options->home);
            app.add_option("run", options->run, "a run's folder or its run.json (default: results/latest)");
            app.add_option("--format", options->format, "junit, tap or github (a step's summary and annotations)")
                ->required()
                ->check(CLI::IsMember({"junit", "tap", "github"}));
            app.add_option("--output,-o", options->output, "write into this file instead of standard output");
            return [options] { return report(*options); };
          }};
}

}  // namespace useipsec
