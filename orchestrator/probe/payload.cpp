#include "probe/payload.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>

namespace useipsec {

namespace {

constexpr std::string_view pattern = "0123456789abcdefghijklmnopqrstuvwxyz";
constexpr std::size_t sequence_digits = 6;

}  // namespace

std::string make_payload(const PayloadMark& mark, std::size_t size) {
  auto text = fmt::format("{}/{:06}/{}/", mark.token, mark.sequence, static_cast<char>(mark.direction));
  text.reserve(std::max(size, text.size()));
  // From another place for each token, so that a packet put together of two probes' fragments is not intact.
  auto index = std::accumulate(mark.token.begin(), mark.token.end(), std::size_t{0},
                               [](std::size_t sum, char each) { return sum + static_cast<unsigned char>(each); });
  for (; text.size() < size; ++index) text.push_back(pattern[index % pattern.size()]);
  return text;
}

std::optional<PayloadMark> read_mark(std::string_view bytes) {
  const auto slash = bytes.find('/');
  if (slash == std::string_view::npos || slash == 0) return std::nullopt;
  const auto rest = bytes.substr(slash + 1);
  if (rest.size() < sequence_digits + 3 || rest[sequence_digits] != '/' || rest[sequence_digits + 2] != '/')
    return std::nullopt;

  PayloadMark mark{.token = std::string(bytes.substr(0, slash))};
  const auto digits = rest.substr(0, sequence_digits);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), mark.sequence);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;

  switch (rest[sequence_digits + 1]) {
    case static_cast<char>(PayloadDirection::request):
      mark.direction = PayloadDirection::request;
      break;
    case static_cast<char>(PayloadDirection::answer):
      mark.direction = PayloadDirection::answer;
      break;
    default:
      return std::nullopt;
  }
  return mark;
}

bool is_intact(std::string_view bytes, const PayloadMark& mark, std::size_t size) {
  return bytes == make_payload(mark, size);
}

}  // namespace useipsec
