#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/options.h"
#include "cli/outputs.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "report/stored_run.h"
#include "report/story.h"

namespace useipsec {

namespace {

struct Options {
  std::string home, run, id;
  bool json = false;
};

ExitCode show(const Options& options) {
  const auto stored = read_stored_run(run_or_latest(options.run, options.home));
  const auto& result = find_case(stored, options.id);
  say_missing(stored);
  if (options.json) {
    fmt::print("{}\n", case_json(result).dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
  } else {
    fmt::print("{}", story(result, stored.run, colour_wanted(STDOUT_FILENO)));
  }
  return ExitCode::as_expected;
}

}  // namespace

Verb show_verb() {
  return {.name = "show", .summary = "Tell the story of one case: what was expected, what happened, and why", .example = "useipsec show ah-transport-nat@libreswan+napt",
          .declare = [](CLI::App& app) {
            auto options = std::make_shared<Options>();
            add_home(app, options->home);
            app.add_option("case", options->id, "a case id, as `useipsec list` prints it")->required();
            app.add_option("--run", options->run, "a result folder or a run.json (default: results/latest)");
            app.add_flag("--json", options->json, "the case's part of run.json");
            return [options] { return show(*options); };
          }};
}

}  // namespace useipsec
