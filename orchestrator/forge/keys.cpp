#include "forge/keys.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "base/error.h"

namespace useipsec {

namespace {

const EVP_MD* digest_of(const std::string& integrity) {
  if (integrity == "hmac(sha1)") return EVP_sha1();
  if (integrity == "hmac(sha256)") return EVP_sha256();
  if (integrity == "hmac(sha384)") return EVP_sha384();
  if (integrity == "hmac(sha512)") return EVP_sha512();
  throw Error("no check value by hand with the integrity algorithm \"" + integrity + "\"");
}

}  // namespace

std::vector<std::uint8_t> key_bytes(const std::string& hexadecimal) {
  std::vector<std::uint8_t> key;
  for (std::size_t at = 0; at + 1 < hexadecimal.size(); at += 2)
    key.push_back(static_cast<std::uint8_t>(std::stoul(hexadecimal.substr(at, 2), nullptr, 16)));
  return key;
}

std::vector<std::uint8_t> check_value(const SaRecord& sa, std::span<const std::uint8_t> covered) {
  const auto key = key_bytes(sa.integrity_key);
  std::vector<std::uint8_t> bytes(covered.begin(), covered.end());
  if (sa.extended_sequence) bytes.resize(bytes.size() + 4, 0);  // RFC 4303 section 2.2.1, RFC 4302 section 3.3.3.2.2
  std::vector<std::uint8_t> value(EVP_MAX_MD_SIZE);
  unsigned length = 0;
  ::HMAC(digest_of(sa.integrity), key.data(), static_cast<int>(key.size()), bytes.data(), bytes.size(), value.data(),
         &length);
  value.resize(std::min<std::size_t>(sa.integrity_truncation_bits / 8, length));
  return value;
}

}  // namespace useipsec
