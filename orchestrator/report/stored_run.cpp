#include "report/stored_run.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "input/nearest_word.h"
#include "report/printable.h"
#include "report/stored_json.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

bool is_one_name(const std::string& id) {
  return !id.empty() && id != "." && id != ".." && id.find('/') == std::string::npos &&
         id.find('\0') == std::string::npos;
}

RunResult run_in(const fs::path& file, const std::string& name) {
  const auto document = read_stored_json(file, name);
  return in_context(name, [&] { return run_from_json(document); });
}

std::optional<CaseResult> finished_case(StoredRun& stored, const fs::path& folder) {
  const auto file = folder / "case.json";
  if (!fs::exists(file)) return std::nullopt;
  const auto name = fmt::format("{}/case.json", folder.filename().string());
  try {
    auto alone = run_in(file, name);
    if (alone.cases.size() == 1) return std::move(alone.cases.front());
    stored.missing.push_back(fmt::format("{}: expected one case, found {}", name, alone.cases.size()));
  } catch (const Error& error) {
    stored.missing.emplace_back(error.what());
  }
  return std::nullopt;
}

/// Cases that run.json says were not run, but that left a result.
bool take_finished(StoredRun& stored) {
  bool any = false;
  for (auto& one : stored.run.cases) {
    if (one.verdict.state != State::not_run) continue;
    const auto folder = case_folder(stored, one.id);
    if (!folder) continue;
    if (auto finished = finished_case(stored, *folder); finished && finished->id == one.id) {
      one = std::move(*finished);
      any = true;
    }
  }
  return any;
}

/// A run without its run.json: whatever cases left a result.
void gather_cases(StoredRun& stored) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(stored.folder, error))
    if (entry.is_directory()) folders.push_back(entry.path());
  std::sort(folders.begin(), folders.end());
  for (const auto& folder : folders)
    if (auto finished = finished_case(stored, folder); finished && finished->id == folder.filename().string())
      stored.run.cases.push_back(std::move(*finished));
}

std::string without_folder(std::string words, const fs::path& file) {
  const auto folder = file.string().substr(0, file.string().size() - file.filename().string().size());
  if (!folder.empty() && words.rfind(folder, 0) == 0) words.erase(0, folder.size());
  return words;
}

void say_unfinished(StoredRun& stored) {
  std::vector<std::string> open;
  for (const auto& one : stored.run.cases)
    if (one.verdict.state == State::not_run) open.push_back(one.id);
  const auto state = !stored.run.stopped.empty() ? "the run was stopped after the first case that was not as expected"
                     : fs::exists(stored.folder / ".work") ? "the run is still going on, or was killed"
                                                           : "the run did not come to its end";
  stored.missing.push_back(open.empty() ? std::string(state)
                                        : fmt::format("{}: {} of {} cases are not there: {}", state, open.size(),
                                                      stored.run.cases.size(), listed(open)));
}

}  // namespace

const CaseResult& find_case(const StoredRun& stored, const std::string& id) {
  std::vector<std::string> ids;
  for (const auto& one : stored.run.cases) {
    if (one.id == id) return one;
    ids.push_back(printable(one.id));
  }
  const auto nearest = nearest_word(id, ids);
  throw Error(fmt::format("{}: no case \"{}\"{}", stored.folder.string(), printable(id),
                          nearest.empty() ? fmt::format("; it has {}", listed(ids))
                                          : fmt::format("; did you mean \"{}\"?", nearest)),
              ExitCode::invalid);
}

std::optional<fs::path> case_folder(const StoredRun& stored, const std::string& id) {
  return is_one_name(id) ? std::optional(stored.folder / id) : std::nullopt;
}

StoredRun read_stored_run(const fs::path& where) {
  std::error_code error;
  const bool is_folder = fs::is_directory(where, error);
  if (!is_folder && !fs::exists(where, error))
    throw Error(fmt::format("{}: expected a result folder or a run.json, found nothing", where.string()),
                ExitCode::invalid);
  StoredRun stored;
  stored.folder = is_folder ? where : where.has_parent_path() ? where.parent_path() : fs::path(".");
  const auto file = is_folder ? where / "run.json" : where;
  bool whole = false;
  std::optional<Error> unreadable;
  try {
    if (fs::exists(file)) {
      const auto document = read_stored_json(file, file.string());
      // From here on it is JSON, and what it says is meant: a newer version or another program's file is no lost file.
      whole = true;
      stored.run = in_context(file.string(), [&] { return run_from_json(document); });
    }
  } catch (const Error& problem) {
    if (whole) throw;
    unreadable = problem;
  }
  if (whole) {
    if (take_finished(stored)) judge_run(stored.run);
    if (!stored.run.complete) say_unfinished(stored);
    return stored;
  }
  gather_cases(stored);
  if (stored.run.cases.empty()) {
    if (unreadable) throw *unreadable;
    throw Error(
        fmt::format("{}: expected the folder of a run, found neither run.json nor a case.json in it", where.string()),
        ExitCode::invalid);
  }
  // Where the folder was found is no part of what a report says.
  stored.missing.push_back(unreadable ? "run.json cannot be used: " + without_folder(unreadable->what(), file)
                                      : std::string("run.json is not there"));
  stored.missing.push_back(
      fmt::format("only the {} cases that left a case.json are shown; ground, kernel and the "
                  "cases that did not finish are not known",
                  stored.run.cases.size()));
  judge_run(stored.run);
  return stored;
}

}  // namespace useipsec
