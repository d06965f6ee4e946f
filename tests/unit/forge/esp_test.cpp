#include "forge/esp.h"

#include <gmock/gmock.h>
#include <openssl/evp.h>

#include "base/error.h"
#include "forge/checksum.h"
#include "forge/keys.h"
#include "unit/forge/sample_frames.h"
#include "wire/packet.h"

namespace useipsec {
namespace {

SaRecord sa(std::string encryption) {
  SaRecord record;
  record.source = *Address::parse("198.51.100.1");
  record.destination = *Address::parse("198.51.100.2");
  record.protocol = "esp";
  record.mode = "transport";
  record.spi = 0x1234;
  record.encryption = std::move(encryption);
  if (record.encryption == "cbc(aes)") record.encryption_key = std::string(32, '7');
  record.integrity = "hmac(sha256)";
  record.integrity_key = std::string(64, 'a');
  record.integrity_truncation_bits = 128;
  return record;
}

std::span<const std::uint8_t> after_ip(const Frame& frame) {
  return std::span(frame).subspan(frame[12] == 0x08 ? 34 : 54);
}

/// What a receiver finds in it: the check value is good, and this is the plaintext with its trailer.
Frame opened(std::span<const std::uint8_t> esp, const SaRecord& sa) {
  const auto covered = esp.first(esp.size() - 16);
  const auto value = check_value(sa, covered);
  EXPECT_TRUE(std::equal(value.begin(), value.end(), esp.end() - 16));
  if (sa.encryption != "cbc(aes)") return {covered.begin() + 8, covered.end()};
  Frame plain(covered.size());
  int size = 0;
  auto* context = EVP_CIPHER_CTX_new();
  EVP_DecryptInit_ex(context, EVP_aes_128_cbc(), nullptr, key_bytes(sa.encryption_key).data(), covered.data() + 8);
  EVP_CIPHER_CTX_set_padding(context, 0);
  EVP_DecryptUpdate(context, plain.data(), &size, covered.data() + 24, static_cast<int>(covered.size() - 24));
  EVP_CIPHER_CTX_free(context);
  plain.resize(static_cast<std::size_t>(size));
  return plain;
}

TEST(UnderEsp, OpensWithTheSasKeys) {
  for (const auto* encryption : {"cbc(aes)", "ecb(cipher_null)", ""}) {
    for (const auto& frame : {samples::datagram(), samples::datagram("2001:db8::1", "2001:db8::2")}) {
      const auto forged = under_esp(frame, sa(encryption), 7);
      const auto packet = read_packet(forged, static_cast<std::uint32_t>(forged.size()));
      EXPECT_EQ(packet.form, WireForm::esp);
      EXPECT_EQ(packet.spi, 0x1234u);
      EXPECT_EQ(packet.sequence, 7u);
      EXPECT_FALSE(packet.truncated);
      const auto plain = opened(after_ip(forged), sa(encryption));
      const auto datagram = after_ip(frame);
      ASSERT_GE(plain.size(), datagram.size() + 2);
      EXPECT_TRUE(std::equal(datagram.begin(), datagram.end(), plain.begin()));
      EXPECT_EQ(plain.back(), 17) << "next header";
      EXPECT_EQ(plain[plain.size() - 2], plain.size() - 2 - datagram.size()) << "padding";
    }
  }
  const auto frame = under_esp(samples::datagram(), sa("cbc(aes)"), 7);
  EXPECT_EQ(internet_checksum(std::span(frame).subspan(14, 20)), 0);
}

TEST(UnderEsp, ATunnelHidesTheAddressesAndShowsTheSas) {
  auto tunnel = sa("ecb(cipher_null)");
  tunnel.mode = "tunnel";
  const auto frame = samples::datagram();
  const auto forged = under_esp(frame, tunnel, 7);
  const auto packet = read_packet(forged, static_cast<std::uint32_t>(forged.size()));
  EXPECT_EQ(packet.source, tunnel.source);
  EXPECT_EQ(packet.destination, tunnel.destination);
  const auto plain = opened(after_ip(forged), tunnel);
  EXPECT_TRUE(std::equal(frame.begin() + 14, frame.end(), plain.begin()));
  EXPECT_EQ(plain.back(), 4);
}

TEST(UnderEsp, GoesInUdpWhereTheSaSaysSo) {
  auto encapsulated = sa("cbc(aes)");
  encapsulated.udp_encapsulated = true;
  encapsulated.encap_source_port = encapsulated.encap_destination_port = 4500;
  const auto forged = under_esp(samples::datagram(), encapsulated, 7);
  const auto packet = read_packet(forged, static_cast<std::uint32_t>(forged.size()));
  EXPECT_EQ(packet.form, WireForm::esp_in_udp);
  EXPECT_EQ(packet.destination_port, 4500);
  opened(after_ip(forged).subspan(8), encapsulated);
}

TEST(UnderEsp, ExtendedSequenceNumbersAreCheckedAndNotSent) {
  auto extended = sa("");
  extended.extended_sequence = true;
  const auto forged = under_esp(samples::datagram(), extended, 7);
  EXPECT_EQ(forged.size(), under_esp(samples::datagram(), sa(""), 7).size());
  opened(after_ip(forged), extended);
  EXPECT_NE(forged, under_esp(samples::datagram(), sa(""), 7));
}

TEST(UnderEsp, RefusesAnAlgorithmItDoesNotKnow) {
  EXPECT_THROW(under_esp(samples::datagram(), sa("rfc4106(gcm(aes))"), 1), Error);
}

}  // namespace
}  // namespace useipsec
