#include "wire/bytes.h"

#include <algorithm>

namespace useipsec {

namespace {

template <class T>
std::optional<T> read(std::span<const std::uint8_t> bytes, bool there, std::size_t offset) {
  if (!there) return std::nullopt;
  T value = 0;
  for (std::size_t index = 0; index < sizeof(T); ++index)
    value = static_cast<T>((std::uint64_t{value} << 8) | bytes[offset + index]);
  return value;
}

}  // namespace

std::optional<std::uint8_t> Bytes::u8(std::size_t offset) const {
  return read<std::uint8_t>(bytes_, has(offset, 1), offset);
}
std::optional<std::uint16_t> Bytes::u16(std::size_t offset) const {
  return read<std::uint16_t>(bytes_, has(offset, 2), offset);
}
std::optional<std::uint32_t> Bytes::u32(std::size_t offset) const {
  return read<std::uint32_t>(bytes_, has(offset, 4), offset);
}
std::optional<std::uint64_t> Bytes::u64(std::size_t offset) const {
  return read<std::uint64_t>(bytes_, has(offset, 8), offset);
}

Bytes Bytes::part(std::size_t offset, std::size_t length) const {
  return has(offset, length) ? Bytes(bytes_.subspan(offset, length)) : Bytes();
}

Bytes Bytes::from(std::size_t offset) const { return offset <= size() ? Bytes(bytes_.subspan(offset)) : Bytes(); }

Bytes Bytes::first(std::size_t length) const { return Bytes(bytes_.first(std::min(length, size()))); }

}  // namespace useipsec
