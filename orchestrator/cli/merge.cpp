#include "shard/merge.h"

#include <fmt/format.h>

#include "base/error.h"
#include "base/files.h"
#include "cli/outputs.h"
#include "cli/published.h"
#include "cli/terminal.h"
#include "cli/verbs.h"
#include "record/record.h"
#include "report/grid.h"
#include "report/printable.h"
#include "run/exit_codes.h"
#include "run/run_lock.h"
#include "run/supervisor.h"
#include "shard/evidence.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

struct MergeOptions {
  std::vector<std::string> runs;
  std::string out;
  Outputs outputs;
  bool json = false, quiet = false;
};

std::vector<StoredRun> read_all(const std::vector<std::string>& runs) {
  std::vector<StoredRun> all;
  std::string refused;
  for (const auto& each : runs) {
    try {
      if (is_going_on(each))
        throw Error(each + ": the run is still going on; merge it when it has ended", ExitCode::invalid);
      all.push_back(read_stored_run(each));
    } catch (const Error& error) {
      refused += fmt::format("{}{}", refused.empty() ? "" : "\nuseipsec: ", error.what());
    }
  }
  if (!refused.empty()) throw Error(refused, ExitCode::invalid);
  return all;
}

/// What a run has beside its cases: its own run.json, and what guests said.
void bring_rest(const StoredRun& run, const fs::path& to) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(run.folder, error)) {
    const auto name = entry.path().filename().string();
    const auto status = entry.symlink_status(error);
    if (name.rfind("guest-", 0) == 0 && fs::is_directory(status)) bring_folder(entry.path(), to / name);
    if (name == "run.json" && fs::is_regular_file(status)) bring_file(entry.path(), to / name);
  }
}

ExitCode merge_runs(const MergeOptions& options) {
  const auto runs = read_all(options.runs);
  auto merged = merge(runs);
  merged.run.record.command = own_command();
  auto folder = RunFolder::create({}, fs::path(options.out));
  for (const auto& [from, to] : merged.evidence) {
    std::error_code error;
    if (fs::is_directory(from, error)) bring_folder(from, folder.path() / to);
  }
  for (std::size_t number = 0; number < runs.size(); ++number)
    bring_rest(runs[number], folder.path() / "parts" / std::to_string(number + 1));
  replace_text(folder.run_file(), run_json_text(merged.run));
  folder.tidy();
  write_outputs(options.outputs, merged.run, folder.path());
  if (options.json) {
    fmt::print("{}", run_json_text(merged.run));
  } else if (!options.quiet) {
    fmt::print("{}", run_tables(merged.run, colour_wanted(STDOUT_FILENO)));
  }
  auto* const out = options.json ? stderr : stdout;
  fmt::print(out, "merged {} run{}\n", runs.size(), runs.size() == 1 ? "" : "s");
  for (const auto& each : merged.remarks) fmt::print(out, "note: {}\n", each);
  if (!merged.run.complete) fmt::print(out, "PARTIAL: not every case was finished.\n");
  fmt::print(out, "results: {}\n", printable(folder.path().string()));
  publish_at_end(folder.path(), out);
  return exit_code_of(merged.run);
}

}  // namespace

Verb merge_verb() {
  return {.name = "merge",
          .summary = "Put the runs of shards together into one, its claims judged over all; exit codes as of run",
          .example = "useipsec merge results/shard-* --out results/whole",
          .declare = [](Arguments arguments) {
            auto options = std::make_shared<MergeOptions>();
            arguments
                .option("run", options->runs,
                        "folders of runs, of shards or others; versions and files have to be the same in all")
                .required();
            arguments
                .option("--out", options->out,
                        "put the merged run into this folder, which holds none yet; the runs stay as they are")
                .required();
            add_outputs(arguments, options->outputs);
            arguments.flag("--json", options->json, "print run.json instead of the tables");
            arguments.flag("--quiet,-q", options->quiet, "no tables");
            return [options] { return merge_runs(*options); };
          }};
}

}  // namespace useipsec
