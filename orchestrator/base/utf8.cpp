#include "base/utf8.h"

#include <fmt/format.h>

#include <cstdint>

namespace useipsec {

namespace {

bool is_control(char32_t point) {
  return (point < 0x20 && point != '\n' && point != '\t') || (point >= 0x7f && point < 0xa0);
}

bool is_deceptive(char32_t point) {
  const bool invisible = point == 0xad || point == 0x34f || point == 0x61c || point == 0x180e || point == 0xfeff ||
                         (point >= 0x200b && point <= 0x200f) || (point >= 0xfff9 && point <= 0xfffb);
  const bool reorders = (point >= 0x2028 && point <= 0x202e) || (point >= 0x2060 && point <= 0x206f);
  const bool tags = point >= 0xe0000 && point <= 0xe0fff;
  const bool noncharacter = (point & 0xfffe) == 0xfffe || (point >= 0xfdd0 && point <= 0xfdef);
  return invisible || reorders || tags || noncharacter;
}

}  // namespace

Utf8Character decode_utf8(std::string_view text) {
  const auto byte = [&](std::size_t index) { return static_cast<std::uint8_t>(text[index]); };
  const auto lead = byte(0);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xc2 && lead < 0xe0 ? 2
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf5 ? 4
                                                           : 0;
  if (length == 0 || length > text.size()) return {};
  char32_t point = length == 1 ? lead : lead & (0xffu >> (length + 1));
  for (std::size_t index = 1; index < length; ++index) {
    if ((byte(index) & 0xc0) != 0x80) return {};
    point = (point << 6) | (byte(index) & 0x3fu);
  }
  const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  if (overlong || (point >= 0xd800 && point < 0xe000) || point > 0x10ffff) return {};
  return {point, length};
}

std::string visible(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const auto [point, length] = decode_utf8(text);
    if (length == 0) {
      result += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(text.front()));
      text.remove_prefix(1);
      continue;
    }
    if (is_control(point))
      result += fmt::format("\\x{:02x}", static_cast<std::uint32_t>(point));
    else if (is_deceptive(point))
      result += fmt::format("\\u{{{:04x}}}", static_cast<std::uint32_t>(point));
    else
      result += text.substr(0, length);
    text.remove_prefix(length);
  }
  return result;
}

}  // namespace useipsec
