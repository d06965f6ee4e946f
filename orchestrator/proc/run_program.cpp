#include "proc/run_program.h"

#include <fmt/format.h>

#include "base/error.h"

namespace useipsec {

Completed run_program(Loop& loop, const ProcessSpec& spec, const Namespaces& namespaces,
                      Loop::Clock::time_point deadline) {
  Completed completed;
  std::string last_words;
  Process process = Process::start(loop, spec, namespaces, [&](const std::string& line) {
    completed.output += line + '\n';
    if (!line.empty()) last_words = line;
  });
  const auto ended = [&] { return process.exited() ? Tri::holds : Tri::not_yet; };
  const WaitResult result = loop.wait(ended, deadline);
  if (result != WaitResult::holds) {
    const bool late = result == WaitResult::deadline;
    throw Error(fmt::format("{} {}; its last words: {}", spec.program, late ? "did not end in time" : "was interrupted",
                            last_words.empty() ? "none" : last_words),
                late ? ExitCode::deadline : ExitCode::interrupted);
  }
  completed.status = *process.exited();
  return completed;
}

}  // namespace useipsec
