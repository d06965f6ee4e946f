#include "report/ci/plain_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.h"

namespace useipsec {

namespace {

constexpr char escape = '\x1b';
constexpr std::string_view replacement = "\xef\xbf\xbd";  // U+FFFD

bool is_final(char c) { return c >= 0x40 && c <= 0x7e; }

/// Bytes of the escape sequence at the start of `text`, 0 where there is none (ECMA-48 5.4 and 5.6, and xterm's OSC).
std::size_t escape_sequence(std::string_view text) {
  const bool eight_bit = text.substr(0, 2) == "\xc2\x9b";  // CSI as one character, U+009B
  if (text.empty() || (text[0] != escape && !eight_bit)) return 0;
  if (text.size() == 1) return 1;
  if (eight_bit || text[1] == '[') {
    std::size_t at = 2;
    while (at < text.size() && text[at] >= 0x20 && !is_final(text[at])) ++at;
    return at < text.size() && is_final(text[at]) ? at + 1 : at;
  }
  if (text[1] == ']' || text[1] == 'P') {  // a string, up to BEL or ESC \; a line's end bounds one that never ends
    const auto end = text.find_first_of("\x07\x1b\n", 2);
    if (end == std::string_view::npos) return text.size();
    if (text[end] == '\n') return end;
    return text[end] == '\x07' ? end + 1 : std::min(end + 2, text.size());
  }
  std::size_t at = 1;
  while (at < text.size() && text[at] >= 0x20 && text[at] < 0x30) ++at;
  return at < text.size() && text[at] >= 0x30 && text[at] <= 0x7e ? at + 1 : at;
}

bool is_control(char32_t point) {
  return (point < 0x20 && point != '\n' && point != '\t') || (point >= 0x7f && point < 0xa0);
}

/// Not characters at all (XML 1.0 section 2.2), such as turn the text around (Unicode bidirectional controls), and ends
/// of lines that only some readers take for one (YAML 1.1).
bool is_unwanted(char32_t point) {
  return point == 0xfffe || point == 0xffff || point == 0x200e || point == 0x200f || point == 0x61c ||
         (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069);
}

/// The nearest place at or before `at` where a character begins.
std::size_t character_start(std::string_view text, std::size_t at) {
  while (at > 0 && at < text.size() && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
  return at;
}

}  // namespace

std::string plain_text(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  while (!text.empty()) {
    if (const auto length = escape_sequence(text); length != 0) {
      text.remove_prefix(length);
      continue;
    }
    const auto [point, length] = decode_utf8(text);
    if (length == 0 || is_unwanted(point)) {
      plain += replacement;
    } else if (!is_control(point)) {
      plain += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return plain;
}

std::string one_line(std::string_view text, std::size_t most) {
  std::string line;
  for (const char c : plain_text(text.substr(0, 4 * most + 1024))) {  // what cannot be shown need not be cleaned
    const bool space = c == ' ' || c == '\n' || c == '\t';
    if (!space) line += c;
    if (space && !line.empty() && line.back() != ' ') line += ' ';
  }
  if (!line.empty() && line.back() == ' ') line.pop_back();
  if (line.size() <= most) return line;
  constexpr std::string_view mark = "...";
  line.resize(character_start(line, most > mark.size() ? most - mark.size() : 0));
  return line + std::string(mark);
}

std::string bounded(const std::string& plain, std::size_t most) {
  if (plain.size() <= most) return plain;
  constexpr std::size_t note_size = 64;
  const auto keep = most > note_size ? most - note_size : 0;
  const auto head = character_start(plain, keep * 2 / 3);
  const auto tail = character_start(plain, plain.size() - keep / 3);
  return fmt::format("{}\n[{} bytes left out]\n{}", plain.substr(0, head), tail - head, plain.substr(tail));
}

}  // namespace useipsec
