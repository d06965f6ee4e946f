#include "draw/draw.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/error.h"
#include "cli/options.h"
#include "cli/verbs.h"
#include "report/growth/growth.h"
#include "report/ladder/ladder.h"
#include "report/ladder/overlay.h"
#include "topology/topology_reader.h"

namespace useipsec {

namespace {

struct DrawOptions {
  std::string home, what, run, format = "svg";
  bool ladder = false, growth = false;
};

/// A case of a run: its topology with what went over it, or its packets.
ExitCode draw_case(const DrawOptions& options) {
  const auto run = read_stored_run(run_or_latest(options.run, options.home));
  const auto stored = read_stored_case(run, find_case(run, options.what));
  if (options.ladder) {
    fmt::print("{}", ladder_svg(ladder(stored)));
    return ExitCode::as_expected;
  }
  if (!stored.topology)
    throw Error(fmt::format("{}: {}", options.what, fmt::join(stored.missing, "; ")), ExitCode::invalid);
  if (options.format != "svg")
    throw Error("expected --format svg for a case: only that picture shows what went over the links",
                ExitCode::invalid);
  fmt::print("{}", svg(*stored.topology, overlay(stored)));
  return ExitCode::as_expected;
}

/// A scenario of a run: the SAs that nodes held, by the number of nodes.
ExitCode draw_growth(const DrawOptions& options) {
  if (options.ladder || options.format != "svg")
    throw Error("--growth: expected no --ladder and no other format beside it", ExitCode::invalid);
  const auto found = growths(read_stored_run(run_or_latest(options.run, options.home)).run, options.what);
  if (found.size() > 1) {
    std::vector<std::string> names;
    for (const auto& each : found) names.push_back(each.name);
    throw Error(fmt::format("expected one of {}, found \"{}\"", fmt::join(names, ", "), options.what),
                ExitCode::invalid);
  }
  fmt::print("{}", growth_svg(found.front()));
  return ExitCode::as_expected;
}

ExitCode draw(const DrawOptions& options) {
  if (options.growth) return draw_growth(options);
  if (options.what.find('@') != std::string::npos) return draw_case(options);
  if (options.ladder)
    throw Error(fmt::format("expected a case, whose id has an @, for --ladder; found \"{}\"", options.what),
                ExitCode::invalid);
  const auto home = Home::find(options.home);
  const std::filesystem::path file =
      options.what.find('/') != std::string::npos || options.what.find(".json") != std::string::npos
          ? std::filesystem::path(options.what)
          : home.topologies() / (options.what + ".json");
  Diagnostics diagnostics;
  const auto topology = read_topology(file, diagnostics);
  if (!topology) throw Error(diagnostics.text(), ExitCode::invalid);
  fmt::print("{}", options.format == "svg"   ? svg(*topology)
                   : options.format == "dot" ? dot(*topology)
                                             : mermaid(*topology));
  return ExitCode::as_expected;
}

}  // namespace

Verb draw_verb() {
  return {
      .name = "draw",
      .summary = "Draw a topology, or what a case of a run showed on it, as SVG, DOT or Mermaid",
      .example = "useipsec draw napt --format svg > napt.svg",
      .declare = [](Arguments arguments) {
        auto options = std::make_shared<DrawOptions>();
        add_home(arguments, options->home);
        arguments.option("what", options->what, "a name in topologies/, a file, or a case id; with --growth a scenario")
            .required();
        add_run(arguments, options->run);
        arguments.flag("--ladder", options->ladder, "of a case: its packets, merged from all links, as a ladder (SVG)");
        arguments.flag("--growth", options->growth,
                       "of a scenario whose variants differ in the number of nodes: the SAs that nodes held, by that "
                       "number (SVG)");
        arguments.option("--format", options->format, "svg, dot or mermaid").one_of({"svg", "dot", "mermaid"});
        return [options] { return draw(*options); };
      }};
}

}  // namespace useipsec
