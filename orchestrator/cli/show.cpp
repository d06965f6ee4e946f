#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/error.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "input/nearest_word.h"
#include "report/story.h"

namespace useipsec {

namespace {

struct Options {
  std::string home, run, id;
  bool json = false;
};

ExitCode show(const Options& options) {
  const std::filesystem::path folder = options.run.empty() ? Home::find(options.home).results() / "latest" : std::filesystem::path(options.run);
  const auto file = std::filesystem::is_directory(folder) ? folder / "run.json" : folder;
  const auto document = nlohmann::json::parse(read_text(file), nullptr, false);
  if (document.is_discarded()) throw Error(file.string() + ": expected JSON", ExitCode::invalid);
  const auto run = in_context(file.string(), [&] { return run_from_json(document); });
  std::vector<std::string> ids;
  for (const auto& one : run.cases) {
    ids.push_back(one.id);
    if (one.id != options.id) continue;
    if (options.json) {
      for (const auto& written : document.at("cases")) {
        if (written.at("id") == options.id) fmt::print("{}\n", written.dump(2));
      }
    } else {
      fmt::print("{}", story(one, run, colour_wanted(STDOUT_FILENO)));
    }
    return ExitCode::as_expected;
  }
  const auto nearest = nearest_word(options.id, ids);
  throw Error(fmt::format("{}: no case \"{}\"{}", file.string(), options.id, nearest.empty() ? fmt::format("; it has {}", listed(ids)) : fmt::format("; did you mean \"{}\"?", nearest)), ExitCode::invalid);
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
