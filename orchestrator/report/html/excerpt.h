#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace useipsec {

/// A text file as a page shows it.
struct Excerpt {
  std::string text;
  std::uintmax_t bytes = 0;     ///< of the whole file
  std::uintmax_t left_out = 0;  ///< from its middle, said in the text
  std::string note;             ///< why there is no text
};

/// At most about `most` bytes of a file: its beginning and, more of it, its end. Keys are taken out: what is passed on
/// does not carry them. A file that holds nothing but keys, or is no regular file, has a note instead.
Excerpt excerpt(const std::filesystem::path& file, std::size_t most);

/// `text` with the values of psk, PSK, secret and key members, and long hexadecimal numbers, replaced.
std::string without_keys(const std::string& text);

}  // namespace useipsec
