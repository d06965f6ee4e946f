#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/options.h"
#include "cli/outputs.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "report/grid.h"
#include "report/growth/growth.h"
#include "report/ladder/ladder.h"
#include "report/record_text.h"
#include "report/stored_run.h"
#include "report/story.h"
#include "report/tables.h"

namespace useipsec {

namespace {

struct ShowOptions {
  std::string home, run, id;
  bool json = false, ladder = false, record = false, grid = false, growth = false, unexpected = false;
};

/// Of the whole run: what it was made with, or what came of it as well.
ExitCode show_run(const ShowOptions& options, const StoredRun& stored) {
  if (options.ladder) throw Error("--ladder: expected a case, whose packets to show", ExitCode::invalid);
  if (options.json) {
    fmt::print("{}", run_json_text(stored.run));
    return ExitCode::as_expected;
  }
  say_missing(stored);
  if (!options.record) fmt::print("{}", run_tables(stored.run, colour_wanted(STDOUT_FILENO)));
  fmt::print("{}{}", record_text(stored.run), options.record ? files_text(stored.run) : "");
  return ExitCode::as_expected;
}

ExitCode show_grid(const StoredRun& stored, bool json) {
  const auto grid = grid_of(stored.run);
  if (grid.cells.empty())
    throw Error("expected a run of a grid (`useipsec run --grid NAME`), found none of its cells",
                ExitCode::nothing_selected);
  if (json) {
    print_json(grid_json(grid));
    return ExitCode::as_expected;
  }
  say_missing(stored);
  fmt::print("{}", grid_text(grid, colour_wanted(STDOUT_FILENO)));
  return ExitCode::as_expected;
}

ExitCode show_unexpected(const StoredRun& stored) {
  say_missing(stored);
  const auto text = unexpected_table(stored.run, colour_wanted(STDOUT_FILENO));
  fmt::print("{}",
             text.empty() ? fmt::format("{} cases: {}\n", stored.run.cases.size(), case_totals(stored.run)) : text);
  return ExitCode::as_expected;
}

/// Of the whole run, or of one scenario, what nodes had to hold.
ExitCode show_growth(const StoredRun& stored, const std::string& scenario, bool json) {
  const auto found = growths(stored.run, scenario);
  if (json) {
    print_json(growth_json(found));
    return ExitCode::as_expected;
  }
  say_missing(stored);
  fmt::print("{}", growth_text(found, colour_wanted(STDOUT_FILENO)));
  return ExitCode::as_expected;
}

ExitCode show(const ShowOptions& options) {
  if (options.growth && (options.grid || options.ladder || options.record))
    throw Error("--growth: expected no other table beside it", ExitCode::invalid);
  if (options.record && !options.id.empty())
    throw Error("--record: expected no case, it is the run's", ExitCode::invalid);
  const auto stored = read_stored_run(run_or_latest(options.run, options.home));
  if (options.grid) return show_grid(stored, options.json);
  if (options.growth) return show_growth(stored, options.id, options.json);
  if (options.unexpected) return show_unexpected(stored);
  if (options.id.empty()) return show_run(options, stored);
  const auto& one = find_case(stored, options.id);
  if (options.ladder) {
    const auto picture = ladder(read_stored_case(stored, one));
    if (options.json)
      print_json(ladder_json(picture));
    else
      fmt::print("{}", ladder_text(picture));
    return ExitCode::as_expected;
  }
  if (options.json) {
    print_json(case_json(one));
    return ExitCode::as_expected;
  }
  say_missing(stored);
  fmt::print("{}", story(one, stored.run, colour_wanted(STDOUT_FILENO)));
  return ExitCode::as_expected;
}

}  // namespace

Verb show_verb() {
  return {
      .name = "show",
      .summary = "Tell the story of one case: what was expected, what happened, and why; without a case, the whole run",
      .example = "useipsec show ah-transport-nat@libreswan+napt\nuseipsec show --record --run results/ci",
      .declare = [](Arguments arguments) {
        auto options = std::make_shared<ShowOptions>();
        add_home(arguments, options->home);
        arguments.option("case", options->id,
                         "a case id, as `useipsec list` prints it; with --growth a scenario; none: the tables of the "
                         "run and what it was made with");
        add_run(arguments, options->run);
        arguments.flag("--grid", options->grid, "the whole run as the table of its grid").excludes("case");
        arguments.flag(
            "--growth", options->growth,
            "how many SAs and policies nodes held, by the number of nodes, of scenarios whose variants differ in it");
        arguments.flag("--ladder", options->ladder, "its packets, merged from all links, as a ladder");
        arguments.flag("--record", options->record, "what the run was made with, every file with its SHA-256");
        arguments.flag("--json", options->json,
                       "the case's part of run.json, or all of it; with --ladder useipsec/ladder/1, with --grid "
                       "useipsec/grid/1, with --growth useipsec/growth/1");
        arguments.flag("--unexpected", options->unexpected, "only the cases that did not go as expected, and why")
            .excludes("case")
            .excludes("--grid")
            .excludes("--growth")
            .excludes("--ladder")
            .excludes("--record")
            .excludes("--json");
        return [options] { return show(*options); };
      }};
}

}  // namespace useipsec
