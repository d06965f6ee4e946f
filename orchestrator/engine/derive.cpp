#include "engine/derive.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <charconv>
#include <vector>

#include "base/error.h"

namespace useipsec {

std::string derive_hex(std::uint64_t seed, std::string_view label, std::size_t octets) {
  std::string hex;
  for (std::uint32_t counter = 0; hex.size() < octets * 2; ++counter) {
    std::string input = "useipsec";
    for (int shift = 56; shift >= 0; shift -= 8) input.push_back(static_cast<char>(seed >> shift & 0xff));
    for (int shift = 24; shift >= 0; shift -= 8) input.push_back(static_cast<char>(counter >> shift & 0xff));
    input.append(label);
    std::array<unsigned char, 32> block{};
    unsigned int length = 0;
    if (EVP_Digest(input.data(), input.size(), block.data(), &length, EVP_sha256(), nullptr) != 1)
      throw Error("deriving a key: libcrypto has no SHA-256");
    for (const auto octet : block) hex += fmt::format("{:02x}", octet);
  }
  hex.resize(octets * 2);
  return hex;
}

std::uint32_t derive_spi(std::uint64_t seed, std::string_view label) {
  const auto hex = derive_hex(seed, fmt::format("spi {}", label), 4);
  std::uint32_t value = 0;
  std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
  return 0x10000000u | (value & 0x0fffffffu);
}

}  // namespace useipsec
