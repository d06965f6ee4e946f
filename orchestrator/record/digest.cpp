#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <memory>

#include "record/record.h"

namespace useipsec {

std::string sha256_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return {};
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  if (!context || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1) return {};
  std::array<char, 65536> part;
  while (stream.read(part.data(), part.size()), stream.gcount() > 0)
    EVP_DigestUpdate(context.get(), part.data(), static_cast<std::size_t>(stream.gcount()));
  std::array<unsigned char, EVP_MAX_MD_SIZE> octets{};
  unsigned int length = 0;
  if (stream.bad() || EVP_DigestFinal_ex(context.get(), octets.data(), &length) != 1) return {};
  std::string hex;
  for (unsigned int at = 0; at < length; ++at) hex += fmt::format("{:02x}", octets[at]);
  return hex;
}

}  // namespace useipsec
