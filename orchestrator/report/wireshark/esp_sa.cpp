#include "report/wireshark/esp_sa.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace useipsec {

namespace {

struct Spelling {
  std::string_view kernel;
  std::uint32_t icv_bits;  ///< 0: any
  std::string_view wireshark;
};

// epan/dissectors/packet-ipsec.c of Wireshark 4.0; include/linux/crypto names as net/xfrm/xfrm_algo.c has them.
constexpr std::array<Spelling, 12> encryptions{{{"ecb(cipher_null)", 0, "NULL"},
                                                {"cbc(aes)", 0, "AES-CBC [RFC3602]"},
                                                {"cbc(des3_ede)", 0, "TripleDES-CBC [RFC2451]"},
                                                {"cbc(des)", 0, "DES-CBC [RFC2405]"},
                                                {"cbc(cast5)", 0, "CAST5-CBC [RFC2144]"},
                                                {"cbc(blowfish)", 0, "BLOWFISH-CBC [RFC2451]"},
                                                {"cbc(twofish)", 0, "TWOFISH-CBC"},
                                                {"rfc3686(ctr(aes))", 0, "AES-CTR [RFC3686]"},
                                                {"rfc4106(gcm(aes))", 64, "AES-GCM with 8 octet ICV [RFC4106]"},
                                                {"rfc4106(gcm(aes))", 96, "AES-GCM with 12 octet ICV [RFC4106]"},
                                                {"rfc4106(gcm(aes))", 128, "AES-GCM with 16 octet ICV [RFC4106]"},
                                                {"cipher_null", 0, "NULL"}}};

constexpr std::array<Spelling, 7> integrities{
    {{"hmac(md5)", 96, "HMAC-MD5-96 [RFC2403]"},
     {"hmac(sha1)", 96, "HMAC-SHA-1-96 [RFC2404]"},
     {"hmac(sha256)", 128, "HMAC-SHA-256-128 [RFC4868]"},
     {"hmac(sha256)", 96, "HMAC-SHA-256-96 [draft-ietf-ipsec-ciph-sha-256-00]"},
     {"hmac(sha384)", 192, "HMAC-SHA-384-192 [RFC4868]"},
     {"hmac(sha512)", 256, "HMAC-SHA-512-256 [RFC4868]"},
     {"hmac(rmd160)", 96, "MAC-RIPEMD-160-96 [RFC2857]"}}};

template <class Table>
std::optional<std::string> spelt(const Table& table, std::string_view kernel, std::uint32_t icv_bits) {
  for (const auto& each : table)
    if (each.kernel == kernel && (each.icv_bits == 0 || each.icv_bits == icv_bits)) return std::string(each.wireshark);
  return std::nullopt;
}

bool is_hexadecimal(const std::string& key) {
  return std::all_of(key.begin(), key.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string key_text(const std::string& key) { return key.empty() ? "" : "0x" + key; }

/// What follows the addresses in a line.
std::string rest_of(const SaRecord& sa, const std::string& encryption, const std::string& integrity) {
  return fmt::format("\"0x{:08x}\",\"{}\",\"{}\",\"{}\",\"{}\"", sa.spi, encryption, key_text(sa.encryption_key),
                     integrity, key_text(sa.integrity_key));
}

}  // namespace

std::optional<std::string> wireshark_encryption(const SaRecord& sa) {
  return sa.encryption.empty() ? std::optional<std::string>("NULL")
                               : spelt(encryptions, sa.encryption, sa.integrity_truncation_bits);
}

std::optional<std::string> wireshark_integrity(const SaRecord& sa) {
  if (sa.integrity.empty()) return "NULL";
  if (auto known = spelt(integrities, sa.integrity, sa.integrity_truncation_bits)) return known;
  // Its length at least, so that what is before it can be read.
  for (const auto bits : {64U, 96U, 128U, 192U, 256U})
    if (bits == sa.integrity_truncation_bits) return fmt::format("ANY {} bit authentication [no checking]", bits);
  return std::nullopt;
}

EspSaTable esp_sa_table(const Observations& observations) {
  EspSaTable table;
  std::map<std::pair<Family, std::uint32_t>, std::map<std::string, std::set<std::pair<std::string, std::string>>>>
      found;
  std::set<std::string> left_out;
  for (const auto& snapshot : observations.snapshots)
    for (const auto& [name, node] : snapshot.nodes)
      for (const auto& sa : node.sas) {
        // AH hides nothing, and an SA without keys only waits for IKE.
        if (sa.protocol != "esp" || sa.spi == 0 || (sa.encryption.empty() && sa.integrity.empty())) continue;
        const auto encryption = wireshark_encryption(sa), integrity = wireshark_integrity(sa);
        if (!encryption || !integrity || !is_hexadecimal(sa.encryption_key) || !is_hexadecimal(sa.integrity_key)) {
          left_out.insert(fmt::format("SA 0x{:08x}: Wireshark has no name for {} with {}", sa.spi,
                                      sa.encryption.empty() ? "no encryption" : sa.encryption,
                                      sa.integrity.empty() ? "no integrity of its own" : sa.integrity));
          continue;
        }
        found[{sa.source.family(), sa.spi}][rest_of(sa, *encryption, *integrity)].emplace(sa.source.str(),
                                                                                          sa.destination.str());
      }
  for (const auto& [name, variants] : found)
    for (const auto& [rest, ends] : variants) {
      const auto family = name.first == Family::v4 ? "IPv4" : "IPv6";
      // A NAT changes the addresses from link to link: they count only where one SPI stands for two SAs.
      auto addresses = ends;
      if (variants.size() == 1) addresses = {{"*", "*"}};
      for (const auto& [source, destination] : addresses) {
        table.text += fmt::format("\"{}\",\"{}\",\"{}\",{}\n", family, source, destination, rest);
        ++table.sas;
      }
    }
  table.left_out.assign(left_out.begin(), left_out.end());
  return table;
}

}  // namespace useipsec
