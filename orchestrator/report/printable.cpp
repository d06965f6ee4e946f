#include "report/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace useipsec {

namespace {

/// The code point at the start of `text` and its length in bytes; length 0 where it is not UTF-8 (RFC 3629).
std::pair<char32_t, std::size_t> decode(std::string_view text) {
  const auto byte = [&](std::size_t index) { return static_cast<std::uint8_t>(text[index]); };
  const auto lead = byte(0);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xc2 && lead < 0xe0 ? 2
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf5 ? 4
                                                           : 0;
  if (length == 0 || length > text.size()) return {0, 0};
  char32_t point = length == 1 ? lead : lead & (0xffu >> (length + 1));
  for (std::size_t index = 1; index < length; ++index) {
    if ((byte(index) & 0xc0) != 0x80) return {0, 0};
    point = (point << 6) | (byte(index) & 0x3fu);
  }
  const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  if (overlong || (point >= 0xd800 && point < 0xe000) || point > 0x10ffff) return {0, 0};
  return {point, length};
}

}  // namespace

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto [point, length] = decode(text);
    if (length == 0) {
      result += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(text.front()));
    } else if (point < 0x20 || (point >= 0x7f && point < 0xa0)) {
      result += fmt::format("\\x{:02x}", static_cast<std::uint32_t>(point));
    } else if (point > 0x24f || point == 0xad) {
      result += fmt::format("\\u{{{:04x}}}", static_cast<std::uint32_t>(point));
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<std::uint8_t>(c) & 0xc0) != 0x80; }));
}

}  // namespace useipsec
