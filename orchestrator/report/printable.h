#pragma once

#include <string>
#include <string_view>

namespace useipsec {

/// The text with everything escaped that could move a terminal's cursor or break a column: control characters and bytes
/// that are not UTF-8 as \xNN, characters beyond Latin Extended-B (wide, combining, right-to-left) as \u{NNNN}. Each
/// character that stays is one column wide. Newlines and tabs are escaped as well.
std::string printable(std::string_view text);

/// Columns of a text that printable() made.
std::size_t columns(std::string_view printable_text);

}  // namespace useipsec
