#pragma once

#include <filesystem>
#include <string>

#include "base/files.h"
#include "judge/verdict.h"
#include "report/stored_case.h"
#include "report/stored_run.h"
#include "topology/topology_writer.h"
#include "unit/facts/trial.h"

namespace useipsec {

/// A result folder on disk, as a run leaves it, filled from hand-made cases. Gone with this object.
class ResultFolder {
 public:
  ResultFolder() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    auto name = fmt::format("results-{}-{}", test->test_suite_name(), test->name());
    for (auto& letter : name) letter = letter == '/' ? '-' : letter;
    path_ = std::filesystem::path(testing::TempDir()) / name;
    std::filesystem::remove_all(path_);
    std::filesystem::create_directories(path_);
    run.tool_version = "0.1.0";
    run.ground = "guest";
    run.kernel = "6.1.176";
    run.complete = true;
  }
  ~ResultFolder() { std::filesystem::remove_all(path_); }
  ResultFolder(const ResultFolder&) = delete;
  ResultFolder& operator=(const ResultFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

  /// The folder of one case: topology, observations, captures, case.json. Named after the case, or `name`.
  void add(Trial& trial, const std::string& name = "") {
    auto& topology = trial.subject.topology;
    topology.name = "trial";
    for (auto& link : topology.links)
      if (link.subnets.empty())
        for (const auto& end : link.ends)
          if (link.subnets.empty()) link.subnets.push_back(end.addresses.front().network());
    const auto facts = trial.facts();
    const auto folder = path_ / (name.empty() ? trial.subject.id : name);
    std::filesystem::create_directories(folder / "captures");
    for (auto& record : trial.seen.captures) {
      const auto kept = "captures/" + record.file;
      std::filesystem::copy_file(trial.folder() / record.file, folder / kept);
      record.file = kept;
    }
    run.cases.push_back(case_result(trial.subject, trial.seen, facts, judge(trial.subject, trial.seen, facts), {}));
    write_text(folder / "topology.json", topology_text(topology));
    write_text(folder / "observations.json", observations_text(trial.seen));
    RunResult alone;
    alone.complete = true;
    alone.cases = {run.cases.back()};
    write_text(folder / "case.json", run_json_text(alone));
  }

  /// run.json; what is in `run` by then.
  StoredRun finish() {
    write_text(path_ / "run.json", run_json_text(run));
    return read_stored_run(path_);
  }

  RunResult run;

 private:
  std::filesystem::path path_;
};

}  // namespace useipsec
