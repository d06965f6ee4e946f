#include "run/restore.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/error.h"
#include "library/library.h"
#include "record/record.h"
#include "report/printable.h"
#include "report/stored_json.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

/// A file as the run names it, and what is known of it.
struct Wanted {
  std::string name;
  std::string recorded;  ///< its SHA-256 then; empty: not known
  fs::path ours;
  std::string sum;               ///< of ours; empty: it is not there
  std::optional<fs::path> kept;  ///< a copy in the run's folder
  bool as_it_was() const { return !sum.empty() && (recorded.empty() || recorded == sum); }
};

class Restorer {
 public:
  Restorer(const Home& home, const StoredRun& stored, const std::string& case_id) : home_(home), stored_(stored) {
    const auto* subject = case_id.empty() ? nullptr : &subject_id(find_case(stored, case_id));
    for (const auto& each : stored.run.cases)
      if (subject == nullptr || subject_id(each) == *subject) wanted_.push_back(&each);
    for (const auto* each : wanted_) {
      scenarios_.try_emplace(scenario_of(*each), known(scenario_of(*each)));
      if (!each->topology_file.empty()) topologies_.try_emplace(each->topology_file, known(each->topology_file));
      keep(scenarios_.at(scenario_of(*each)), *each, "scenario.json");
      if (!each->topology_file.empty()) keep(topologies_.at(each->topology_file), *each, "topology.json");
    }
  }

  Restored made(const std::function<fs::path()>& folder) {
    const auto as_it_was = [](const auto& each) { return each.second.as_it_was(); };
    const bool ours = std::all_of(scenarios_.begin(), scenarios_.end(), as_it_was) &&
                      std::all_of(topologies_.begin(), topologies_.end(), as_it_was);
    if (!ours) refuse_what_is_lost();
    Restored restored{.home = ours ? home_ : project_in(folder()), .cases = {}, .remarks = {}};
    read(restored);
    restored.remarks = std::move(remarks_);
    return restored;
  }

 private:
  /// Runs of earlier versions do not say which file: then it is the one of the scenario's name.
  std::string scenario_of(const CaseResult& result) const {
    if (!result.file.empty()) return result.file;
    const auto name = result.scenario.substr(0, result.scenario.find('.'));
    for (const auto& file : home_.scenario_files())
      if (file.stem() == name) return home_.name_of(file);
    return "scenarios/" + name + ".json";
  }

  Wanted known(const std::string& name) const {
    Wanted file{.name = name, .recorded = {}, .ours = home_.root() / name, .sum = {}, .kept = {}};
    for (const auto& each : stored_.run.record.files)
      if (each.file == name) file.recorded = each.sha256;
    file.sum = sha256_of(file.ours);
    return file;
  }

  void keep(Wanted& file, const CaseResult& result, const std::string& name) const {
    if (file.kept) return;
    const auto folder = case_folder(stored_, result.id);
    const auto copy = folder ? below(*folder, name) : std::nullopt;
    std::error_code error;
    if (copy && fs::is_regular_file(*copy, error)) file.kept = *copy;
  }

  void refuse_what_is_lost() const {
    std::string text;
    for (const auto* files : {&scenarios_, &topologies_})
      for (const auto& [name, file] : *files)
        if (!file.kept && file.sum.empty())
          text += fmt::format("{}{}: expected it here or a copy in {}, found neither", text.empty() ? "" : "\n",
                              printable(name), stored_.folder.string());
    if (!text.empty()) throw Error(text, ExitCode::invalid);
  }

  /// Where a file goes in the project that is made: names of other places lose them.
  static fs::path place_of(const fs::path& root, const std::string& name, const char* kind) {
    const fs::path path(name);
    const bool inside = path.is_relative() && std::find(path.begin(), path.end(), "..") == path.end();
    return inside ? root / path : root / kind / path.filename();
  }

  void put(const Wanted& file, const fs::path& to) {
    fs::create_directories(to.parent_path());
    const bool ours = file.as_it_was() || !file.kept;
    fs::copy_file(ours ? file.ours : *file.kept, to, fs::copy_options::overwrite_existing);
    if (file.as_it_was()) return;
    remarks_.push_back(
        fmt::format("{} is {} here; {}", printable(file.name), file.sum.empty() ? "not" : "another",
                    ours ? "the run kept none, so this one is taken" : "the one that the run kept is taken"));
  }

  Home project_in(const fs::path& root) {
    fs::create_directories(root / "scenarios");
    for (const auto& part : {home_.topologies(), home_.claims()})
      fs::copy(part, root / part.filename(), fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    std::error_code exists;
    fs::create_directory_symlink(home_.packages(), root / "packages", exists);
    for (const auto& [name, file] : scenarios_) put(file, place_of(root, name, "scenarios"));
    for (const auto& [name, file] : topologies_)
      put(file, place_of(root, name, fs::path(name).is_absolute() ? "scenarios" : "topologies"));
    return Home::find(root);
  }

  void read(Restored& restored) const {
    const Library library(restored.home);
    const bool ours = restored.home.root() == home_.root();
    std::map<std::string, Case> cases;
    std::string complaints;
    for (const auto& [name, file] : scenarios_) {
      auto result = library.read(ours ? file.ours : place_of(restored.home.root(), name, "scenarios"));
      if (!result.diagnostics.empty()) complaints += result.diagnostics.text();
      for (auto& one : result.cases) cases.insert_or_assign(one.id, std::move(one));
    }
    if (!complaints.empty()) throw Error(complaints, ExitCode::invalid);
    for (const auto* each : wanted_) {
      const auto found = cases.find(each->id);
      if (found == cases.end())
        throw Error(fmt::format("{}: expected the case {} of the stored run, found none", scenario_of(*each),
                                printable(each->id)),
                    ExitCode::invalid);
      restored.cases.push_back(found->second);
    }
  }

  const Home& home_;
  const StoredRun& stored_;
  std::vector<const CaseResult*> wanted_;
  std::map<std::string, Wanted> scenarios_, topologies_;
  std::vector<std::string> remarks_;
};

}  // namespace

Restored restore(const Home& home, const StoredRun& stored, const std::string& case_id,
                 const std::function<fs::path()>& folder) {
  if (stored.run.cases.empty())
    throw Error(fmt::format("{}: no case to run again", stored.folder.string()), ExitCode::nothing_selected);
  return Restorer(home, stored, case_id).made(folder);
}

}  // namespace useipsec
