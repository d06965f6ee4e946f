#include "library/last_failed.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "base/error.h"
#include "input/nearest_word.h"
#include "report/printable.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

std::set<std::string> failed_subjects(const RunResult& last) {
  std::set<std::string> ids;
  for (const auto& each : last.cases)
    if (went_otherwise(each)) ids.insert(subject_id(each));
  return ids;
}

/// Where the case's scenario is now: its file, else the project's scenario of that name.
std::optional<fs::path> scenario_file(const Home& home, const CaseResult& result) {
  std::error_code error;
  if (!result.file.empty() && fs::exists(home.root() / result.file, error)) return home.root() / result.file;
  const auto name = result.scenario.substr(0, result.scenario.find('.'));
  for (const auto& file : home.scenario_files())
    if (file.stem() == name) return file;
  return std::nullopt;
}

std::string counts(const RunResult& run) {
  const auto passed = std::count_if(run.cases.begin(), run.cases.end(),
                                    [](const auto& each) { return each.verdict.state == State::passed; });
  const auto others = static_cast<std::ptrdiff_t>(run.cases.size()) - passed;
  return fmt::format("{} passed{}", passed, others == 0 ? "" : fmt::format(", {} unsupported", others));
}

/// Of `selected` the subjects and their controls, which they may share with others.
std::vector<Case> of_subjects(std::vector<Case> selected, const std::set<std::string>& subjects) {
  auto wanted = subjects;
  for (const auto& each : selected)
    if (subjects.contains(each.id)) wanted.insert(each.controls.begin(), each.controls.end());
  std::erase_if(selected, [&](const Case& each) { return !wanted.contains(each.id); });
  return selected;
}

}  // namespace

Again select_failed(const Library& library, const Wanted& wanted, const RunResult& last, const std::string& name) {
  const auto subjects = failed_subjects(last);
  if (subjects.empty())
    throw Error(fmt::format("{}: nothing failed there ({}), so there is nothing to run again", name, counts(last)),
                ExitCode::nothing_selected);
  Again again;
  auto files = wanted;
  if (wanted.what.empty()) {
    for (const auto& each : last.cases) {
      if (!subjects.contains(subject_id(each))) continue;
      const auto file = scenario_file(library.home(), each);
      if (file && std::find(files.what.begin(), files.what.end(), file->string()) == files.what.end())
        files.what.push_back(file->string());
    }
  }
  // With no file left `select` would take all there are.
  if (!files.what.empty()) again.cases = of_subjects(select(library, files), subjects);
  const bool all_wanted = wanted.what.empty() && wanted.engines.empty() && wanted.claims.empty();
  std::vector<std::string> names;
  for (const auto& id : subjects) {
    names.push_back(printable(id));
    const bool there =
        std::any_of(again.cases.begin(), again.cases.end(), [&](const Case& each) { return each.id == id; });
    if (!there && all_wanted)
      again.gone.push_back(fmt::format("{} did not pass in {}, and no scenario has it any more", names.back(), name));
  }
  if (again.cases.empty())
    throw Error(fmt::format("{}: what failed there is {}: {}", name,
                            all_wanted ? "in no scenario any more" : "not among what was asked for", listed(names)),
                ExitCode::nothing_selected);
  return again;
}

}  // namespace useipsec
