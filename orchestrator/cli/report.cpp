#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/files.h"
#include "cli/options.h"
#include "cli/outputs.h"
#include "cli/published.h"
#include "cli/verbs.h"
#include "compare/baseline.h"
#include "report/ci/junit.h"
#include "report/ci/tap.h"
#include "report/html/publish.h"
#include "report/stored_run.h"

namespace useipsec {

namespace {

struct ReportOptions {
  std::string home, run, format = "html", output;
  bool json = false;
};

/// A baseline that is written over keeps what it can of the one before.
std::string baseline_of(const ReportOptions& options, const RunResult& run) {
  const bool known = !options.output.empty() && std::filesystem::exists(options.output);
  const auto previous = known ? std::optional(read_stored_run(options.output)) : std::nullopt;
  return baseline_text(baseline(run, previous ? &previous->run : nullptr));
}

std::string text_of(const ReportOptions& options, const StoredRun& stored) {
  if (options.format == "tap") return tap(stored.run);
  if (options.format == "baseline")
    return in_context(stored.folder.string(), [&] { return baseline_of(options, stored.run); });
  return junit_xml(stored.run, {.folder = from_here(stored.folder)});
}

/// The page, and beside it the captures as Wireshark opens them.
void write_page(const ReportOptions& options, const StoredRun& stored) {
  const auto page = options.output.empty() ? stored.folder / "report.html" : std::filesystem::path(options.output);
  const auto published = publish(stored, page);
  if (!options.json) return print_published(published);
  const nlohmann::ordered_json document{{"schema", "useipsec/report/1"},  {"page", published.page.string()},
                                        {"captures", published.captures}, {"command", published.command},
                                        {"missing", stored.missing},      {"problems", published.problems}};
  print_json(document);
}

ExitCode report(const ReportOptions& options) {
  if (options.json && options.format != "html")
    throw Error("--json says what was written for --format html; " + options.format + " is printed as it is",
                ExitCode::invalid);
  const auto stored = read_stored_run(run_or_latest(options.run, options.home));
  say_missing(stored);
  if (options.format == "html") {
    write_page(options, stored);
  } else if (options.format == "github") {
    write_github(stored.run);
  } else if (options.output.empty()) {
    fmt::print("{}", text_of(options, stored));
  } else {
    replace_text(options.output, text_of(options, stored));
  }
  return ExitCode::as_expected;
}

}  // namespace

Verb report_verb() {
  return {.name = "report",
          .summary = "Write a stored run, a partial one too, as one HTML page with its captures, or in another form",
          .example = "useipsec report results/latest",
          .declare = [](Arguments arguments) {
            auto options = std::make_shared<ReportOptions>();
            add_home(arguments, options->home);
            arguments.option("run", options->run, "a run's folder or its run.json (default: results/latest)");
            arguments
                .option("--format", options->format,
                        "html (default), junit, tap, github (a step's summary and annotations) or baseline (what "
                        "later runs are compared with)")
                .one_of({"html", "junit", "tap", "github", "baseline"});
            arguments.option(
                "--output,-o", options->output,
                "write into this file (default: report.html in the run's folder; other forms: standard output)");
            arguments.flag("--json", options->json, "with html: what was written, as JSON (useipsec/report/1)");
            return [options] { return report(*options); };
          }};
}

}  // namespace useipsec
