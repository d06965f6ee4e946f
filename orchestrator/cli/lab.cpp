#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "cli/held_text.h"
#include "cli/lab_start.h"
#include "cli/options.h"
#include "cli/verbs.h"
#include "input/nearest_word.h"
#include "inside/gate.h"
#include "inside/visit.h"

namespace useipsec {

namespace {

const char* const how_to_start = "`useipsec lab start SCENARIO` makes one, `useipsec list` names the scenarios";

struct VisitOptions {
  std::string home, node;
  std::vector<std::string> command;
  bool json = false;
};

std::filesystem::path file_of(const std::string& home) { return state_file(Home::find(home).results()); }

/// The lab that is held now. Throws Error (invalid) where there is none, with what to type.
LabState current(const std::string& home) {
  bool stale = false;
  const auto state = read_state(file_of(home), stale);
  if (!state) throw Error(fmt::format("expected a lab, found none; {}", how_to_start), ExitCode::invalid);
  if (stale) throw Error(fmt::format("expected a lab, found that of {} gone without a word (process {}); {}", state->since, state->holder, how_to_start), ExitCode::invalid);
  if (!state->held) throw Error(fmt::format("expected a lab that is held, found one in preparation by process {} since {}; wait a moment", state->holder, state->since), ExitCode::invalid);
  return *state;
}

void expect_node(const HeldLab& held, const std::string& node) {
  std::vector<std::string> names;
  for (const auto& place : held.nodes) names.push_back(place.name);
  if (std::find(names.begin(), names.end(), node) != names.end()) return;
  const auto nearest = nearest_word(node, names);
  throw Error(fmt::format("expected a node ({}), found \"{}\"{}", listed(names), node, nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest)), ExitCode::invalid);
}

ExitCode shell(const VisitOptions& options) {
  const auto state = current(options.home);
  expect_node(*state.held, options.node);
  const char* terminal = std::getenv("TERM");
  ProgramRequest request{.node = options.node, .command = {"/bin/bash", "--noprofile", "--norc"}, .terminal = ::isatty(STDIN_FILENO) == 1};
  request.environment = {fmt::format("TERM={}", terminal == nullptr ? "dumb" : terminal), fmt::format("PS1={}:\\w# ", options.node), "HISTFILE=/dev/null"};
  return static_cast<ExitCode>(visit(knock(state), std::move(request)));
}

ExitCode execute(const VisitOptions& options) {
  const auto state = current(options.home);
  expect_node(*state.held, options.node);
  return static_cast<ExitCode>(visit(knock(state), {.node = options.node, .command = options.command, .environment = {}}));
}

/// `lab start`'s holder ends with its lab; a `run --pause` goes on with its next case.
bool ends_with_its_lab(pid_t holder) {
  const auto line = read_text(fmt::format("/proc/{}/cmdline", holder));
  const auto after_program = line.find('\0');
  return after_program != std::string::npos && line.compare(after_program + 1, 9, std::string("lab-hold\0", 9)) == 0;
}

ExitCode stop(const VisitOptions& options) {
  bool stale = false;
  const auto file = file_of(options.home);
  if (const auto found = read_state(file, stale); found && stale) {
    std::filesystem::remove(file);
    fmt::print("the lab of {} was gone already (process {}); its state file is removed\n", found->since, found->holder);
    return ExitCode::as_expected;
  }
  const auto state = current(options.home);
  const bool wait_for_end = ends_with_its_lab(state.holder);
  const UniqueFd life(static_cast<int>(::syscall(SYS_pidfd_open, state.holder, 0)));
  say_stop(knock(state));
  pollfd end{.fd = life.get(), .events = POLLIN, .revents = 0};
  if (wait_for_end && life && ::poll(&end, 1, 60'000) == 0) throw Error(fmt::format("the lab's holder, process {}, has not ended within 60 s", state.holder), ExitCode::deadline);
  fmt::print("{} is {}; evidence: {}\n", state.held->case_id, wait_for_end ? "stopped" : "let go", state.held->folder);
  return ExitCode::as_expected;
}

ExitCode status(const VisitOptions& options) {
  bool stale = false;
  const auto state = read_state(file_of(options.home), stale);
  const bool lives = state && !stale;
  if (options.json) {
    fmt::print("{}", lives ? to_text(*state) : "{\"schema\": \"useipsec/lab/1\", \"holder\": null, \"held\": null}\n");
  } else if (!lives) {
    fmt::print("no lab{}; {}\n", stale ? fmt::format(" (that of {} is gone without a word)", state->since) : "", how_to_start);
  } else {
    fmt::print("ground {}, process {}, since {}, results: {}\n", state->ground, state->holder, state->since, state->run);
    fmt::print("{}", state->held ? held_text(*state->held) : "in preparation\n");
  }
  return ExitCode::as_expected;
}

using Action = std::shared_ptr<std::function<ExitCode()>>;

void declare_start(CLI::App& lab, const Action& action) {
  auto options = std::make_shared<LabStartOptions>();
  auto* sub = lab.add_subcommand("start", "Run a scenario's timeline and keep its network, daemons and captures alive");
  sub->footer("Example: useipsec lab start esp-transport-napt");
  add_home(*sub, options->home);
  sub->add_option("scenario", options->what, "a scenario's name or file, or a case's id")->required();
  sub->add_option("--engine", options->engine, "where the scenario has several");
  sub->add_option("--variant", options->variant, "where the scenario has several");
  sub->add_option("--ground", options->ground, "auto, host (this kernel) or guest (a User-Mode Linux kernel)")->check(CLI::IsMember({"auto", "host", "guest"}))->envname("USEIPSEC_GROUND");
  sub->add_option("--guest-kernel", options->guest_kernel, "another User-Mode Linux kernel")->envname("USEIPSEC_GUEST_KERNEL");
  sub->add_flag("--json", options->json, "say what is held as JSON");
  sub->final_callback([options, action] { *action = [options] { return lab_start(*options); }; });
}

CLI::App* declare_visit(CLI::App& lab, const Action& action, const char* name, const char* what, const char* example, ExitCode (*carry_out)(const VisitOptions&),
                        const std::shared_ptr<VisitOptions>& options) {
  auto* sub = lab.add_subcommand(name, what);
  sub->footer(fmt::format("Example: useipsec lab {}", example));
  add_home(*sub, options->home);
  sub->final_callback([options, action, carry_out] { *action = [options, carry_out] { return carry_out(*options); }; });
  return sub;
}

}  // namespace

Verb lab_verb() {
  return {.name = "lab", .summary = "Keep one scenario's lab alive and look inside its nodes", .example = "useipsec lab start esp-transport-napt",
          .declare = [](CLI::App& app) -> std::function<ExitCode()> {
            auto action = std::make_shared<std::function<ExitCode()>>();
            app.require_subcommand(1);
            declare_start(app, action);
            auto options = std::make_shared<VisitOptions>();
            declare_visit(app, action, "shell", "A shell in a node", "shell alice", shell, options)->add_option("node", options->node, "where")->required();
            auto* exec = declare_visit(app, action, "exec", "Run a command in a node; its exit code is ours", "exec alice -- ip xfrm state", execute, options);
            exec->add_option("node", options->node, "where")->required();
            exec->add_option("command", options->command, "program and arguments, after --")->required();
            declare_visit(app, action, "stop", "End the lab; its evidence stays", "stop", stop, options);
            declare_visit(app, action, "status", "Say which lab is held", "status --json", status, options)->add_flag("--json", options->json, "as JSON, schema useipsec/lab/1");
            return [action] { return (*action)(); };
          }};
}

}  // namespace useipsec
