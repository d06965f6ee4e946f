#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/options.h"
#include "cli/verbs.h"
#include "topology/topology_reader.h"

namespace useipsec {

namespace {

struct CheckOptions {
  std::string home;
  std::vector<std::string> files;
  bool json = false;
};

/// Everything else is taken for a scenario.
bool is_topology(const std::string& file) {
  Diagnostics ignored;
  const auto document = Document::read(file, ignored);
  const auto has = [&](const char* key) { return document->root().contains(key); };
  return document && document->root().is_object() && !has("scenario") && (has("nodes") || has("links"));
}

ExitCode check_files(const CheckOptions& options) {
  const Library library(Home::find(options.home));
  Diagnostics errors, warnings;
  std::vector<std::string> fine;
  for (const auto& file : options.files) {
    if (is_topology(file)) {
      if (const auto topology = read_topology(file, errors)) {
        fine.push_back(fmt::format("{}: topology {}, {} nodes, {} links", file, topology->name, topology->nodes.size(),
                                   topology->links.size()));
      }
      continue;
    }
    auto result = library.read(file);
    errors.add(result.diagnostics);
    warnings.add(result.warnings);
    if (!result.cases.empty()) fine.push_back(fmt::format("{}: {} cases", file, result.cases.size()));
  }
  if (options.json) {
    const nlohmann::ordered_json document{
        {"schema", "useipsec/check/1"}, {"errors", errors.json()}, {"warnings", warnings.json()}};
    fmt::print("{}\n", document.dump(2));
  } else {
    fmt::print(stderr, "{}", errors.text());
    for (const auto& warning : warnings.sorted()) fmt::print(stderr, "warning: {}\n", to_string(warning));
    for (const auto& line : fine) fmt::print("{}\n", line);
  }
  return errors.empty() ? ExitCode::as_expected : ExitCode::invalid;
}

}  // namespace

Verb check_verb() {
  return {.name = "check",
          .summary = "Check scenario and topology files; says every mistake with its place",
          .example = "useipsec check my-scenario.json",
          .declare = [](Arguments arguments) {
            auto options = std::make_shared<CheckOptions>();
            add_home(arguments, options->home);
            arguments.option("file", options->files, "scenario or topology files").required();
            arguments.flag("--json", options->json, "as JSON (useipsec/check/1)");
            return [options] { return check_files(*options); };
          }};
}

}  // namespace useipsec
