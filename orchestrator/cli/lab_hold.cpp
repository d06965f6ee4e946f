#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "cli/options.h"
#include "cli/verbs.h"
#include "run/supervisor.h"

namespace useipsec {

namespace {

struct LabHoldOptions {
  std::string home, file, id, ground, out;
  RunOptions run;
};

/// One line for `lab start`, which reads them: {"event": ...}. It may be gone, which the lifeline tells.
void tell(const nlohmann::ordered_json& event) {
  const auto line = event.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  static_cast<void>(!::write(STDOUT_FILENO, line.data(), line.size()));
}

/// From now on there is nobody who reads: what is said goes to the run's folder.
void turn_to_log(const std::filesystem::path& run) {
  const UniqueFd log(::open((run / "holder.log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) ::dup2(log.get(), stream);
}

ExitCode hold(LabHoldOptions& options) {
  ::signal(SIGPIPE, SIG_IGN);
  try {
    const Library library(Home::find(options.home));
    auto& run = options.run;
    run.ground = ground_of(options.ground);
    run.hold.pause = Pause::always;
    run.hold.lifeline = STDOUT_FILENO;
    run.prefix = "lab-";
    if (!options.out.empty()) run.out = options.out;
    bool was_held = false;
    const RunProgress progress{
        .say =
            [](const std::string& text) {
              tell({{"event", "say"}, {"text", text}});
            },
        .began = [](const std::string&, std::size_t, std::size_t) {},
        .ended =
            [](const CaseResult& one, std::size_t, std::size_t) {
              tell({{"event", "ended"}, {"case", one.id}, {"state", to_string(one.verdict.state)}});
            },
        .hold = {.step =
                     [](std::size_t number, const LabState::Step& step) {
                       tell({{"event", "step"},
                             {"number", number},
                             {"text", step.text},
                             {"result", step.result},
                             {"seconds", step.seconds}});
                     },
                 .held =
                     [&](const LabState& lab) {
                       was_held = true;
                       tell({{"event", "held"}, {"lab", to_json_document(lab)}});
                       turn_to_log(lab.run);
                     }}};
    const auto finished = supervise(library, {library.find(options.file, options.id)}, run, progress);
    if (was_held) return finished.exit_code;
    const auto& verdict = finished.result.cases.front().verdict;
    const auto code = finished.exit_code == ExitCode::as_expected ? ExitCode::precondition
                                                                  : finished.exit_code;  // unsupported, for one
    tell({{"event", "failed"},
          {"code", static_cast<int>(code)},
          {"why", fmt::format("{} is {}: {}", options.id, to_string(verdict.state), verdict.why)}});
    return code;
  } catch (const Error& error) {
    tell({{"event", "failed"}, {"code", static_cast<int>(error.exit_code())}, {"why", error.what()}});
    return error.exit_code();
  }
}

}  // namespace

Verb lab_hold_verb() {
  return {.name = "lab-hold",
          .summary = "Hold one case's lab; started by `lab start`",
          .example = "useipsec lab start esp-transport-napt",
          .declare =
              [](Arguments arguments) {
                auto options = std::make_shared<LabHoldOptions>();
                add_home(arguments, options->home);
                arguments.option("--file", options->file).required();
                arguments.option("--case", options->id).required();
                arguments.option("--name", options->run.hold.name).required();
                arguments.option("--ground", options->ground).required();
                arguments.option("--out", options->out);
                arguments.option("--until", options->run.hold.until);
                arguments.option("--guest-kernel", options->run.guest_kernel);
                return [options] { return hold(*options); };
              },
          .hidden = true};
}

}  // namespace useipsec
