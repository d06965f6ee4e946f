#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace useipsec {

enum class Family : std::uint8_t { v4, v6 };

/// One IPv4 or IPv6 address in network byte order.
class Address {
 public:
  Address() = default;
  /// `bytes` is 4 or 16 long.
  explicit Address(std::span<const std::uint8_t> bytes);
  static std::optional<Address> parse(std::string_view text);
  static Address any(Family family);

  Family family() const { return family_; }
  std::size_t size() const { return family_ == Family::v4 ? 4 : 16; }
  std::span<const std::uint8_t> bytes() const { return {bytes_.data(), size()}; }
  bool is_multicast() const;
  bool is_link_local() const;
  bool is_loopback() const;  ///< 127.0.0.0/8, ::1
  bool is_any() const;
  std::string str() const;
  auto operator<=>(const Address&) const = default;

 private:
  Family family_ = Family::v4;
  std::array<std::uint8_t, 16> bytes_{};
};

/// An address with a prefix length: an interface address or a subnet, `192.0.2.1/24`.
struct Prefix {
  Address address;
  std::uint8_t length = 0;  ///< bits

  /// Accepts "address/length" and a bare address (full length).
  static std::optional<Prefix> parse(std::string_view text);
  static Prefix any(Family family) { return {Address::any(family), 0}; }
  static Prefix host(const Address& address) {
    return {address, address.family() == Family::v4 ? std::uint8_t{32} : std::uint8_t{128}};
  }

  Family family() const { return address.family(); }
  /// The prefix with its host bits cleared.
  Prefix network() const;
  bool contains(const Address& other) const;
  bool overlaps(const Prefix& other) const;
  /// The n-th address of the network (n = 1 is the first host); nothing where the prefix is too small.
  std::optional<Address> nth(std::uint32_t n) const;
  std::string str() const;
  auto operator<=>(const Prefix&) const = default;
};

/// An Ethernet address.
struct Mac {
  std::array<std::uint8_t, 6> bytes{};

  std::string str() const;
  /// The IPv6 link-local address made from it (RFC 4291, appendix A: modified EUI-64).
  Address link_local() const;
  auto operator<=>(const Mac&) const = default;
};

}  // namespace useipsec
