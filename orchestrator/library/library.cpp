#include "library/library.h"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>

#include "base/error.h"
#include "claims/catalogue.h"
#include "engine/engine.h"
#include "input/nearest_word.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

bool is_file_name(const std::string& what) {
  return what.find('/') != std::string::npos || fs::path(what).extension() == ".json";
}

bool has(const std::vector<std::string>& words, const std::string& word) {
  return words.empty() || std::find(words.begin(), words.end(), word) != words.end();
}

bool bears_on(const Case& subject, const std::vector<std::string>& claims) {
  return claims.empty() || std::any_of(subject.claims.begin(), subject.claims.end(),
                                       [&](const auto& claim) { return has(claims, claim.id); });
}

/// The files that `what` names: all of them where it names nothing.
std::vector<fs::path> files_of(const Home& home, const std::vector<std::string>& what) {
  const auto all = home.scenario_files();
  if (what.empty()) return all;
  std::vector<fs::path> files;
  std::vector<std::string> names;
  for (const auto& file : all) names.push_back(file.stem());
  for (const auto& one : what) {
    if (is_file_name(one)) {
      files.push_back(one);
      continue;
    }
    const auto before = files.size();
    for (const auto& file : all) {
      if (::fnmatch(one.c_str(), file.stem().c_str(), 0) == 0) files.push_back(file);
    }
    if (files.size() != before) continue;
    const auto nearest = nearest_word(one, names);
    throw Error(
        fmt::format("expected a scenario's name or file, found \"{}\"{}", one,
                    nearest.empty() ? "; `useipsec list` shows them" : fmt::format("; did you mean \"{}\"?", nearest)),
        ExitCode::invalid);
  }
  return files;
}

}  // namespace

Library::Library(Home home) : home_(std::move(home)), claims_(load_catalogue(home_.claims())) {
  for (const auto& claim : claims_.claims) names_.claims.push_back(claim.id);
  for (const auto& engine : engines()) names_.engines.push_back(engine->name());
  names_.topologies = home_.topologies();
}

ReadResult Library::read(const fs::path& file) const { return read_scenario(file, names_); }

Case Library::find(const fs::path& file, const std::string& id) const {
  auto result = read(file);
  for (auto& one : result.cases) {
    if (one.id == id) return std::move(one);
  }
  const auto mistakes = result.diagnostics.text();
  const auto first = mistakes.substr(0, mistakes.find('\n'));  // a case's reason is one line
  throw Error(first.empty() ? fmt::format("{}: no case {}", file.string(), id) : first, ExitCode::invalid);
}

std::vector<Case> select(const Library& library, const Wanted& wanted) {
  Diagnostics diagnostics;
  std::vector<Case> selected;
  for (const auto& file : files_of(library.home(), wanted.what)) {
    auto result = library.read(file);
    diagnostics.add(result.diagnostics);
    for (auto& one : result.cases) {
      // A control bears on what its subject bears on: the reader gives both the scenario's claims.
      if (has(wanted.engines, one.engine) && bears_on(one, wanted.claims)) selected.push_back(std::move(one));
    }
  }
  if (!diagnostics.empty()) throw Error(diagnostics.text(), ExitCode::invalid);
  if (selected.empty())
    throw Error("no case fits what was asked for; `useipsec list` shows them", ExitCode::nothing_selected);
  return selected;
}

}  // namespace useipsec
