#include "inside/frame.h"

#include <fmt/format.h>

#include "base/error.h"

namespace useipsec {

namespace {

constexpr std::size_t header_size = 9;
/// No side sends more at once; anything longer is a stream out of step.
constexpr std::uint32_t longest_payload = 1U << 20U;

void put(std::string& text, std::uint32_t number) {
  for (const unsigned shift : {24U, 16U, 8U, 0U}) text.push_back(static_cast<char>(number >> shift));
}

std::uint32_t number_at(const std::string& text, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t n = 0; n < 4; ++n) number = (number << 8U) | static_cast<unsigned char>(text[at + n]);
  return number;
}

}  // namespace

std::string encode(const Frame& frame) {
  std::string text(1, static_cast<char>(frame.kind));
  put(text, frame.session);
  put(text, static_cast<std::uint32_t>(frame.payload.size()));
  return text + frame.payload;
}

void FrameReader::feed(std::string_view bytes) {
  pending_ += bytes;
  if (pending_.size() < header_size) return;
  const auto kind = static_cast<unsigned char>(pending_[0]);
  if (kind < static_cast<unsigned>(FrameKind::open) || kind > static_cast<unsigned>(FrameKind::released) || number_at(pending_, 5) > longest_payload) {
    throw Error(fmt::format("the lab's byte stream is out of step: found a frame of kind {}, {} bytes", kind, number_at(pending_, 5)));
  }
}

bool FrameReader::next(Frame& frame) {
  if (pending_.size() < header_size) return false;
  const std::size_t length = number_at(pending_, 5);
  if (pending_.size() < header_size + length) return false;
  frame.kind = static_cast<FrameKind>(pending_[0]);
  frame.session = number_at(pending_, 1);
  frame.payload = pending_.substr(header_size, length);
  pending_.erase(0, header_size + length);
  if (pending_.size() >= header_size) feed({});
  return true;
}

}  // namespace useipsec
