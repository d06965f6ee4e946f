#include "inside/letter.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "base/error.h"

namespace useipsec {

namespace {

constexpr std::string_view kinds = "iewsorxn";

/// An argument of a command line is any bytes but zero, JSON is UTF-8: a list of bytes carries both.
nlohmann::json bytes_of(const std::vector<std::string>& words) {
  nlohmann::json all = nlohmann::json::array();
  for (const auto& word : words) {
    nlohmann::json bytes = nlohmann::json::array();
    for (const char byte : word) bytes.push_back(static_cast<unsigned char>(byte));
    all.push_back(std::move(bytes));
  }
  return all;
}

std::vector<std::string> words_of(const nlohmann::json& all) {
  std::vector<std::string> words;
  for (const auto& bytes : all) {
    std::string word;
    for (const auto& byte : bytes) word.push_back(static_cast<char>(byte.get<unsigned char>()));
    words.push_back(std::move(word));
  }
  return words;
}

}  // namespace

std::string to_bytes(const Letter& letter) { return static_cast<char>(letter.kind) + letter.body; }

Letter letter_of(std::string bytes) {
  if (bytes.empty() || kinds.find(bytes.front()) == std::string_view::npos) {
    throw Error(fmt::format(
        "expected a letter of kind {}, found {}", kinds,
        bytes.empty() ? "an empty file" : fmt::format("{:#04x}", static_cast<unsigned char>(bytes.front()))));
  }
  Letter letter{.kind = static_cast<LetterKind>(bytes.front())};
  bytes.erase(0, 1);
  letter.body = std::move(bytes);
  return letter;
}

int number_in(const Letter& letter) {
  int number = 0;
  const auto* const begin = letter.body.data();
  const auto [end, error] = std::from_chars(begin, begin + letter.body.size(), number);
  if (error != std::errc() || (end != begin + letter.body.size() && *end != ' '))
    throw Error(fmt::format("expected a number in a letter, found \"{}\"", letter.body));
  return number;
}

std::string size_text(TerminalSize size) { return fmt::format("{} {}", size.rows, size.columns); }

TerminalSize size_in(const Letter& letter) {
  TerminalSize size;
  int used = 0;
  if (std::sscanf(letter.body.c_str(), "%hu %hu%n", &size.rows, &size.columns, &used) != 2 ||
      static_cast<std::size_t>(used) != letter.body.size()) {
    throw Error(fmt::format("expected rows and columns in a letter, found \"{}\"", letter.body));
  }
  return size;
}

std::string to_text(const ProgramRequest& request) {
  return nlohmann::json{{"case", request.case_id},
                        {"node", request.node},
                        {"command", bytes_of(request.command)},
                        {"environment", bytes_of(request.environment)},
                        {"terminal", request.terminal},
                        {"size", size_text(request.size)}}
      .dump();
}

ProgramRequest program_request(const std::string& text) try {
  const auto document = nlohmann::json::parse(text);
  ProgramRequest request{.case_id = document.at("case"), .node = document.at("node")};
  request.command = words_of(document.at("command"));
  request.environment = words_of(document.at("environment"));
  request.terminal = document.at("terminal");
  request.size = size_in({.kind = LetterKind::resize, .body = document.at("size")});
  if (request.command.empty()) throw Error("a visitor's request names no program");
  return request;
} catch (const nlohmann::json::exception& error) {
  throw Error(fmt::format("reading a visitor's request: {}", error.what()));
}

}  // namespace useipsec
