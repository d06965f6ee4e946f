#include "base/address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace useipsec {

Address::Address(std::span<const std::uint8_t> bytes) : family_(bytes.size() == 4 ? Family::v4 : Family::v6) {
  std::copy(bytes.begin(), bytes.end(), bytes_.begin());
}

std::optional<Address> Address::parse(std::string_view text) {
  const std::string copy(text);
  std::array<std::uint8_t, 16> bytes{};
  if (::inet_pton(AF_INET, copy.c_str(), bytes.data()) == 1) return Address(std::span(bytes).first(4));
  if (::inet_pton(AF_INET6, copy.c_str(), bytes.data()) == 1) return Address(std::span<const std::uint8_t>(bytes));
  return std::nullopt;
}

Address Address::any(Family family) {
  Address address;
  address.family_ = family;
  return address;
}

bool Address::is_multicast() const { return family_ == Family::v4 ? (bytes_[0] >> 4) == 0xe : bytes_[0] == 0xff; }

bool Address::is_link_local() const {
  return family_ == Family::v4 ? bytes_[0] == 169 && bytes_[1] == 254 : bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80;
}

bool Address::is_loopback() const { return family_ == Family::v4 ? bytes_[0] == 127 : *this == parse("::1"); }

bool Address::is_any() const {
  return std::all_of(bytes_.begin(), bytes_.end(), [](std::uint8_t byte) { return byte == 0; });
}

std::string Address::str() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(family_ == Family::v4 ? AF_INET : AF_INET6, bytes_.data(), text.data(), text.size());
  return text.data();
}

std::optional<Prefix> Prefix::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = Address::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  if (slash == std::string_view::npos) return host(*address);
  const auto digits = text.substr(slash + 1);
  std::uint8_t length = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
  if (error != std::errc() || end != digits.data() + digits.size() || length > address->size() * 8) return std::nullopt;
  return Prefix{*address, length};
}

namespace {

bool same_leading_bits(const Address& left, const Address& right, std::size_t bits) {
  if (left.family() != right.family()) return false;
  for (std::size_t bit = 0; bit < bits; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80U >> (bit % 8));
    if ((left.bytes()[bit / 8] & mask) != (right.bytes()[bit / 8] & mask)) return false;
  }
  return true;
}

}  // namespace

Prefix Prefix::network() const {
  std::array<std::uint8_t, 16> bytes{};
  std::copy(address.bytes().begin(), address.bytes().end(), bytes.begin());
  for (std::size_t bit = length; bit < address.size() * 8; ++bit) {
    bytes[bit / 8] &= static_cast<std::uint8_t>(~(0x80U >> (bit % 8)));
  }
  return {Address(std::span<const std::uint8_t>(bytes).first(address.size())), length};
}

bool Prefix::contains(const Address& other) const { return same_leading_bits(address, other, length); }

bool Prefix::overlaps(const Prefix& other) const {
  return same_leading_bits(address, other.address, std::min(length, other.length));
}

std::optional<Address> Prefix::nth(std::uint32_t n) const {
  const std::size_t host_bits = (address.size() * 8) - length;
  if (host_bits < 32 && (n >> host_bits) != 0) return std::nullopt;
  std::array<std::uint8_t, 16> bytes{};
  const auto base = network();
  std::copy(base.address.bytes().begin(), base.address.bytes().end(), bytes.begin());
  std::uint64_t carry = n;
  for (std::size_t index = address.size(); index-- > 0 && carry != 0;) {
    carry += bytes[index];
    bytes[index] = static_cast<std::uint8_t>(carry & 0xffU);
    carry >>= 8U;
  }
  return Address(std::span<const std::uint8_t>(bytes).first(address.size()));
}

std::string Prefix::str() const { return fmt::format("{}/{}", address.str(), length); }

std::string Mac::str() const {
  return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", bytes[0], bytes[1], bytes[2], bytes[3], bytes[4],
                     bytes[5]);
}

Address Mac::link_local() const {
  const auto first = static_cast<std::uint8_t>(bytes[0] ^ 0x02U);
  const std::array<std::uint8_t, 16> address{0xfe,  0x80,     0,        0,    0,    0,        0,        0,
                                             first, bytes[1], bytes[2], 0xff, 0xfe, bytes[3], bytes[4], bytes[5]};
  return Address(std::span<const std::uint8_t>(address));
}

}  // namespace useipsec
