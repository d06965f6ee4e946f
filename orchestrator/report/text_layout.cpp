#include "report/text_layout.h"

#include <fmt/format.h>

#include "report/printable.h"

namespace useipsec {

namespace {

constexpr std::string_view green = "32", red = "31", yellow = "33", magenta = "35";

std::string in_colour(std::string_view text, std::string_view code, bool colour) {
  return colour ? fmt::format("\x1b[{}m{}\x1b[0m", code, text) : std::string(text);
}

/// The byte where column `width` begins.
std::size_t cut_at(std::string_view text, std::size_t width) {
  std::size_t at = 0;
  for (std::size_t column = 0; at < text.size(); ++at) {
    if ((static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) continue;
    if (column++ == width) break;
  }
  return at;
}

}  // namespace

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  const auto clean = printable(text);
  std::vector<std::string> lines{""};
  std::string_view rest = clean;
  while (!rest.empty()) {
    const auto space = rest.find(' ');
    auto word = rest.substr(0, space);
    rest.remove_prefix(space == std::string_view::npos ? rest.size() : space + 1);
    if (word.empty()) continue;
    if (!lines.back().empty() && columns(lines.back()) + 1 + columns(word) > width) lines.emplace_back();
    while (columns(word) > width) {
      const auto cut = cut_at(word, width);
      lines.back() = std::string(word.substr(0, cut));
      lines.emplace_back();
      word.remove_prefix(cut);
    }
    if (!lines.back().empty()) lines.back() += ' ';
    lines.back() += word;
  }
  return lines;
}

std::string paragraph(std::string_view first, std::string_view text) {
  const auto indent = columns(first);
  std::string result;
  for (const auto& line : wrap(text, page_width - indent))
    result += fmt::format("{}{}\n", result.empty() ? std::string(first) : std::string(indent, ' '), line);
  return result;
}

std::string padded(std::string_view text, std::size_t width) {
  const auto used = columns(text);
  return std::string(text) + std::string(used < width ? width - used : 0, ' ');
}

std::string painted(std::string_view text, State state, bool colour) {
  const bool ours = state == State::broken || state == State::crashed || state == State::timeout;
  return in_colour(text,
                   state == State::passed   ? green
                   : state == State::failed ? red
                   : ours                   ? magenta
                                            : yellow,
                   colour);
}

std::string painted(std::string_view text, ClaimState state, bool colour) {
  return in_colour(text,
                   state == ClaimState::reproduced     ? green
                   : state == ClaimState::contradicted ? red
                                                       : yellow,
                   colour);
}

}  // namespace useipsec
