#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace useipsec {

/// A window on captured bytes in network byte order. Nothing here reads outside of it: what is not there is no value.
class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  std::size_t size() const { return bytes_.size(); }
  bool has(std::size_t offset, std::size_t length) const { return offset <= size() && length <= size() - offset; }
  std::optional<std::uint8_t> u8(std::size_t offset) const;
  std::optional<std::uint16_t> u16(std::size_t offset) const;
  std::optional<std::uint32_t> u32(std::size_t offset) const;
  std::optional<std::uint64_t> u64(std::size_t offset) const;
  /// `length` bytes from `offset`; empty where they are not all there.
  Bytes part(std::size_t offset, std::size_t length) const;
  /// Everything from `offset` on; empty past the end.
  Bytes from(std::size_t offset) const;
  /// At most the first `length` bytes.
  Bytes first(std::size_t length) const;
  std::span<const std::uint8_t> span() const { return bytes_; }
  std::string_view text() const { return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()}; }

 private:
  std::span<const std::uint8_t> bytes_;
};

}  // namespace useipsec
