#include "forge/ah.h"

#include <algorithm>

#include "forge/header.h"
#include "forge/keys.h"
#include "forge/put.h"
#include "wire/protocol_numbers.h"

namespace useipsec {

namespace {

/// What routers may change counts as zero (RFC 4302 section 3.3.3.1).
void blank_mutable(Frame& header) {
  if (header[0] >> 4U == 4) {
    for (const std::size_t at : {1, 6, 7, 8, 10, 11}) header[at] = 0;  // TOS, flags and offset, TTL, checksum
    return;
  }
  header[0] = 0x60;
  for (const std::size_t at : {1, 2, 3, 7}) header[at] = 0;  // traffic class and flow label, hop limit
}

}  // namespace

Frame under_ah(const Frame& frame, const SaRecord& sa, std::uint32_t sequence) {
  const auto content = std::span(frame).subspan(ip_at + ip_header_size(frame));
  const std::size_t fixed = 12, icv_size = sa.integrity_truncation_bits / 8;
  const std::size_t size = (fixed + icv_size + 7) / 8 * 8;  // Linux pads to 8 for IPv4 too (net/ipv4/ah4.c)

  Frame ah;
  put8(ah, frame[ip_at + (is_v4(frame) ? 9 : 6)]);
  put8(ah, size / 4 - 2);
  put16(ah, 0);
  put32(ah, sa.spi);
  put32(ah, sequence);
  ah.resize(size, 0);
  put(ah, content);
  auto result = with_content(frame, protocol_ah, ah);

  Frame covered(result.begin() + ip_at, result.begin() + static_cast<std::ptrdiff_t>(ip_at + ip_header_size(frame)));
  blank_mutable(covered);
  put(covered, std::span(ah));
  const auto value = check_value(sa, covered);
  std::copy(value.begin(), value.end(),
            result.begin() + static_cast<std::ptrdiff_t>(ip_at + ip_header_size(frame) + fixed));
  return result;
}

}  // namespace useipsec
