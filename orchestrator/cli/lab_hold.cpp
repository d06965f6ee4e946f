#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/options.h"
#include "cli/verbs.h"
#include "run/supervisor.h"

namespace useipsec {

namespace {

struct Options {
  std::string home, file, id, ground;
  RunOptions run;
};

/// One line for `lab start`, which reads them: {"event": ...}.
void tell(const nlohmann::json& event) {
  fmt::print("{}\n", event.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  std::fflush(stdout);
}

/// From now on there is nobody who reads: what is said goes to the run's folder.
void turn_to_log(const std::filesystem::path& run) {
  const UniqueFd log(::open((run / "holder.log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) ::dup2(log.get(), stream);
}

ExitCode hold(Options& options) {
  try {
    const Library library(Home::find(options.home));
    options.run.pause = Pause::always;
    options.run.ground = options.ground == "host" ? GroundRequest::host : options.ground == "guest" ? GroundRequest::guest : GroundRequest::automatic;
    bool was_held = false;
    const RunProgress progress{.say = [](const std::string& text) { tell({{"event", "say"}, {"text", text}}); },
                               .began = [](const std::string&, std::size_t, std::size_t) {},
                               .ended = [](const CaseResult& one, std::size_t, std::size_t) { tell({{"event", "ended"}, {"case", one.id}}); },
                               .paused = [&](const HeldLab& held) {
                                 was_held = true;
                                 tell({{"event", "held"}, {"held", to_text(held)}});
                                 turn_to_log(*options.run.out);
                               },
                               .goes_on = [] {}};
    const auto finished = supervise(library, {library.find(options.file, options.id)}, options.run, progress);
    if (!was_held) {
      const auto& verdict = finished.result.cases.front().verdict;
      const auto code = finished.exit_code == ExitCode::as_expected ? ExitCode::precondition : finished.exit_code;  // unsupported, for one
      tell({{"event", "failed"}, {"code", static_cast<int>(code)}, {"why", fmt::format("{} is {}: {}", options.id, to_string(verdict.state), verdict.why)}});
    }
    return finished.exit_code;
  } catch (const Error& error) {
    tell({{"event", "failed"}, {"code", static_cast<int>(error.exit_code())}, {"why", error.what()}});
    return error.exit_code();
  }
}

}  // namespace

Verb lab_hold_verb() {
  return {.name = "lab-hold", .summary = "Hold one case's lab; started by `lab start`", .example = "useipsec lab start nat-esp-transport",
          .declare = [](CLI::App& app) {
            auto options = std::make_shared<Options>();
            add_home(app, options->home);
            app.add_option("--file", options->file)->required();
            app.add_option("--case", options->id)->required();
            app.add_option("--out", options->run.out)->required();
            app.add_option("--ground", options->ground)->required();
            app.add_option("--guest-kernel", options->run.guest_kernel);
            return [options] { return hold(*options); };
          },
          .hidden = true};
}

}  // namespace useipsec
