#include "cli/outputs.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <fstream>

#include "base/error.h"
#include "base/files.h"
#include "report/ci/github.h"
#include "report/ci/junit.h"
#include "report/ci/tap.h"
#include "report/printable.h"

namespace fs = std::filesystem;

namespace useipsec {

void add_outputs(Arguments arguments, Outputs& outputs) {
  arguments.option("--junit", outputs.junit, "write JUnit XML into this file");
  arguments.option("--tap", outputs.tap, "write TAP into this file");
  arguments.flag("--github", outputs.github, "print annotations, and add a summary to $GITHUB_STEP_SUMMARY");
}

void say_missing(const StoredRun& stored) {
  for (const auto& each : stored.missing) fmt::print(stderr, "useipsec: {}\n", printable(each));
}

fs::path from_here(const fs::path& path) {
  std::error_code error;
  const auto whole = fs::weakly_canonical(path, error), here = fs::current_path(error);
  const auto relative = whole.lexically_relative(here);
  return relative.empty() || *relative.begin() == ".." ? whole : relative;
}

void write_outputs(const Outputs& outputs, const RunResult& run, const fs::path& folder) {
  if (!outputs.junit.empty()) replace_text(outputs.junit, junit_xml(run, {.folder = from_here(folder)}));
  if (!outputs.tap.empty()) replace_text(outputs.tap, tap(run));
  if (outputs.github) write_github(run);
}

void write_github(const RunResult& run) {
  const char* file = std::getenv("GITHUB_STEP_SUMMARY");
  if (file == nullptr || *file == '\0') {
    fmt::print("{}\n", github_summary(run));
  } else {
    std::error_code none;
    const auto written = fs::exists(file, none) ? fs::file_size(file, none) : 0;
    const auto room = github_summary_limit - std::min<std::uintmax_t>(written, github_summary_limit);
    std::ofstream stream(file, std::ios::binary | std::ios::app);
    stream << github_summary(run, room) << std::flush;
    const int code = errno;
    if (!stream) throw system_error(code, fmt::format("adding the summary to {} ($GITHUB_STEP_SUMMARY)", file));
  }
  fmt::print("{}", github_annotations(run));
}

}  // namespace useipsec
