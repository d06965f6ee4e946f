#include <algorithm>
#include <fstream>

#include "base/error.h"
#include "engine/engine.h"
#include "proc/environment.h"
#include "proc/run_program.h"
#include "record/record.h"

using namespace std::chrono_literals;

namespace useipsec {

namespace {

/// With "{packages}" and "{seed}" filled in.
std::string filled(std::string text, const Home& home, const std::filesystem::path& seed) {
  for (const auto& [word, value] :
       {std::pair<std::string, std::string>{"{packages}", home.packages()}, {"{seed}", seed}})
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + value.size()))
      text.replace(at, word.size(), value);
  return text;
}

/// Everything that says a version for these cases, each once.
std::vector<VersionQuestion> questions(const std::vector<Case>& cases) {
  std::vector<VersionQuestion> all;
  const auto add = [&](const VersionQuestion& one) {
    if (std::none_of(all.begin(), all.end(), [&](const auto& other) { return other.name == one.name; }))
      all.push_back(one);
  };
  for (const auto& engine : engines())
    if (std::any_of(cases.begin(), cases.end(), [&](const Case& one) { return one.engine == engine->name(); }))
      for (const auto& question : engine->versions()) add(question);
  const auto translates = [](const Node& node) { return node.nat.has_value(); };
  for (const auto& one : cases) {
    if (one.routing && one.routing->daemon == "bird") add({"bird", {"bird", {"--version"}}});
    if (one.routing && one.routing->daemon == "frr") add({"frr", {"/usr/lib/frr/zebra", {"--version"}}});
    if (std::any_of(one.topology.nodes.begin(), one.topology.nodes.end(), translates))
      add({"iptables", {"iptables-legacy-restore", {"--version"}}});
  }
  return all;
}

/// The first line that says anything; empty where it did not succeed.
std::string said(Loop& loop, const ProcessSpec& spec) {
  try {
    const auto done = run_program(loop, spec, {}, Loop::Clock::now() + 5s);
    const auto begin = done.output.find_first_not_of(" \t\r\n");
    if (!done.status.success() || begin == std::string::npos) return {};
    return done.output.substr(begin, done.output.find('\n', begin) - begin);
  } catch (const Error& error) {
    if (error.exit_code() == ExitCode::interrupted) throw;
    return {};  // not there: its cases say so
  }
}

}  // namespace

std::vector<ProgramRecord> used_programs(Loop& loop, const Home& home, const std::vector<Case>& cases,
                                         const std::filesystem::path& seed) {
  const std::ofstream empty(seed / "empty");
  std::vector<ProgramRecord> records;
  for (const auto& question : questions(cases)) {
    ProcessSpec spec;
    spec.program = find_program(filled(question.command.program, home, seed));
    for (const auto& word : question.command.arguments) spec.arguments.push_back(filled(word, home, seed));
    for (const auto& word : question.command.environment) spec.environment.push_back(filled(word, home, seed));
    records.push_back({question.name, home.name_of(spec.program), said(loop, spec), sha256_of(spec.program)});
  }
  return records;
}

}  // namespace useipsec
