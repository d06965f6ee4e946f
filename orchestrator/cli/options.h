#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "cli/arguments.h"
#include "ground/capability.h"
#include "library/library.h"

namespace useipsec {

/// --home, for every verb that reads the project's data.
inline void add_home(Arguments arguments, std::string& home) {
  arguments
      .option("--home", home,
              "folder with scenarios/, topologies/ and claims/ (default: the project this program was built in)")
      .from_environment("USEIPSEC_HOME");
}

/// --ground and --guest-kernel, for every verb that makes labs.
inline void add_ground(Arguments arguments, std::string& ground, std::string& guest_kernel) {
  arguments.option("--ground", ground, "auto, host (this kernel) or guest (a User-Mode Linux kernel)")
      .one_of({"auto", "host", "guest"})
      .from_environment("USEIPSEC_GROUND");
  arguments.option("--guest-kernel", guest_kernel, "another User-Mode Linux kernel")
      .from_environment("USEIPSEC_GUEST_KERNEL");
}

inline GroundRequest ground_of(const std::string& word) {
  return word == "host" ? GroundRequest::host : word == "guest" ? GroundRequest::guest : GroundRequest::automatic;
}

/// --run, for every verb that reads results.
inline void add_run(Arguments arguments, std::string& run) {
  arguments.option("--run", run, "a result folder or a run.json (default: results/latest)");
}

/// The run that a verb is to read: what was named, else the last one.
inline std::filesystem::path run_or_latest(const std::string& named, const std::string& home) {
  return named.empty() ? Home::find(home).results() / "latest" : std::filesystem::path(named);
}

/// What to select: names or files, and the filters.
struct SelectOptions {
  std::string home;
  Wanted wanted;
};

inline void add_selection(Arguments arguments, SelectOptions& options, const std::string& what = "scenario") {
  add_home(arguments, options.home);
  arguments.option(what, options.wanted.what, "names of scenarios (with * and ?) or files; none: all");
  arguments.option("--engine", options.wanted.engines, "only these engines").separated_by(',');
  arguments.option("--claim", options.wanted.claims, "only scenarios that bear on one of these claims")
      .separated_by(',');
}

}  // namespace useipsec
