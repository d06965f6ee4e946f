#include <fmt/format.h>

#include "base/error.h"
#include "cli/options.h"
#include "cli/verbs.h"
#include "draw/draw.h"
#include "topology/topology_reader.h"

namespace useipsec {

namespace {

struct Options {
  std::string home, what, format = "svg";
};

ExitCode draw(const Options& options) {
  const auto home = Home::find(options.home);
  const std::filesystem::path file = options.what.find('/') != std::string::npos || options.what.find(".json") != std::string::npos ? std::filesystem::path(options.what) : home.topologies() / (options.what + ".json");
  Diagnostics diagnostics;
  const auto topology = read_topology(file, diagnostics);
  if (!topology) throw Error(diagnostics.text(), ExitCode::invalid);
  fmt::print("{}", options.format == "svg" ? svg(*topology) : options.format == "dot" ? dot(*topology) : mermaid(*topology));
  return ExitCode::as_expected;
}

}  // namespace

Verb draw_verb() {
  return {.name = "draw", .summary = "Draw a topology as SVG, DOT or Mermaid", .example = "useipsec draw napt --format svg > napt.svg",
          .declare = [](CLI::App& app) {
            auto options = std::make_shared<Options>();
            add_home(app, options->home);
            app.add_option("topology", options->what, "a name in topologies/ or a file")->required();
            app.add_option("--format", options->format, "svg, dot or mermaid")->check(CLI::IsMember({"svg", "dot", "mermaid"}));
            return [options] { return draw(*options); };
          }};
}

}  // namespace useipsec
