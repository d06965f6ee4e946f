#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "cli/arguments.h"
#include "report/stored_run.h"

namespace useipsec {

/// What CI systems read beside run.json: one result, written in other words.
struct Outputs {
  std::string junit, tap;  ///< files; empty: not asked for
  bool github = false;     ///< a summary for the step and annotations
};

/// --junit, --tap, --github.
void add_outputs(Arguments arguments, Outputs& outputs);

/// Writes what was asked for. `folder`: the run's. Throws Error with the kernel's words.
void write_outputs(const Outputs& outputs, const RunResult& run, const std::filesystem::path& folder);

/// To standard output, indented; text of programs that is not UTF-8 with U+FFFD in its place.
template <class Json>
void print_json(const Json& document) {
  fmt::print("{}\n", document.dump(2, ' ', false, Json::error_handler_t::replace));
}

/// What a stored run lacks, to standard error: nothing that is shown of it looks whole where it is not.
void say_missing(const StoredRun& stored);

/// A path as those who read a report in the current folder find it: relative where it lies below, else absolute.
std::filesystem::path from_here(const std::filesystem::path& path);

/// The summary to the file that $GITHUB_STEP_SUMMARY names, as far as that has room, to standard output where it names
/// none; the annotations to standard output.
void write_github(const RunResult& run);

}  // namespace useipsec
