#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace useipsec {

/// Who wrote a payload: the probe's `from` or its `to`.
enum class PayloadDirection : char { request = 'q', answer = 'r' };

/// What a probe's packet says about itself. On the wire: `<token>/<sequence, 6 digits>/<direction>/<pattern>`.
struct PayloadMark {
  std::string token = {};  ///< without '/'
  std::uint32_t sequence = 0;
  PayloadDirection direction = PayloadDirection::request;
  bool operator==(const PayloadMark&) const = default;
};

inline constexpr std::uint32_t last_sequence = 999999;

/// The payload's bytes, printable: the mark, padded with a repeating pattern to `size`; longer than `size` where the
/// mark alone is.
std::string make_payload(const PayloadMark& mark, std::size_t size);

/// The mark at the start of `bytes`, the pattern unchecked (quoted packets are cut); nothing where there is none.
std::optional<PayloadMark> read_mark(std::string_view bytes);

/// Whether `bytes` are exactly what make_payload(mark, size) wrote.
bool is_intact(std::string_view bytes, const PayloadMark& mark, std::size_t size);

}  // namespace useipsec
