#include "run/preparation.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "engine/engine.h"
#include "pki/key_ring.h"
#include "pki/plan.h"
#include "proc/run_program.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

std::string fill(std::string text, const fs::path& seed) {
  for (auto at = text.find("{seed}"); at != std::string::npos; at = text.find("{seed}", at))
    text.replace(at, 6, seed.string());
  return text;
}

void make_seeds(Loop& loop, const Home& home, const std::vector<Case>& cases, const RunFolder& run) {
  fs::create_directories(run.seed());
  fs::create_directory_symlink(home.packages(), run.packages());  // whether there are any or not
  std::vector<Command> done;  // an engine that is made of others asks for what they ask for
  for (const auto& engine : engines()) {
    if (std::none_of(cases.begin(), cases.end(), [&](const Case& one) { return one.engine == engine->name(); }))
      continue;
    const auto seed = engine->seed();
    for (const auto& folder : seed.folders) fs::create_directories(run.seed() / folder);
    for (const auto& command : seed.commands) {
      if (std::find(done.begin(), done.end(), command) != done.end()) continue;
      done.push_back(command);
      ProcessSpec spec;
      spec.program = fill(command.program, run.seed());
      for (const auto& argument : command.arguments) spec.arguments.push_back(fill(argument, run.seed()));
      const auto made = run_program(loop, spec, {}, Loop::Clock::now() + longest_program);
      if (!made.status.success())
        throw Error(fmt::format("preparing {}: {}: {}", engine->name(), spec.program, made.output),
                    ExitCode::precondition);
    }
  }
}

void make_keys(const std::vector<Case>& cases, const RunFolder& run) {
  KeyRing keys(run.keys());
  for (const auto& one : cases)
    for (const auto& certificate : pki_plan(one).certificates) keys.key(certificate.stem, certificate.key);
}

}  // namespace

void prepare(Loop& loop, const Home& home, const std::vector<Case>& cases, const RunFolder& run) {
  make_seeds(loop, home, cases, run);
  make_keys(cases, run);
}

}  // namespace useipsec
