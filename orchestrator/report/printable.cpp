#include "report/printable.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "base/utf8.h"

namespace useipsec {

std::string printable(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const auto [point, length] = decode_utf8(text);
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
