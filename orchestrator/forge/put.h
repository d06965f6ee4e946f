#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "forge/frames.h"

namespace useipsec {

// Bytes at the end of a frame, in network order.

inline void put(Frame& frame, std::span<const std::uint8_t> bytes) {
  frame.insert(frame.end(), bytes.begin(), bytes.end());
}
inline void put(Frame& frame, std::string_view text) { frame.insert(frame.end(), text.begin(), text.end()); }
inline void put8(Frame& frame, std::size_t value) { frame.push_back(static_cast<std::uint8_t>(value)); }
inline void put16(Frame& frame, std::size_t value) {
  put8(frame, value >> 8U);
  put8(frame, value);
}
inline void put32(Frame& frame, std::size_t value) {
  put16(frame, value >> 16U);
  put16(frame, value);
}
/// Over bytes that are there.
inline void set16(Frame& frame, std::size_t at, std::uint16_t value) {
  frame[at] = static_cast<std::uint8_t>(value >> 8U);
  frame[at + 1] = static_cast<std::uint8_t>(value);
}

}  // namespace useipsec
