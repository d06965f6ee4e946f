#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/options.h"
#include "cli/sharding.h"
#include "cli/verbs.h"
#include "shard/place.h"

namespace useipsec {

namespace {

struct ListOptions : SelectOptions {
  unsigned shards = 0;
  std::string durations, format = "text";
  bool json = false;
};

// https://docs.github.com/en/actions/reference/limits: jobs of one matrix.
constexpr unsigned most_of_matrix = 256;

nlohmann::ordered_json as_json(const Case& one) {
  std::vector<std::string> claims;
  for (const auto& claim : one.claims) claims.push_back(claim.id);
  return {{"id", one.id},
          {"scenario", one.scenario},
          {"engine", one.engine},
          {"variant", one.variant},
          {"control_of", one.control_of.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(one.control_of)},
          {"title", one.title},
          {"topology", one.topology.name},
          {"claims", claims},
          {"file", one.file}};
}

void print_json(const std::vector<Case>& cases, const std::optional<Split>& shards) {
  nlohmann::ordered_json document{{"schema", "useipsec/list/1"}, {"cases", nlohmann::ordered_json::array()}};
  for (const auto& one : cases) document["cases"].push_back(as_json(one));
  if (shards) document["shards"] = shards->plan;
  fmt::print("{}\n", document.dump(2));
}

/// One line, as `matrix: ${{ fromJSON(...) }}` takes it; shards without a case would be jobs for nothing.
void print_matrix(const Split& shards) {
  const auto filled = static_cast<std::size_t>(
      std::count_if(shards.plan.begin(), shards.plan.end(), [](const auto& ids) { return !ids.empty(); }));
  auto words = nlohmann::ordered_json::array();
  for (std::size_t index = 1; index <= filled; ++index) words.push_back(fmt::format("{}/{}", index, filled));
  fmt::print("{}\n", nlohmann::ordered_json{{"shard", words}}.dump());
}

void print_shards(const Split& shards) {
  for (std::size_t index = 0; index < shards.plan.size(); ++index)
    fmt::print("shard {}/{}: {} cases, about {:.0f} s\n{}{}\n", index + 1, shards.plan.size(),
               shards.plan[index].size(), shards.seconds[index], shards.plan[index].empty() ? "" : "  ",
               fmt::join(shards.plan[index], "\n  "));
}

ExitCode list(const ListOptions& options) {
  if (options.format == "github-matrix" && (options.json || options.shards == 0 || options.shards > most_of_matrix))
    throw Error(fmt::format("--format github-matrix: expected --shards 1 to {} and no --json", most_of_matrix),
                ExitCode::invalid);
  const Library library(Home::find(options.home));
  const auto cases = select(library, options.wanted);
  std::optional<Split> shards;
  if (options.shards > 0)
    shards = split(cases, known_durations(options.durations, library.home()).seconds, options.shards);
  if (options.json) return print_json(cases, shards), ExitCode::as_expected;
  if (options.format == "github-matrix") return print_matrix(*shards), ExitCode::as_expected;
  if (shards) return print_shards(*shards), ExitCode::as_expected;
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
      fmt::print("  {}\n", one.id);
      if (!claims.empty()) fmt::print("      claims: {}\n", fmt::join(claims, ", "));
    } else {
      fmt::print("    control {}\n", one.id);
    }
  }
  fmt::print("\n{} cases and {} controls\n", subjects, cases.size() - subjects);
  return ExitCode::as_expected;
}

}  // namespace

Verb list_verb() {
  return {.name = "list",
          .summary = "List scenarios as the cases they make, with their controls and claims",
          .example = "useipsec list 'esp-*'\nuseipsec list --shards 8 --format github-matrix",
          .declare = [](Arguments arguments) {
            auto options = std::make_shared<ListOptions>();
            add_selection(arguments, *options);
            auto shards =
                arguments.option("--shards", options->shards, "how the cases are shared out among so many shards")
                    .whole_number(1U, most_shards);
            add_durations(arguments, options->durations).needs(shards);
            arguments
                .option("--format", options->format,
                        "text (default), or github-matrix: the shards as one line for GitHub Actions' `matrix`")
                .one_of({"text", "github-matrix"});
            arguments.flag("--json", options->json, "as JSON (useipsec/list/1)");
            return [options] { return list(*options); };
          }};
}

}  // namespace useipsec
