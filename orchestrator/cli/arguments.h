#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace useipsec {

/// One option, flag or argument of a verb: a handle, to say more of it.
class Argument {
 public:
  explicit Argument(CLI::Option* option) : option_(option) {}

  Argument& required();
  Argument& one_of(const std::vector<std::string>& words);
  Argument& whole_number(unsigned least, unsigned most);
  /// Taken from this variable where it is not written.
  Argument& from_environment(const std::string& variable);
  /// Several values in one word, as `a,b`.
  Argument& separated_by(char mark);
  Argument& excludes(const std::string& other);
  Argument& needs(const Argument& other);

 private:
  CLI::Option* option_;
};

/// What a verb takes: a handle on the command line's parser, so that arguments.cpp and command_line.cpp alone compile
/// CLI11, which takes longer than everything else that a verb's file includes.
class Arguments {
 public:
  explicit Arguments(CLI::App* app) : app_(app) {}

  /// `names` as "--out", "--output,-o", or "run" for one by position. What is read goes into `into`, which must live
  /// until then.
  Argument option(const std::string& names, std::string& into, const std::string& about = {});
  Argument option(const std::string& names, std::vector<std::string>& into, const std::string& about = {});
  Argument option(const std::string& names, std::filesystem::path& into, const std::string& about = {});
  Argument option(const std::string& names, unsigned& into, const std::string& about = {});
  Argument option(const std::string& names, std::optional<std::size_t>& into, const std::string& about = {});
  Argument flag(const std::string& names, bool& into, const std::string& about = {});

  /// A verb of the verb, as `start` of `lab`; from then on one is required.
  Arguments verb(const std::string& name, const std::string& summary);
  /// The end of its --help.
  void footer(const std::string& text);
  /// Called once all was read, where this verb was chosen.
  void when_chosen(const std::function<void()>& act);

 private:
  CLI::App* app_;
};

}  // namespace useipsec
