#include "forge/header.h"

#include "base/address.h"
#include "forge/checksum.h"
#include "forge/put.h"
#include "wire/protocol_numbers.h"

namespace useipsec {

namespace {

Address address_at(const Frame& frame, std::size_t at, std::size_t size) {
  return Address(std::span(frame).subspan(at, size));
}

}  // namespace

bool is_v4(const Frame& frame) { return frame.size() >= ip_at + 20 && frame[12] == 0x08 && frame[13] == 0x00; }
bool is_v6(const Frame& frame) { return frame.size() >= ip_at + 40 && frame[12] == 0x86 && frame[13] == 0xdd; }

std::size_t ip_header_size(const Frame& frame) { return is_v4(frame) ? (frame[ip_at] & 0x0fU) * std::size_t{4} : 40; }

Frame with_content(const Frame& frame, std::uint8_t protocol, const Frame& content) {
  Frame result(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(ip_at + ip_header_size(frame)));
  const bool v4 = is_v4(frame);
  result[ip_at + (v4 ? 9 : 6)] = protocol;
  const auto length = content.size() + (v4 ? ip_header_size(frame) : 0);
  set16(result, ip_at + (v4 ? 2 : 4), static_cast<std::uint16_t>(length));
  make_checksum_good(result);
  put(result, std::span(content));
  return result;
}

void make_checksum_good(Frame& frame) {
  if (!is_v4(frame) || frame.size() < ip_at + ip_header_size(frame)) return;
  set16(frame, ip_at + 10, 0);
  set16(frame, ip_at + 10, internet_checksum(std::span(frame).subspan(ip_at, ip_header_size(frame))));
}

void make_udp_checksum_good(Frame& frame) {
  const bool v4 = is_v4(frame);
  const auto at = ip_at + ip_header_size(frame);
  if ((!v4 && !is_v6(frame)) || frame[ip_at + (v4 ? 9 : 6)] != protocol_udp || frame.size() < at + 8) return;
  const std::size_t length = frame[at + 4] * std::size_t{256} + frame[at + 5];
  const bool none = frame[at + 6] == 0 && frame[at + 7] == 0;
  if (none || length < 8 || frame.size() < at + length) return;
  set16(frame, at + 6, 0);
  const auto addresses = ip_at + (v4 ? 12 : 8), size = v4 ? std::size_t{4} : std::size_t{16};
  const auto sum = transport_checksum(address_at(frame, addresses, size), address_at(frame, addresses + size, size),
                                      protocol_udp, std::span(frame).subspan(at, length));
  set16(frame, at + 6, sum == 0 ? std::uint16_t{0xffff} : sum);  // zero would mean that there is none
}

}  // namespace useipsec
