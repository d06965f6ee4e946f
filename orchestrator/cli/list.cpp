#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "cli/options.h"
#include "cli/verbs.h"

namespace useipsec {

namespace {

struct Options : SelectOptions {
  bool json = false;
};

nlohmann::ordered_json as_json(const Case& one) {
  std::vector<std::string> claims;
  for (const auto& claim : one.claims) claims.push_back(claim.id);
  return {{"id", one.id}, {"scenario", one.scenario}, {"engine", one.engine}, {"variant", one.variant}, {"control_of", one.control_of.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(one.control_of)},
          {"title", one.title}, {"topology", one.topology.name}, {"claims", claims}, {"file", one.file}};
}

ExitCode list(const Options& options) {
  const Library library(Home::find(options.home));
  const auto cases = select(library, options.wanted);
  if (options.json) {
    nlohmann::ordered_json document{{"schema", "useipsec/list/1"}, {"cases", nlohmann::ordered_json::array()}};
    for (const auto& one : cases) document["cases"].push_back(as_json(one));
    fmt::print("{}\n", document.dump(2));
    return ExitCode::as_expected;
  }
  std::string title;
  std::size_t subjects = 0;
  for (const auto& one : cases) {
    if (one.control_of.empty()) {
      ++subjects;
      if (one.title != title) fmt::print("\n{}\n", one.title);
      title = one.title;
    }
    std::vector<std::string> claims;
    for (const auto& claim : one.claims) claims.push_back(claim.id);
    if (one.control_of.empty()) {
      fmt::print("  {}\n      claims: {}\n", one.id, fmt::join(claims, ", "));
    } else {
      fmt::print("    control {}\n", one.id);
    }
  }
  fmt::print("\n{} cases and {} controls\n", subjects, cases.size() - subjects);
  return ExitCode::as_expected;
}

}  // namespace

Verb list_verb() {
  return {.name = "list", .summary = "List scenarios as the cases they make, with their controls and claims", .example = "useipsec list 'esp-*'",
          .declare = [](CLI::App& app) {
            auto options = std::make_shared<Options>();
            add_selection(app, *options);
            app.add_flag("--json", options->json, "as JSON (useipsec/list/1)");
            return [options] { return list(*options); };
          }};
}

}  // namespace useipsec
