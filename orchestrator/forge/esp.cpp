#include "forge/esp.h"

#include <openssl/evp.h>

#include <memory>

#include "base/error.h"
#include "forge/header.h"
#include "forge/keys.h"
#include "forge/put.h"
#include "wire/protocol_numbers.h"

namespace useipsec {

namespace {

constexpr std::size_t aes_block = 16;

Frame in_cbc(const SaRecord& sa, const Frame& plain, const Frame& iv) {
  const auto key = key_bytes(sa.encryption_key);
  const auto* cipher = key.size() == 16 ? EVP_aes_128_cbc() : key.size() == 24 ? EVP_aes_192_cbc() : EVP_aes_256_cbc();
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(),
                                                                                &EVP_CIPHER_CTX_free);
  Frame hidden(plain.size() + aes_block);
  int size = 0;
  if (!context || EVP_EncryptInit_ex(context.get(), cipher, nullptr, key.data(), iv.data()) != 1 ||
      EVP_CIPHER_CTX_set_padding(context.get(), 0) != 1 ||
      EVP_EncryptUpdate(context.get(), hidden.data(), &size, plain.data(), static_cast<int>(plain.size())) != 1)
    throw Error("OpenSSL does not encrypt in AES-CBC with the SA's key");
  hidden.resize(static_cast<std::size_t>(size));
  return hidden;
}

/// The outer header of a tunnel: that of the frame with the SA's addresses.
Frame outer(const Frame& frame, const SaRecord& sa) {
  Frame result(frame.begin(), frame.begin() + 12);
  const bool v4 = sa.source.family() == Family::v4;
  put16(result, v4 ? 0x0800 : 0x86dd);
  if (v4) {
    put16(result, 0x4500);
    put16(result, 0);
    put32(result, 0);
    put16(result, 64U << 8U);
    put16(result, 0);
  } else {
    put32(result, 0x60000000);
    put32(result, 64);
  }
  put(result, sa.source.bytes());
  put(result, sa.destination.bytes());
  return result;
}

}  // namespace

Frame under_esp(const Frame& frame, const SaRecord& sa, std::uint32_t sequence) {
  const bool tunnel = sa.mode == "tunnel", cbc = sa.encryption == "cbc(aes)";
  if (!cbc && !sa.encryption.empty() && sa.encryption != "ecb(cipher_null)")
    throw Error("no ESP by hand with the algorithm \"" + sa.encryption + "\"");
  const auto carried = std::span(frame).subspan(tunnel ? ip_at : ip_at + ip_header_size(frame));

  Frame plain(carried.begin(), carried.end());
  const std::size_t unit = cbc ? aes_block : 4;
  const std::size_t padding = (unit - (plain.size() + 2) % unit) % unit;
  for (std::size_t each = 1; each <= padding; ++each) put8(plain, each);  // RFC 4303 section 2.4
  put8(plain, padding);
  put8(plain, tunnel ? (is_v4(frame) ? protocol_ipv4 : protocol_ipv6) : frame[ip_at + (is_v4(frame) ? 9 : 6)]);

  Frame esp;
  put32(esp, sa.spi);
  put32(esp, sequence);
  if (cbc) {
    Frame iv;
    for (std::size_t each = 0; each < aes_block; ++each) put8(iv, 0x5a ^ sequence ^ each);
    put(esp, std::span(iv));
    plain = in_cbc(sa, plain, iv);
  }
  put(esp, std::span(plain));
  if (!sa.integrity.empty()) {
    const auto value = check_value(sa, esp);
    put(esp, std::span(value));
  }

  const auto before = tunnel ? outer(frame, sa) : frame;
  if (!sa.udp_encapsulated) return with_content(before, protocol_esp, esp);
  Frame datagram;
  put16(datagram, sa.encap_source_port);
  put16(datagram, sa.encap_destination_port);
  put16(datagram, 8 + esp.size());
  put16(datagram, 0);
  put(datagram, std::span(esp));
  return with_content(before, protocol_udp, datagram);
}

}  // namespace useipsec
