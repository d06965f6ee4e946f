#pragma once

#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "library/library.h"

namespace useipsec {

/// --home, for every verb that reads the project's data.
inline void add_home(CLI::App& app, std::string& home) {
  app.add_option("--home", home, "folder with scenarios/, topologies/ and claims/ (default: the project this program was built in)")->envname("USEIPSEC_HOME");
}

/// What to select: names or files, and the filters.
struct SelectOptions {
  std::string home;
  Wanted wanted;
};

inline void add_selection(CLI::App& app, SelectOptions& options, const std::string& what = "scenario") {
  add_home(app, options.home);
  app.add_option(what, options.wanted.what, "names of scenarios (with * and ?) or files; none: all");
  app.add_option("--engine", options.wanted.engines, "only these engines")->delimiter(',');
  app.add_option("--claim", options.wanted.claims, "only scenarios that bear on one of these claims")->delimiter(',');
}

}  // namespace useipsec
