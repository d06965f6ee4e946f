#include "input/positions.h"

#include <nlohmann/json.hpp>

#include "input/pointer.h"

namespace useipsec {
namespace {

bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; }

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

}  // namespace

Place place_of(std::string_view text, std::size_t offset) {
  Place place{1, 1};
  for (std::size_t index = text.starts_with(byte_order_mark) ? 3 : 0; index < std::min(offset, text.size()); ++index) {
    if (text[index] == '\n') {
      ++place.line;
      place.column = 1;
    } else if (starts_character(text[index])) {
      ++place.column;
    }
  }
  return place;
}

/// Walks once over an accepted JSON text.
class PositionScanner {
 public:
  PositionScanner(std::string_view text, Positions& into) : text_(text), into_(into) {
    if (text_.starts_with(byte_order_mark)) next_ = 3;
    skip_space();
    scan_value("", here_);
  }

 private:
  char peek() const { return next_ < text_.size() ? text_[next_] : '\0'; }

  void advance() {
    if (next_ >= text_.size()) return;
    if (text_[next_] == '\n') {
      ++here_.line;
      here_.column = 1;
    } else if (starts_character(text_[next_])) {
      ++here_.column;
    }
    ++next_;
  }

  void skip_space() {
    while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') advance();
  }

  std::string scan_text() {
    const std::size_t begin = next_;
    advance();
    while (peek() != '"' && next_ < text_.size()) {
      if (peek() == '\\') advance();
      advance();
    }
    advance();
    const auto parsed = nlohmann::json::parse(text_.substr(begin, next_ - begin), nullptr, false);
    return parsed.is_string() ? parsed.get<std::string>() : std::string();
  }

  void scan_value(const std::string& pointer, Place key) {
    const auto [entry, is_new] = into_.entries_.try_emplace(pointer, Positions::Entry{key, here_});
    if (!is_new) {
      into_.duplicates_.push_back({pointer, entry->second.key, key});
      entry->second = {key, here_};
    }
    if (peek() == '{') {
      scan_members(pointer);
    } else if (peek() == '[') {
      scan_elements(pointer);
    } else if (peek() == '"') {
      scan_text();
    } else {
      while (next_ < text_.size() && std::string_view(" \t\r\n,]}").find(peek()) == std::string_view::npos) advance();
    }
  }

  void scan_members(const std::string& pointer) {
    advance();
    skip_space();
    while (peek() == '"') {
      const Place key = here_;
      const std::string name = scan_text();
      skip_space();
      advance();  // the colon
      skip_space();
      scan_value(child(pointer, name), key);
      skip_separator();
    }
    advance();
  }

  void scan_elements(const std::string& pointer) {
    advance();
    skip_space();
    for (std::size_t index = 0; peek() != ']' && next_ < text_.size(); ++index) {
      scan_value(child(pointer, index), here_);
      skip_separator();
    }
    advance();
  }

  void skip_separator() {
    skip_space();
    if (peek() == ',') advance();
    skip_space();
  }

  std::string_view text_;
  Positions& into_;
  std::size_t next_ = 0;
  Place here_{1, 1};
};

Positions::Positions(std::string_view text) { PositionScanner(text, *this); }

Place Positions::value(std::string_view pointer) const {
  for (std::string_view at = pointer;; at = parent(at)) {
    if (const auto found = entries_.find(std::string(at)); found != entries_.end()) return found->second.value;
    if (at.empty()) return {};
  }
}

Place Positions::key(std::string_view pointer) const {
  const auto found = entries_.find(std::string(pointer));
  return found == entries_.end() ? value(pointer) : found->second.key;
}

}  // namespace useipsec
