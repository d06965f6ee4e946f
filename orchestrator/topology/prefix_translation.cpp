#include "topology/prefix_translation.h"

#include <array>

namespace useipsec {
namespace {

using Words = std::array<std::uint16_t, 8>;

Words words_of(const Address& address) {
  Words words{};
  const auto bytes = address.bytes();
  for (std::size_t index = 0; index < words.size(); ++index)
    words.at(index) = static_cast<std::uint16_t>(bytes[2 * index] << 8U | bytes[2 * index + 1]);
  return words;
}

std::uint16_t folded(std::uint32_t sum) {
  while (sum > 0xffffU) sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<std::uint16_t>(sum);
}

std::uint16_t sum_of(const Words& words) {
  std::uint32_t sum = 0;
  for (const auto word : words) sum += word;
  return folded(sum);
}

/// The word that takes the difference: the subnet's where the prefix leaves room for one, else the first of the
/// interface identifier that can (sections 3.4 and 3.5).
std::size_t adjusted_word(const Words& words, int length) {
  if (length <= 48) return 3;
  for (std::size_t index = 4; index < words.size(); ++index)
    if (words.at(index) != 0xffff) return index;
  return 7;
}

}  // namespace

Address translated_prefix(const Address& address, const Prefix& from, const Prefix& to) {
  auto words = words_of(address);
  const auto wanted = words_of(to.address);
  for (int bit = 0; bit < to.length; bit += 16) {
    const int rest = to.length - bit;
    const auto mask = static_cast<std::uint16_t>(rest >= 16 ? 0xffffU : 0xffffU << static_cast<unsigned>(16 - rest));
    auto& word = words.at(static_cast<std::size_t>(bit / 16));
    word = static_cast<std::uint16_t>((word & ~mask) | (wanted.at(static_cast<std::size_t>(bit / 16)) & mask));
  }
  const auto adjustment =
      folded(std::uint32_t{sum_of(words_of(from.address))} + static_cast<std::uint16_t>(~sum_of(wanted)));
  auto& word = words.at(adjusted_word(words, to.length));
  word = folded(std::uint32_t{word} + adjustment);
  if (word == 0xffff) word = 0;
  std::array<std::uint8_t, 16> bytes{};
  for (std::size_t index = 0; index < words.size(); ++index) {
    bytes.at(2 * index) = static_cast<std::uint8_t>(words.at(index) >> 8U);
    bytes.at(2 * index + 1) = static_cast<std::uint8_t>(words.at(index));
  }
  return Address(std::span<const std::uint8_t>(bytes));
}

}  // namespace useipsec
