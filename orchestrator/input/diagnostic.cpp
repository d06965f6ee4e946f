#include "input/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

namespace useipsec {
namespace {

constexpr std::size_t longest_quote = 60;  // characters

std::string cut(const std::string& text) {
  std::size_t end = 0;
  std::size_t characters = 0;
  while (end < text.size()) {
    if ((static_cast<unsigned char>(text[end]) & 0xc0U) != 0x80U && ++characters > longest_quote)
      return text.substr(0, end) + "...";
    ++end;
  }
  return text;
}

}  // namespace

std::string to_string(const Diagnostic& diagnostic) {
  std::string line = diagnostic.file;
  if (diagnostic.place.line != 0) line += fmt::format(":{}:{}", diagnostic.place.line, diagnostic.place.column);
  line += ": ";
  if (!diagnostic.pointer.empty()) line += diagnostic.pointer + ": ";
  line += diagnostic.message;
  if (!diagnostic.found.empty()) line += "; found " + diagnostic.found;
  if (!diagnostic.nearest.empty()) line += fmt::format("; did you mean \"{}\"?", diagnostic.nearest);
  return line;
}

void Diagnostics::add(Diagnostic diagnostic) {
  if (std::find(all_.begin(), all_.end(), diagnostic) == all_.end()) all_.push_back(std::move(diagnostic));
}

void Diagnostics::add(const Diagnostics& others) {
  for (const auto& diagnostic : others.all_) add(diagnostic);
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<std::string> files;
  for (const auto& diagnostic : all_) {
    if (std::find(files.begin(), files.end(), diagnostic.file) == files.end()) files.push_back(diagnostic.file);
  }
  const auto rank = [&files](const Diagnostic& diagnostic) {
    return std::find(files.begin(), files.end(), diagnostic.file) - files.begin();
  };
  auto result = all_;
  std::stable_sort(result.begin(), result.end(), [&rank](const Diagnostic& left, const Diagnostic& right) {
    return std::tuple(rank(left), left.place) < std::tuple(rank(right), right.place);
  });
  return result;
}

std::string Diagnostics::text() const {
  std::string result;
  for (const auto& diagnostic : sorted()) result += to_string(diagnostic) + "\n";
  return result;
}

nlohmann::ordered_json Diagnostics::json() const {
  auto result = nlohmann::ordered_json::array();
  for (const auto& diagnostic : sorted()) {
    nlohmann::ordered_json entry;
    entry["file"] = diagnostic.file;
    entry["line"] = diagnostic.place.line;
    entry["column"] = diagnostic.place.column;
    entry["pointer"] = diagnostic.pointer;
    entry["message"] = diagnostic.message;
    entry["found"] = diagnostic.found;
    entry["nearest"] = diagnostic.nearest;
    result.push_back(std::move(entry));
  }
  return result;
}

std::string quoted_text(std::string_view text) {
  const nlohmann::ordered_json value = cut(std::string(text));
  return value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string quoted(const nlohmann::ordered_json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "an array";
  if (value.is_string()) return quoted_text(value.get_ref<const std::string&>());
  return value.dump();
}

std::string quoted_with_type(const nlohmann::ordered_json& value) {
  if (value.is_string()) return "the text " + quoted(value);
  if (value.is_number()) return "the number " + quoted(value);
  return quoted(value);
}

}  // namespace useipsec
