#include "report/html/excerpt.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>

namespace fs = std::filesystem;

namespace useipsec {

namespace {

constexpr std::string_view instead = "(not shown)";
constexpr std::size_t longest_plain_number = 16;  // hexadecimal digits: cookies and SPIs are no longer

bool is_word(char letter) { return std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '_'; }
bool is_hexadecimal(char letter) { return std::isxdigit(static_cast<unsigned char>(letter)) != 0; }

std::string lower(std::string_view text) {
  std::string result(text);
  for (auto& letter : result) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return result;
}

/// Whether the word names a key in ipsec.secrets, swanctl.conf, bird.conf or a scenario.
bool names_a_key(std::string_view word) {
  constexpr std::array<std::string_view, 4> names{"psk", "secret", "secrets", "password"};
  return std::find(names.begin(), names.end(), lower(word)) != names.end();
}

/// The end of the value that begins at `at`: a quoted string, or what stands on the line up to a space or comma.
std::size_t value_end(const std::string& text, std::size_t at) {
  if (text[at] == '"' || text[at] == '\'') {
    const auto quote = text[at];
    for (auto end = at + 1; end < text.size() && text[end] != '\n'; ++end) {
      if (text[end] == '\\')
        ++end;
      else if (text[end] == quote)
        return end + 1;
    }
  }
  return std::min(text.find_first_of(" \t\n,;}", at), text.size());
}

std::string read_part(std::ifstream& stream, std::uintmax_t from, std::uintmax_t length) {
  std::string part(static_cast<std::size_t>(length), '\0');
  stream.seekg(static_cast<std::streamoff>(from));
  stream.read(part.data(), static_cast<std::streamsize>(part.size()));
  part.resize(static_cast<std::size_t>(std::max<std::streamsize>(0, stream.gcount())));
  stream.clear();
  return part;
}

}  // namespace

std::string without_keys(const std::string& text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (!is_word(text[at])) {
      result += text[at++];
      continue;
    }
    auto end = at;
    while (end < text.size() && is_word(text[end])) ++end;
    const auto word = std::string_view(text).substr(at, end - at);
    const auto digits = word.substr(word.starts_with("0x") ? 2 : 0);
    if (digits.size() > longest_plain_number && std::all_of(digits.begin(), digits.end(), is_hexadecimal)) {
      result += instead;
      at = end;
      continue;
    }
    result += word;
    at = end;
    if (!names_a_key(word)) continue;
    // `"psk": "..."`, `secret = ...`, `: PSK "..."`: what stands between is kept, a word of prose follows none of it.
    auto value = at;
    while (value < text.size() && std::string_view("\"' \t:=").find(text[value]) != std::string_view::npos) ++value;
    const auto between = std::string_view(text).substr(at, value - at);
    const auto quote = between.find_last_of("\"'");
    const bool assigned = between.find_first_of(":=") != std::string_view::npos;
    const bool quoted = quote != std::string_view::npos && quote + 1 == between.size() && between.size() > 1;
    if (value >= text.size() || text[value] == '\n' || (!assigned && !quoted)) continue;
    const auto begin = quoted ? value - 1 : value;
    result.append(text, at, begin - at);
    result += instead;
    at = value_end(text, begin);
  }
  return result;
}

Excerpt excerpt(const fs::path& file, std::size_t most) {
  Excerpt result;
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(file, error))) {
    result.note = "it is not there";
    return result;
  }
  result.bytes = fs::file_size(file, error);
  const auto name = lower(file.filename().string());
  if (name.ends_with(".secrets") || name.ends_with(".key") || name.ends_with(".p12") ||
      name.ends_with("decryption_table") || name == "esp_sa") {
    result.note = "it holds keys and is not shown";
    return result;
  }
  std::ifstream stream(file, std::ios::binary);
  if (result.bytes <= most) {
    result.text = without_keys(read_part(stream, 0, result.bytes));
  } else {
    const auto head = most / 3, tail = most - head;
    auto first = read_part(stream, 0, head), last = read_part(stream, result.bytes - tail, tail);
    // Whole lines, where there are any.
    if (const auto end = first.rfind('\n'); end != std::string::npos) first.resize(end + 1);
    if (const auto begin = last.find('\n'); begin != std::string::npos) last.erase(0, begin + 1);
    result.left_out = result.bytes - first.size() - last.size();
    result.text =
        fmt::format("{}\n[{} bytes left out]\n\n{}", without_keys(first), result.left_out, without_keys(last));
  }
  if (result.text.find('\0') != std::string::npos) {
    result.text.clear();
    result.note = "it is no text";
  }
  return result;
}

}  // namespace useipsec
