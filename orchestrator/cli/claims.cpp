#include <fmt/format.h>
#include <unistd.h>

#include <map>
#include <nlohmann/json.hpp>

#include "claims/document.h"
#include "cli/options.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "report/stored_run.h"

namespace useipsec {

namespace {

struct ClaimsOptions {
  std::string home, run;
  bool json = false, markdown = false, not_testable = false;
};

/// The status of every claim after a run.
std::map<std::string, ClaimStatus> statuses(const std::filesystem::path& where) {
  std::map<std::string, ClaimStatus> found;
  for (auto& status : read_stored_run(where).run.claims) found.emplace(status.id, status);
  return found;
}

/// Nothing was run yet where there is no last run; a run that was asked for by name must be there.
std::map<std::string, ClaimStatus> statuses(const ClaimsOptions& options, const Home& home) {
  if (!options.run.empty()) return statuses(options.run);
  const auto latest = home.results() / "latest";
  return std::filesystem::exists(latest) ? statuses(latest) : std::map<std::string, ClaimStatus>();
}

ExitCode claims(const ClaimsOptions& options) {
  const Library library(Home::find(options.home));
  const auto& catalogue = library.claims();
  if (options.markdown) {
    fmt::print("{}", claims_markdown(catalogue));
    return ExitCode::as_expected;
  }
  const auto found = statuses(options, library.home());
  const auto status_of = [&](const std::string& id) {
    const auto status = found.find(id);
    return status == found.end()
               ? ClaimStatus{.id = id, .state = ClaimState::not_run, .why = "no scenario has run it", .cases = {}}
               : status->second;
  };
  if (options.json) {
    nlohmann::ordered_json document{{"schema", "useipsec/claims/1"},
                                    {"claims", nlohmann::ordered_json::array()},
                                    {"not_testable", nlohmann::ordered_json::array()}};
    for (const auto& claim : catalogue.claims) {
      const auto status = status_of(claim.id);
      document["claims"].push_back({{"id", claim.id},
                                    {"group", claim.group},
                                    {"statement", claim.statement},
                                    {"source", claim.sources},
                                    {"status", to_string(status.state)},
                                    {"why", status.why},
                                    {"cases", status.cases}});
    }
    for (const auto& statement : catalogue.not_testable)
      document["not_testable"].push_back(
          {{"statement", statement.statement}, {"source", statement.sources}, {"why", statement.why_not}});
    fmt::print("{}\n", document.dump(2));
    return ExitCode::as_expected;
  }
  std::map<ClaimState, int> totals;
  for (const auto& group : catalogue.groups) {
    fmt::print("{} - {}\n", group.id, group.title);
    for (const auto& claim : catalogue.claims) {
      if (claim.group != group.id) continue;
      const auto status = status_of(claim.id);
      ++totals[status.state];
      fmt::print("  {:<12} {}\n", to_string(status.state), claim.id);
      if (status.state != ClaimState::not_run) fmt::print("               {}\n", status.why);
    }
  }
  fmt::print("not testable\n");
  for (const auto& statement : catalogue.not_testable)
    fmt::print("  {:<12} {}\n               {}\n", to_string(ClaimState::not_testable), statement.statement,
               statement.why_not);
  fmt::print(
      "\n{} claims: {} reproduced, {} contradicted, {} mixed, {} not run; beside them {} statements that are not "
      "testable\n",
      catalogue.claims.size(), totals[ClaimState::reproduced], totals[ClaimState::contradicted],
      totals[ClaimState::mixed], totals[ClaimState::not_run], catalogue.not_testable.size());
  return ExitCode::as_expected;
}

}  // namespace

Verb claims_verb() {
  return {.name = "claims",
          .summary = "Show every claim of the catalogue with its status after the last run",
          .example = "useipsec claims",
          .declare = [](Arguments arguments) {
            auto options = std::make_shared<ClaimsOptions>();
            add_home(arguments, options->home);
            arguments.option("--run", options->run, "a result folder (default: results/latest)");
            arguments.flag("--json", options->json, "as JSON (useipsec/claims/1)");
            arguments.flag("--markdown", options->markdown, "the catalogue as a page");
            return [options] { return claims(*options); };
          }};
}

}  // namespace useipsec
