#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "judge/verdict.h"

namespace useipsec {

inline constexpr std::size_t page_width = 80;

/// `text`, made printable, broken at spaces into lines of at most `width` columns; a longer word is cut. At least one
/// line.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// `text`, made printable, wrapped to the page behind `first`, later lines under the first one's text; each ends in a
/// newline.
std::string paragraph(std::string_view first, std::string_view text);

/// `text` padded with spaces on its right to `width` columns.
std::string padded(std::string_view text, std::size_t width);

/// `text` in the colour of a state where `colour` is asked; the word itself always says the state.
std::string painted(std::string_view text, State state, bool colour);
std::string painted(std::string_view text, ClaimState state, bool colour);

}  // namespace useipsec
