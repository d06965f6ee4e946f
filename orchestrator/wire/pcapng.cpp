#include "wire/pcapng.h"

#include <algorithm>

namespace useipsec {

namespace {

// draft-ietf-opsawg-pcapng sections 3.5 and 4.
constexpr std::uint32_t section_header = 0x0a0d0d0a, interface_description = 1, enhanced_packet = 6;
constexpr std::uint32_t byte_order_magic = 0x1a2b3c4d;
constexpr std::uint16_t end_of_options = 0, comment_option = 1, application_option = 4, name_option = 2,
                        description_option = 3, resolution_option = 9;
constexpr std::uint16_t link_type_ethernet = 1;
constexpr std::size_t longest_option = 0xffff;

/// Little endian; the byte order magic tells the reader.
template <class T>
void put(std::string& to, T value) {
  for (std::size_t byte = 0; byte < sizeof(T); ++byte)
    to += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * byte));
}

void pad(std::string& to) {
  while (to.size() % 4 != 0) to += '\0';
}

/// `text` up to the longest that an option can hold, not ending within a UTF-8 character.
std::string_view fitting(std::string_view text) {
  if (text.size() <= longest_option) return text;
  auto end = longest_option;
  while (end > 0 && (static_cast<std::uint8_t>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

void put_option(std::string& body, std::uint16_t code, std::string_view value) {
  const auto kept = fitting(value);
  put(body, code);
  put(body, static_cast<std::uint16_t>(kept.size()));
  body += kept;
  pad(body);
}

void end_options(std::string& body) {
  put(body, end_of_options);
  put(body, std::uint16_t{0});
}

void put_block(std::string& to, std::uint32_t type, const std::string& body) {
  const auto length = static_cast<std::uint32_t>(body.size() + 12);
  put(to, type);
  put(to, length);
  to += body;
  put(to, length);
}

}  // namespace

PcapngWriter::PcapngWriter(std::string_view comment, std::string_view application) {
  std::string body;
  put(body, byte_order_magic);
  put(body, std::uint16_t{1});
  put(body, std::uint16_t{0});
  put(body, ~std::uint64_t{0});  // the section's length is not said
  if (!comment.empty()) put_option(body, comment_option, comment);
  put_option(body, application_option, application);
  end_options(body);
  put_block(bytes_, section_header, body);
}

std::uint32_t PcapngWriter::add_interface(std::string_view name, std::string_view description) {
  std::string body;
  put(body, link_type_ethernet);
  put(body, std::uint16_t{0});
  put(body, std::uint32_t{0});  // no limit of what was captured of a packet
  put_option(body, name_option, name);
  put_option(body, description_option, description);
  put_option(body, resolution_option, std::string_view("\x09", 1));  // 10^-9 seconds
  end_options(body);
  put_block(bytes_, interface_description, body);
  return interfaces_++;
}

void PcapngWriter::add_packet(std::uint32_t interface, std::int64_t stamp, std::span<const std::uint8_t> frame,
                              std::uint32_t length, const std::vector<std::string>& comments) {
  std::string body;
  body.reserve(frame.size() + 32);
  put(body, interface);
  put(body, static_cast<std::uint32_t>(static_cast<std::uint64_t>(stamp) >> 32));
  put(body, static_cast<std::uint32_t>(static_cast<std::uint64_t>(stamp)));
  put(body, static_cast<std::uint32_t>(frame.size()));
  put(body, std::max(length, static_cast<std::uint32_t>(frame.size())));
  body.append(reinterpret_cast<const char*>(frame.data()), frame.size());
  pad(body);
  for (const auto& each : comments) put_option(body, comment_option, each);
  if (!comments.empty()) end_options(body);
  put_block(bytes_, enhanced_packet, body);
}

}  // namespace useipsec
