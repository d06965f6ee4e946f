#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/options.h"
#include "cli/outputs.h"
#include "cli/verbs.h"
#include "compare/difference.h"
#include "report/stored_run.h"

namespace useipsec {

namespace {

struct DiffOptions {
  std::string before, after;
  bool all = false, whole = false, json = false;
};

ExitCode diff(const DiffOptions& options) {
  const auto before = read_stored_run(options.before), after = read_stored_run(options.after);
  for (const auto* each : {&before, &after}) say_missing(*each);
  const auto difference = compare(before.run, options.before, after.run, options.after);
  if (options.json) {
    const auto document = difference_json(difference, {options.before, &before.run}, {options.after, &after.run},
                                          options.all, options.whole);
    print_json(document);
  } else {
    fmt::print("{}", difference_text(difference, options.all));
  }
  return difference.got_worse(options.whole) ? ExitCode::unexpected : ExitCode::as_expected;
}

}  // namespace

Verb diff_verb() {
  return {.name = "diff",
          .summary = "Say what changed from one run to another; exit code 1 when something got worse",
          .example = "useipsec diff results/baseline results/latest",
          .declare = [](Arguments arguments) {
            auto options = std::make_shared<DiffOptions>();
            arguments.option("before", options->before, "a run's folder or its run.json").required();
            arguments.option("after", options->after, "the later one").required();
            arguments.flag("--all", options->all, "what stayed the same, too");
            arguments.flag("--whole", options->whole,
                           "the later run is the whole suite: a case that is gone counts as worse");
            arguments.flag("--json", options->json, "as JSON (useipsec/diff/1)");
            return [options] { return diff(*options); };
          }};
}

}  // namespace useipsec
