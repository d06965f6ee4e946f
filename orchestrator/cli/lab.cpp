#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.h"
#include "cli/lab_start.h"
#include "cli/lab_stop.h"
#include "cli/lab_text.h"
#include "cli/options.h"
#include "cli/verbs.h"
#include "input/nearest_word.h"
#include "inside/visit.h"

namespace useipsec {

namespace {

struct VisitOptions {
  std::string home, name, node;
  std::vector<std::string> command;
  bool json = false;
};

const char* const how_to_start = "`useipsec lab start SCENARIO` makes one, `useipsec list` names the scenarios";

/// A lab that is held now.
KnownLab held_lab(const VisitOptions& options) {
  const auto lab = wanted_lab(Home::find(options.home).results(), options.name);
  if (!lab.lives())
    throw Error(fmt::format("the lab {} has ended without a word; {}", lab.name, how_to_start),
                ExitCode::nothing_selected);
  if (lab.state && lab.state->phase == LabPhase::held) return lab;
  throw Error(fmt::format("expected a lab that is held, found {} {}", lab.name,
                          lab.state && lab.state->phase == LabPhase::ending ? "on its way out"
                                                                            : "in preparation; wait a moment"),
              ExitCode::invalid);
}

void expect_node(const LabState& lab, const std::string& node) {
  std::vector<std::string> names;
  for (const auto& place : lab.nodes) names.push_back(place.name);
  if (std::find(names.begin(), names.end(), node) != names.end()) return;
  const auto nearest = nearest_word(node, names);
  throw Error(fmt::format("expected a node of {} ({}), found \"{}\"{}", lab.name, listed(names), node,
                          nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest)),
              ExitCode::invalid);
}

/// The request, on a terminal where this process has one on every stream: a pager, an editor or a full-screen monitor
/// wants it, and whoever redirects a stream wants its bytes as they are.
ProgramRequest request_for(const KnownLab& lab, const std::string& node, std::vector<std::string> command) {
  ProgramRequest request{.case_id = lab.state->case_id, .node = node, .command = std::move(command)};
  request.terminal = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1;
  if (request.terminal) request.size = terminal_size().value_or(TerminalSize{});
  for (const char* name : {"TERM", "COLORTERM", "LANG", "LC_ALL", "LC_CTYPE"}) {
    if (const char* value = std::getenv(name); value != nullptr)
      request.environment.push_back(fmt::format("{}={}", name, value));
  }
  return request;
}

ExitCode shell(const VisitOptions& options) {
  const auto lab = held_lab(options);
  expect_node(*lab.state, options.node);
  auto request = request_for(lab, options.node, {"/bin/bash", "--noprofile", "--norc"});
  request.environment.push_back(fmt::format("PS1={}:\\W# ", options.node));
  request.environment.emplace_back("HISTFILE=/dev/null");
  return static_cast<ExitCode>(visit(lab, request));
}

ExitCode execute(const VisitOptions& options) {
  const auto lab = held_lab(options);
  expect_node(*lab.state, options.node);
  return static_cast<ExitCode>(visit(lab, request_for(lab, options.node, options.command)));
}

ExitCode status(const VisitOptions& options) {
  auto labs = known_labs(Home::find(options.home).results());
  if (!options.name.empty()) labs = {wanted_lab(Home::find(options.home).results(), options.name)};
  const auto living = std::count_if(labs.begin(), labs.end(), [](const auto& lab) { return lab.lives(); });
  if (options.json) {
    std::vector<LabState> states;
    for (const auto& lab : labs) {
      if (lab.lives() && lab.state) states.push_back(*lab.state);
    }
    fmt::print("{}", labs_text(states));
    return ExitCode::as_expected;
  }
  if (labs.empty()) fmt::print("no lab; {}\n", how_to_start);
  for (const auto& lab : labs) {
    if (&lab != &labs.front()) fmt::print("\n");
    if (!lab.lives()) {
      fmt::print("{}: ended without a word{}; nothing of it runs, `useipsec lab stop --name {}` forgets it\n", lab.name,
                 lab.state ? ", held since " + lab.state->since : "", lab.name);
    } else if (lab.state && lab.state->phase == LabPhase::held) {
      fmt::print("{}", lab_text(*lab.state, living == 1));
    } else {
      fmt::print("{}: {}, process {}\n", lab.name, lab.state ? to_string(lab.state->phase) : "preparing", lab.holder);
    }
  }
  return ExitCode::as_expected;
}

using Action = std::shared_ptr<std::function<ExitCode()>>;

void add_name(Arguments arguments, std::string& name) {
  arguments.option("--name", name, "which lab, where there are several").from_environment("USEIPSEC_LAB");
}

void declare_start(Arguments lab, const Action& action) {
  auto options = std::make_shared<LabStartOptions>();
  auto sub = lab.verb("start", "Carry a scenario's timeline out and keep its network, daemons and captures alive");
  sub.footer(
      "Examples: useipsec lab start esp-transport-napt\n          useipsec lab start esp-transport-napt --until probe "
      "--name mine");
  add_home(sub, options->home);
  sub.option("scenario", options->what, "a scenario's name or file, or a case's id as `useipsec list` prints it")
      .required();
  sub.option("--name", options->name, "the lab's own name, for several side by side (default: the scenario's)");
  sub.option("--engine", options->engine, "which engine, where the scenario has several (default: the first)");
  sub.option("--variant", options->variant, "which variant, where the scenario has several (default: the first)");
  sub.option("--until", options->until,
             "hold the lab before this step of the timeline: its number, or how its words begin; 1: before all "
             "(default: after all)");
  sub.option("--out", options->out, "put the evidence into this folder (default: a new one in results/)");
  add_ground(sub, options->ground, options->guest_kernel);
  sub.flag("--json", options->json, "say what is held as JSON (useipsec/lab/1)");
  sub.when_chosen([options, action] { *action = [options] { return lab_start(*options); }; });
}

Arguments declare_visit(Arguments lab, const Action& action, const char* name, const char* what, const char* footer,
                        ExitCode (*carry_out)(const VisitOptions&), const std::shared_ptr<VisitOptions>& options) {
  auto sub = lab.verb(name, what);
  sub.footer(footer);
  add_home(sub, options->home);
  add_name(sub, options->name);
  sub.when_chosen([options, action, carry_out] { *action = [options, carry_out] { return carry_out(*options); }; });
  return sub;
}

void declare_stop(Arguments lab, const Action& action) {
  auto options = std::make_shared<LabStopOptions>();
  auto sub = lab.verb("stop", "End a lab; its evidence stays");
  sub.footer(
      "Examples: useipsec lab stop\n          useipsec lab stop --within 0    # kills it at once; what was judged "
      "before is kept");
  add_home(sub, options->home);
  add_name(sub, options->name);
  sub.option("--within", options->within_s,
             "seconds that daemons and captures have to end in order, before all is killed (default: 30)")
      .whole_number(0, 3600);
  sub.when_chosen([options, action] { *action = [options] { return lab_stop(*options); }; });
}

}  // namespace

Verb lab_verb() {
  return {.name = "lab",
          .summary = "Keep a scenario's lab alive and look inside its nodes",
          .example = "useipsec lab start esp-transport-napt",
          .declare = [](Arguments arguments) -> std::function<ExitCode()> {
            auto action = std::make_shared<std::function<ExitCode()>>();
            auto options = std::make_shared<VisitOptions>();
            declare_start(arguments, action);
            auto inside = declare_visit(arguments, action, "shell", "A shell in a node; its exit code is ours",
                                        "Example: useipsec lab shell alice", shell, options);
            inside.option("node", options->node, "where").required();
            auto exec = declare_visit(arguments, action, "exec",
                                      "Run a program in a node: its streams, signals and exit code are ours",
                                      "Examples: useipsec lab exec alice -- ping -c 1 198.51.100.2\n          "
                                      "useipsec lab exec nat -- tcpdump -i wan -U -w - > wan.pcap\n\n"
                                      "Exit codes: the program's, 128 + signal where one ended it, 127 no such "
                                      "program, 126 it cannot be started;\n"
                                      "of useipsec itself 2 no such node, 3 no lab, 125 the lab is gone.",
                                      execute, options);
            exec.option("node", options->node, "where").required();
            exec.option("command", options->command, "program and arguments, after --").required();
            declare_visit(arguments, action, "status", "Say which labs are held, and all about them",
                          "Example: useipsec lab status --json", status, options)
                .flag("--json", options->json, "as JSON (useipsec/lab/1)");
            declare_stop(arguments, action);
            return [action] { return (*action)(); };
          }};
}

}  // namespace useipsec
