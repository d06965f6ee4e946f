#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/error.h"
#include "cli/verb.h"
#include "input/nearest_word.h"
#include "version.h"

namespace useipsec {

namespace {

/// CLI11 knows no "did you mean": a word that is no verb, or no verb's verb, is answered here.
bool refuse_unknown_verb(const CLI::App& app, const std::vector<std::string>& words) {
  std::vector<std::string> names;
  for (const auto* verb : app.get_subcommands(nullptr)) {
    if (!words.empty() && verb->get_name() == words.front())
      return refuse_unknown_verb(*verb, {words.begin() + 1, words.end()});
    if (!verb->get_group().empty()) names.push_back(verb->get_name());
  }
  if (names.empty() || (!words.empty() && words.front().rfind('-', 0) == 0) ||
      (words.empty() && app.get_parent() == nullptr))
    return false;
  const auto whole = app.get_parent() == nullptr ? app.get_name() : app.get_parent()->get_name() + " " + app.get_name();
  const auto nearest = words.empty() ? "" : nearest_word(words.front(), names);
  fmt::print(stderr, "useipsec: expected a verb after `{}` ({}), found {}{}\n", whole, listed(names),
             words.empty() ? "none" : "\"" + words.front() + "\"",
             !nearest.empty() ? fmt::format("; did you mean \"{}\"?", nearest)
                              : fmt::format("; `{} --help` says what they do", whole));
  return true;
}

/// "Example: ...", or one below the other.
std::string footer_of(const std::string& example) {
  if (example.find('\n') == std::string::npos) return "Example: " + example;
  std::string text = "Examples:\n  ";
  for (const char c : example) text += c == '\n' ? std::string("\n  ") : std::string(1, c);
  return text;
}

}  // namespace

ExitCode run_command_line(int argc, char** argv) {
  CLI::App app("Runs the claims made about \"just use IPsec\" (RFC 5406 and its reviewers) as experiments.\n",
               "useipsec");
  app.set_version_flag("--version", "useipsec " USEIPSEC_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 as expected, 1 unexpected, 2 usage or invalid file, 3 nothing selected, 77 this machine lacks\n"
      "something, 124 deadline, 125 our own fault, 130/143 interrupted.\n\nExample: useipsec run 'nat-*'");
  std::function<ExitCode()> chosen;
  for (const auto& verb : verbs()) {
    auto* sub = app.add_subcommand(verb.name, verb.summary);
    sub->footer(footer_of(verb.example));
    if (verb.hidden) sub->group("");
    auto action = verb.declare(Arguments(sub));
    if (action) sub->final_callback([action, &chosen] { chosen = action; });
  }
  if (refuse_unknown_verb(app, {argv + 1, argv + argc})) return ExitCode::invalid;
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
