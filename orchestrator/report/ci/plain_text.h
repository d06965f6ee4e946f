#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace useipsec {

/// Text of daemons, kernels and files as a CI system can take it: UTF-8 (bytes that are not become U+FFFD), every
/// character one that XML 1.0 allows, without terminal escape sequences (ECMA-48), control characters except newline
/// and tab, and without characters that turn the direction of what follows them.
std::string plain_text(std::string_view text);

/// The same in one line of at most `most` bytes, white space together as one space; what is cut off ends in "...".
std::string one_line(std::string_view text, std::size_t most);

/// Plain text of at most `most` bytes: what is too much is taken from its middle, with a line that says how much.
std::string bounded(const std::string& plain, std::size_t most);

}  // namespace useipsec
