#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace useipsec {

/// One character at the start of a text.
struct Utf8Character {
  char32_t point = 0;
  std::size_t length = 0;  ///< bytes; 0: what stands there is not UTF-8 (RFC 3629)
};

/// The first character of `text`, which is not empty.
Utf8Character decode_utf8(std::string_view text);

/// `text` as every reader may show it: valid UTF-8 without anything that could act instead of being seen. Control
/// characters (newline and tab stay) and bytes that are not UTF-8 become \xNN; characters that reorder or hide others
/// (Unicode TR 36: bidirectional controls, zero-width and invisible ones) and noncharacters become \u{NNNN}.
std::string visible(std::string_view text);

}  // namespace useipsec
