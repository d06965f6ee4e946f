#include "facts/hashed_addresses.h"

#include <gtest/gtest.h>

#include <charconv>

namespace useipsec {
namespace {

using Octets = std::vector<std::uint8_t>;

const Octets spis = [] {
  Octets octets(8, 0x11);
  octets.resize(16, 0x22);
  return octets;
}();

Octets octets(std::string_view hexadecimal) {
  Octets result;
  for (std::size_t at = 0; at < hexadecimal.size(); at += 2) {
    std::uint8_t octet = 0;
    std::from_chars(hexadecimal.data() + at, hexadecimal.data() + at + 2, octet, 16);
    result.push_back(octet);
  }
  return result;
}

Address address(const char* text) { return *Address::parse(text); }

// SHA-1 of the SPIs, 192.168.7.9 and port 500, made with another program.
const char* const of_192_168_7_9 = "54cc98620d1826e873f102cf8dc27e5b1765324b";

TEST(HashedAddresses, APrivateAddressIsFound) {
  const auto found = search_address(spis, octets(of_192_168_7_9), address("192.0.2.2"), 500);
  EXPECT_EQ(found.address, address("192.168.7.9"));
  EXPECT_GT(found.tried, 2U * 7 * 256);
}

TEST(HashedAddresses, TheAddressOfThePacketComesFirst) {
  const auto found = search_address(spis, octets(of_192_168_7_9), address("192.168.7.9"), 500);
  EXPECT_EQ(found.address, address("192.168.7.9"));
  EXPECT_EQ(found.tried, 1U);
}

TEST(HashedAddresses, TheLengthTellsTheFunction) {
  // SHA-256, 10.0.0.1, port 4500.
  const auto hash = octets("0775d0a00fe919ba5df236f2cf026fad7bcc116e0efcf27a94ecbbcf44de109d");
  EXPECT_EQ(search_address(spis, hash, address("10.0.0.1"), 4500).address, address("10.0.0.1"));
  EXPECT_EQ(search_address(spis, Octets(17, 0), address("10.0.0.1"), 4500).tried, 0U);
}

}  // namespace
}  // namespace useipsec
