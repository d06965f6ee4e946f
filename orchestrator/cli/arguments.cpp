#include "cli/arguments.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>

#include "input/nearest_word.h"

namespace useipsec {

Argument& Argument::required() {
  option_->required();
  return *this;
}

Argument& Argument::one_of(const std::vector<std::string>& words) {
  const auto check = [words](const std::string& text) -> std::string {
    if (std::ranges::find(words, text) != words.end()) return {};
    const auto nearest = nearest_word(text, words);
    return fmt::format("expected one of {}, found \"{}\"{}", fmt::join(words, ", "), text,
                       nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest));
  };
  option_->check(check, fmt::format("{{{}}}", fmt::join(words, ",")));  // the words, for --help
  return *this;
}

Argument& Argument::whole_number(unsigned least, unsigned most) {
  // CLI11 reads -1 as 4294967295, and says nothing of what was expected.
  option_->check([least, most](const std::string& text) -> std::string {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool good = error == std::errc() && end == text.data() + text.size() && number >= least && number <= most;
    return good ? "" : fmt::format("expected a whole number from {} to {}, found \"{}\"", least, most, text);
  });
  return *this;
}

Argument& Argument::from_environment(const std::string& variable) {
  option_->envname(variable);
  return *this;
}

Argument& Argument::separated_by(char mark) {
  option_->delimiter(mark);
  return *this;
}

Argument& Argument::excludes(const std::string& other) {
  option_->excludes(other);
  return *this;
}

Argument& Argument::needs(const Argument& other) {
  option_->needs(other.option_);
  return *this;
}

Argument Arguments::option(const std::string& names, std::string& into, const std::string& about) {
  return Argument(app_->add_option(names, into, about));
}

Argument Arguments::option(const std::string& names, std::vector<std::string>& into, const std::string& about) {
  return Argument(app_->add_option(names, into, about));
}

Argument Arguments::option(const std::string& names, std::filesystem::path& into, const std::string& about) {
  return Argument(app_->add_option(names, into, about));
}

Argument Arguments::option(const std::string& names, std::optional<std::size_t>& into, const std::string& about) {
  return Argument(app_->add_option(names, into, about));
}

Argument Arguments::option(const std::string& names, unsigned& into, const std::string& about) {
  return Argument(app_->add_option(names, into, about));
}

Argument Arguments::flag(const std::string& names, bool& into, const std::string& about) {
  return Argument(app_->add_flag(names, into, about));
}

Arguments Arguments::verb(const std::string& name, const std::string& summary) {
  app_->require_subcommand(1);
  return Arguments(app_->add_subcommand(name, summary));
}

void Arguments::footer(const std::string& text) { app_->footer(text); }

void Arguments::when_chosen(const std::function<void()>& act) { app_->final_callback(act); }

}  // namespace useipsec
