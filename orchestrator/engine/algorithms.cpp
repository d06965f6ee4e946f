#include "engine/algorithms.h"

#include <fmt/format.h>

#include <array>

namespace useipsec {
namespace {

constexpr std::array<Encryption, 10> encryptions{{
    {"aes128-cbc", "aes128", "aes128", "cbc(aes)", 128, 0},
    {"aes192-cbc", "aes192", "aes192", "cbc(aes)", 192, 0},
    {"aes256-cbc", "aes256", "aes256", "cbc(aes)", 256, 0},
    {"3des-cbc", "3des", "3des", "cbc(des3_ede)", 192, 0},
    {"aes128-ctr", "aes_ctr128", "aes128ctr", "rfc3686(ctr(aes))", 160, 0},
    {"aes256-ctr", "aes_ctr256", "aes256ctr", "rfc3686(ctr(aes))", 288, 0},
    {"aes128-gcm16", "aes_gcm128", "aes128gcm16", "rfc4106(gcm(aes))", 160, 128},
    {"aes256-gcm16", "aes_gcm256", "aes256gcm16", "rfc4106(gcm(aes))", 288, 128},
    {"chacha20-poly1305", "chacha20_poly1305", "chacha20poly1305", "rfc7539esp(chacha20,poly1305)", 288, 128},
    {"null", "null", "null", "ecb(cipher_null)", 0, 0},
}};

constexpr std::array<Integrity, 5> integrities{{
    {"hmac-md5-96", "md5", "md5", "hmac(md5)", 128, 96},
    {"hmac-sha1-96", "sha1", "sha1", "hmac(sha1)", 160, 96},
    {"hmac-sha2-256-128", "sha2_256", "sha256", "hmac(sha256)", 256, 128},
    {"hmac-sha2-384-192", "sha2_384", "sha384", "hmac(sha384)", 384, 192},
    {"hmac-sha2-512-256", "sha2_512", "sha512", "hmac(sha512)", 512, 256},
}};

template <class Table>
auto find_in(const Table& table, std::string_view name) -> decltype(table.data()) {
  for (const auto& entry : table)
    if (entry.name == name) return &entry;
  return nullptr;
}

}  // namespace

const Encryption* find_encryption(std::string_view name) { return find_in(encryptions, name); }
const Integrity* find_integrity(std::string_view name) { return find_in(integrities, name); }

Suite suite_of(const Profile& profile, Protocol protocol) {
  const auto or_default = [](const std::string& name, std::string_view fallback) -> std::string_view {
    return name.empty() ? fallback : std::string_view(name);
  };
  Suite suite;
  if (protocol == Protocol::esp)
    suite.encryption = find_encryption(profile.confidentiality ? or_default(profile.algorithms.encryption, "aes128-cbc")
                                                               : std::string_view("null"));
  const bool own_integrity = suite.encryption != nullptr && suite.encryption->icv_bits != 0;
  // AH is nothing but integrity (RFC 4302): in a bundle it has it whether ESP has any of its own or not.
  if ((profile.integrity || (protocol == Protocol::ah && profile.has_esp())) && !own_integrity)
    suite.integrity = find_integrity(or_default(profile.algorithms.integrity, "hmac-sha2-256-128"));
  return suite;
}

Suite suite_of(const Profile& profile) { return suite_of(profile, profile.protocols().front()); }

std::string proposal_text(const Suite& suite, std::string_view Encryption::*encryption,
                          std::string_view Integrity::*integrity) {
  std::string text;
  if (suite.encryption != nullptr) text = suite.encryption->*encryption;
  if (suite.integrity != nullptr) text += fmt::format("{}{}", text.empty() ? "" : "-", suite.integrity->*integrity);
  return text;
}

bool names_algorithms(const Profile& profile) {
  const bool named = !profile.algorithms.encryption.empty() || !profile.algorithms.integrity.empty();
  return named || profile.has_ah() || !profile.confidentiality || !profile.integrity;
}

std::optional<std::string> unknown_algorithm(const Profile& profile) {
  const auto& [encryption, integrity, lifetime] = profile.algorithms;
  if (!encryption.empty() && find_encryption(encryption) == nullptr)
    return fmt::format("encryption algorithm \"{}\" is not known to this project", encryption);
  if (!integrity.empty() && find_integrity(integrity) == nullptr)
    return fmt::format("integrity algorithm \"{}\" is not known to this project", integrity);
  return {};
}

}  // namespace useipsec
