#include <fmt/format.h>

#include <algorithm>

#include "cli/options.h"
#include "cli/verbs.h"
#include "engine/engine.h"
#include "pki/plan.h"

namespace useipsec {

namespace {

struct ProfileOptions : SelectOptions {};

void print_files(const NodeSetup& setup) {
  for (const auto& file : setup.files) fmt::print("--- {}: {}\n{}", setup.node, file.path, file.text);
  for (const auto& sa : setup.sas) {
    fmt::print("--- {}: SA {} -> {} {} {} spi {:#x}\n", setup.node, sa.source.str(), sa.destination.str(),
               sa.protocol == Protocol::ah ? "ah" : "esp", sa.mode == Mode::tunnel ? "tunnel" : "transport", sa.spi);
  }
  for (const auto& policy : setup.policies)
    fmt::print("--- {}: policy {} -> {}\n", setup.node, policy.source.str(), policy.destination.str());
}

ExitCode render(const ProfileOptions& options) {
  const Library library(Home::find(options.home));
  for (const auto& one : select(library, options.wanted)) {
    if (!one.control_of.empty() || one.without_ipsec) continue;
    const auto* engine = find_engine(one.engine);
    fmt::print("=== {}\n", one.id);
    if (const auto why = engine->unsupported(one)) {
      fmt::print("unsupported: {}\n", *why);
      continue;
    }
    for (const auto& certificate : pki_plan(one).certificates)
      fmt::print("--- certificate {}\n", describe(certificate));
    for (const auto& setup : engine->render(one)) print_files(setup);
  }
  return ExitCode::as_expected;
}

}  // namespace

Verb profile_verb() {
  return {.name = "profile",
          .summary = "Show what an engine makes of a scenario's profile: configurations, SAs, policies",
          .example = "useipsec profile render esp-transport-napt",
          .declare = [](Arguments arguments) -> std::function<ExitCode()> {
            auto options = std::make_shared<ProfileOptions>();
            auto sub = arguments.verb("render", "Print each node's configuration; starts nothing");
            add_selection(sub, *options);
            return [options] { return render(*options); };
          }};
}

}  // namespace useipsec
