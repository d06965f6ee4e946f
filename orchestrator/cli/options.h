#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>

#include "ground/capability.h"
#include "library/library.h"

namespace useipsec {

/// --home, for every verb that reads the project's data.
inline void add_home(CLI::App& app, std::string& home) {
  app.add_option("--home", home, "folder with scenarios/, topologies/ and claims/ (default: the project this program was built in)")->envname("USEIPSEC_HOME");
}

/// --ground and --guest-kernel, for every verb that makes labs.
inline void add_ground(CLI::App& app, std::string& ground, std::string& guest_kernel) {
  app.add_option("--ground", ground, "auto, host (this kernel) or guest (a User-Mode Linux kernel)")->check(CLI::IsMember({"auto", "host", "guest"}))->envname("USEIPSEC_GROUND");
  app.add_option("--guest-kernel", guest_kernel, "another User-Mode Linux kernel")->envname("USEIPSEC_GUEST_KERNEL");
}

inline GroundRequest ground_of(const std::string& word) {
  return word == "host" ? GroundRequest::host : word == "guest" ? GroundRequest::guest : GroundRequest::automatic;
}

/// --run, for every verb that reads results.
inline void add_run(CLI::App& app, std::string& run) { app.add_option("--run", run, "a result folder or a run.json (default: results/latest)"); }

/// The run that a verb is to read: what was named, else the last one.
inline std::filesystem::path run_or_latest(const std::string& named, const std::string& home) {
  return named.empty() ? Home::find(home).results() / "latest" : std::filesystem::path(named);
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
