#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/error.h"
#include "cli/verb.h"
#include "input/nearest_word.h"
#include "version.h"

namespace useipsec {

namespace {

/// CLI11 knows no "did you mean": a first word that is no verb is answered here.
bool refuse_unknown_verb(int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return false;
  std::vector<std::string> names;
  for (const auto& verb : verbs()) {
    if (verb.name == argv[1]) return false;
    if (!verb.hidden) names.push_back(verb.name);
  }
  const auto nearest = nearest_word(argv[1], names);
  fmt::print(stderr, "useipsec: expected a verb, found \"{}\"{}\n", argv[1],
             !nearest.empty() ? fmt::format("; did you mean \"{}\"?", nearest) : "; `useipsec --help` lists them");
  return true;
}

}  // namespace

ExitCode run_command_line(int argc, char** argv) {
  if (refuse_unknown_verb(argc, argv)) return ExitCode::invalid;
  CLI::App app("Runs the claims made about \"just use IPsec\" (RFC 5406 and its reviewers) as experiments.\n", "useipsec");
  app.set_version_flag("--version", "useipsec " USEIPSEC_VERSION);
  app.require_subcommand(1);
  app.footer("Exit codes: 0 as expected, 1 unexpected, 2 usage or invalid file, 3 nothing selected, 77 this machine lacks\n"
             "something, 124 deadline, 125 our own fault, 130/143 interrupted.\n\nExample: useipsec run 'nat-*'");
  std::function<ExitCode()> chosen;
  for (const auto& verb : verbs()) {
    auto* sub = app.add_subcommand(verb.name, verb.summary);
    sub->footer("Example: " + verb.example);
    if (verb.hidden) sub->group("");
    auto action = verb.declare(*sub);
    if (action) sub->final_callback([action, &chosen] { chosen = action; });
  }
  try {
    app.parse(argc, argv);
    return chosen ? chosen() : ExitCode::invalid;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? ExitCode::as_expected : ExitCode::invalid;
  } catch (const Error& error) {
    fmt::print(stderr, "useipsec: {}\n", error.what());
    return error.exit_code();
  } catch (const std::exception& error) {
    fmt::print(stderr, "useipsec: {} (our own fault)\n", error.what());
    return ExitCode::broken;
  }
}

}  // namespace useipsec
