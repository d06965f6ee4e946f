#include <gmock/gmock.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <fstream>

#include "base/files.h"
#include "helpers/tool.h"
#include "report/wireshark/case_capture.h"
#include "report/wireshark/esp_sa.h"
#include "report/wireshark/profile.h"
#include "unit/report/stored_trial.h"

namespace useipsec {
namespace {

using frames::Octets;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

SaRecord sa(std::uint32_t spi, std::string encryption, std::string key, std::string integrity, std::string auth_key,
            std::uint32_t bits) {
  SaRecord record;
  record.source = frames::address("10.0.0.2");
  record.destination = frames::address("203.0.113.2");
  record.protocol = "esp";
  record.mode = "transport";
  record.spi = spi;
  record.encryption = std::move(encryption);
  record.encryption_key = std::move(key);
  record.integrity = std::move(integrity);
  record.integrity_key = std::move(auth_key);
  record.integrity_truncation_bits = bits;
  return record;
}

Observations with(std::vector<SaRecord> alice, std::vector<SaRecord> bob = {}) {
  Observations seen;
  Snapshot snapshot;
  snapshot.nodes["alice"].sas = std::move(alice);
  snapshot.nodes["bob"].sas = std::move(bob);
  seen.snapshots = {snapshot, snapshot};
  return seen;
}

TEST(EspSaTableTest, OneLineForAnSaWhoeverDumpedIt) {
  const auto one = sa(0x10, "cbc(aes)", "aa", "hmac(sha256)", "bb", 128);
  auto seen_by_bob = one;
  seen_by_bob.source = frames::address("203.0.113.1");  // the NAT's
  const auto table = esp_sa_table(with({one}, {seen_by_bob}));
  EXPECT_EQ(table.text,
            "\"IPv4\",\"*\",\"*\",\"0x00000010\",\"AES-CBC [RFC3602]\",\"0xaa\",\"HMAC-SHA-256-128 "
            "[RFC4868]\",\"0xbb\"\n");
  EXPECT_EQ(table.sas, 1u);
}

TEST(EspSaTableTest, AddressesTellSasOfOneSpiApart) {
  const auto table =
      esp_sa_table(with({sa(0x10, "cbc(aes)", "aa", "", "", 0)}, {sa(0x10, "cbc(aes)", "cc", "", "", 0)}));
  EXPECT_THAT(table.text, HasSubstr("\"10.0.0.2\",\"203.0.113.2\",\"0x00000010\",\"AES-CBC [RFC3602]\",\"0xaa\""));
  EXPECT_THAT(table.text, HasSubstr("\"0xcc\""));
  EXPECT_THAT(table.text, Not(HasSubstr("*")));
}

TEST(EspSaTableTest, WhatWiresharkDoesNotKnowIsSaidNotWritten) {
  const auto table =
      esp_sa_table(with({sa(0x10, "rfc7539esp(chacha20,poly1305)", "aa", "", "", 128),
                         sa(0x11, "cbc(aes)", "aa\"\n,evil", "hmac(sha1)", "bb", 96), sa(0x12, "", "", "", "", 0)}));
  EXPECT_EQ(table.text, "");
  EXPECT_THAT(table.left_out,
              ElementsAre(HasSubstr("0x00000010: Wireshark has no name for rfc7539esp"), HasSubstr("0x00000011")));
}

TEST(WiresharkProfileTest, IkeKeysThatAnEngineLeftAreTaken) {
  Trial trial;
  ResultFolder folder;
  folder.add(trial);
  for (const auto* node : {"alice", "bob"})
    write_text(folder.path() / "trial@manual/nodes" / node / "ikev2_decryption_table",
               "# kept\n1122334455667788,99aabbccddeeff00,aa,bb,\"3DES [RFC2451]\",cc,dd,\"HMAC_SHA1_96 [RFC2404]\"\n");
  const auto run = folder.finish();
  const auto profile = wireshark_profile(read_stored_case(run, run.run.cases[0]));
  EXPECT_EQ(profile.ike_sas, 1u);
  EXPECT_EQ(profile.files.back().name, "ikev2_decryption_table");
  EXPECT_THAT(profile.files.back().text, HasSubstr("1122334455667788,"));
}

TEST(WiresharkProfileTest, TheCommandSurvivesAShell) {
  EXPECT_EQ(wireshark_command("a b/it's", "c.pcapng"), "WIRESHARK_CONFIG_DIR='a b/it'\\''s' wireshark 'c.pcapng'");
}

// The rest asks tshark itself.

std::string hexadecimal(const Octets& bytes) {
  std::string text;
  for (const auto byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

Octets counted(std::size_t length, std::uint8_t from) {
  Octets bytes(length);
  for (auto& byte : bytes) byte = from++;
  return bytes;
}

struct Algorithms {
  std::string name;
  std::string encryption;     ///< the kernel's name
  const EVP_CIPHER* cipher;   ///< null: none
  std::size_t key, salt, iv;  ///< bytes; the kernel keeps the salt behind the key
  std::string integrity;      ///< the kernel's name; empty: the cipher's own
  const EVP_MD* digest;
  std::size_t auth_key, icv;  ///< bytes
};

std::vector<Algorithms> every_algorithm() {
  return {
      {"aes128_cbc_sha256", "cbc(aes)", EVP_aes_128_cbc(), 16, 0, 16, "hmac(sha256)", EVP_sha256(), 32, 16},
      {"aes192_cbc_sha1", "cbc(aes)", EVP_aes_192_cbc(), 24, 0, 16, "hmac(sha1)", EVP_sha1(), 20, 12},
      {"aes256_cbc_sha384", "cbc(aes)", EVP_aes_256_cbc(), 32, 0, 16, "hmac(sha384)", EVP_sha384(), 48, 24},
      {"des3_cbc_md5", "cbc(des3_ede)", EVP_des_ede3_cbc(), 24, 0, 8, "hmac(md5)", EVP_md5(), 16, 12},
      {"aes128_ctr_sha512", "rfc3686(ctr(aes))", EVP_aes_128_ctr(), 16, 4, 8, "hmac(sha512)", EVP_sha512(), 64, 32},
      {"aes256_ctr_sha256", "rfc3686(ctr(aes))", EVP_aes_256_ctr(), 32, 4, 8, "hmac(sha256)", EVP_sha256(), 32, 16},
      {"aes128_gcm16", "rfc4106(gcm(aes))", EVP_aes_128_gcm(), 16, 4, 8, "", nullptr, 0, 16},
      {"aes256_gcm16", "rfc4106(gcm(aes))", EVP_aes_256_gcm(), 32, 4, 8, "", nullptr, 0, 16},
      {"null_sha256", "ecb(cipher_null)", nullptr, 0, 0, 0, "hmac(sha256)", EVP_sha256(), 32, 16},
  };
}

/// An ESP packet as RFC 4303 section 2 has it, with RFC 3686's counter block and RFC 4106's nonce.
Octets sealed(const Algorithms& algorithms, const Octets& key, const Octets& auth_key, std::uint32_t spi,
              const Octets& inside) {
  Octets plain = inside;
  const std::size_t block = std::max<std::size_t>(4, algorithms.iv);
  std::uint8_t pad = 0;
  while ((plain.size() + 2) % block != 0) plain.push_back(++pad);
  plain.push_back(pad);
  plain.push_back(17);  // UDP
  Octets packet;
  frames::put(packet, spi, 4);
  frames::put(packet, 1, 4);
  const auto iv = counted(algorithms.iv, 0x40);
  Octets hidden = plain, tag;
  if (algorithms.cipher != nullptr) {
    const bool gcm = EVP_CIPHER_get_mode(algorithms.cipher) == EVP_CIPH_GCM_MODE;
    Octets nonce(key.begin() + static_cast<std::ptrdiff_t>(algorithms.key), key.end());
    nonce.insert(nonce.end(), iv.begin(), iv.end());
    if (EVP_CIPHER_get_mode(algorithms.cipher) == EVP_CIPH_CTR_MODE) frames::put(nonce, 1, 4);
    auto* context = EVP_CIPHER_CTX_new();
    EVP_EncryptInit_ex(context, algorithms.cipher, nullptr, key.data(), nonce.data());
    EVP_CIPHER_CTX_set_padding(context, 0);
    int written = 0;
    if (gcm) EVP_EncryptUpdate(context, nullptr, &written, packet.data(), static_cast<int>(packet.size()));
    EVP_EncryptUpdate(context, hidden.data(), &written, plain.data(), static_cast<int>(plain.size()));
    int more = 0;
    EVP_EncryptFinal_ex(context, hidden.data() + written, &more);
    tag.resize(gcm ? 16 : 0);
    if (gcm) EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_GCM_GET_TAG, 16, tag.data());
    EVP_CIPHER_CTX_free(context);
  }
  packet = frames::join({packet, iv, hidden});
  if (algorithms.digest != nullptr) {
    tag.resize(EVP_MAX_MD_SIZE);
    HMAC(algorithms.digest, auth_key.data(), static_cast<int>(auth_key.size()), packet.data(), packet.size(),
         tag.data(), nullptr);
  }
  tag.resize(algorithms.icv);
  return frames::join({packet, tag});
}

void write_profile(const StoredCase& stored, const std::filesystem::path& folder) {
  for (const auto& file : wireshark_profile(stored).files) write_text(folder / file.name, file.text);
}

class TsharkTest : public testing::Test {
 protected:
  void SetUp() override {
    tshark_ = find_tool("tshark");
    if (!tshark_) GTEST_SKIP() << "tshark is not installed (Debian's package tshark)";
  }
  /// What tshark prints of the case's capture, with the case's profile.
  std::string ask(const StoredCase& stored, const std::filesystem::path& folder, std::vector<std::string> arguments) {
    write_profile(stored, folder / "wireshark");
    write_text(folder / "case.pcapng", case_capture(stored));
    arguments.insert(arguments.begin(), {*tshark_, "-r", (folder / "case.pcapng").string()});
    const auto output = run_tool(arguments, {{"WIRESHARK_CONFIG_DIR", (folder / "wireshark").string()}});
    EXPECT_EQ(output.status, 0) << output.err;
    EXPECT_THAT(output.err, Not(HasSubstr("rror"))) << output.err;  // "Error loading table 'ESP SAs'"
    return output.out;
  }
  std::optional<std::string> tshark_;
};

class TsharkDecrypts : public TsharkTest, public testing::WithParamInterface<std::size_t> {};

TEST_P(TsharkDecrypts, TheInnerPacketIsWhatTheProbeSent) {
  const auto algorithms = every_algorithm()[GetParam()];
  const auto key = counted(algorithms.key + algorithms.salt, 0x01), auth_key = counted(algorithms.auth_key, 0x81);
  Trial trial;
  const auto payload = frames::text("useipsec-t1/000001/q/abcdefghijklmnop");
  const auto packet = sealed(algorithms, key, auth_key, 0xc0ffee01, frames::udp(40000, 7001, payload));
  trial.packet("near", "alice", 2.0, frames::ethernet(0x0800, frames::ipv4("10.0.0.2", "203.0.113.2", 50, packet)));
  trial.packet(
      "far", "nat", 2.1,
      frames::ethernet(0x0800, frames::ipv4("203.0.113.1", "203.0.113.2", 17, frames::udp(61000, 4500, packet))));
  for (auto& snapshot : trial.seen.snapshots)
    snapshot.nodes["alice"].sas = {sa(0xc0ffee01, algorithms.encryption, hexadecimal(key), algorithms.integrity,
                                      hexadecimal(auth_key), static_cast<std::uint32_t>(8 * algorithms.icv))};
  ResultFolder folder;
  folder.add(trial);
  const auto run = folder.finish();
  const auto stored = read_stored_case(run, run.run.cases[0]);
  const auto said =
      ask(stored, folder.path() / "trial@manual",
          {"-Y", "esp && data", "-T", "fields", "-e", "frame.interface_name", "-e", "esp.icv_good", "-e", "data.data"});
  EXPECT_EQ(said, fmt::format("near-alice\t1\t{0}\nfar-nat\t1\t{0}\n", hexadecimal(payload)));
}

INSTANTIATE_TEST_SUITE_P(Each, TsharkDecrypts, testing::Range<std::size_t>(0, 9),
                         [](const auto& each) { return every_algorithm()[each.param].name; });

TEST_F(TsharkTest, ReadsStepsAsCommentsAndLinksAsInterfaces) {
  Trial trial;
  trial.seen.steps = {{.began = 0.5, .ended = 1.9, .text = "start all", .result = "done"},
                      {.began = 1.9, .ended = 4.1, .text = "probe ping", .result = "done"},
                      {.began = 4.5, .ended = 4.6, .text = "flush \x1b[2J", .result = "done"}};
  trial.pings(true, in_ah);
  trial.arrived({1, 2, 3});
  ResultFolder folder;
  folder.add(trial);
  const auto run = folder.finish();
  const auto stored = read_stored_case(run, run.run.cases[0]);
  const auto said = ask(stored, folder.path() / "trial@manual",
                        {"-T", "fields", "-e", "frame.interface_name", "-e", "frame.comment"});
  EXPECT_THAT(said, HasSubstr("near-alice\t0.500 s: start all: done,1.900 s: probe ping: done\n"));
  EXPECT_THAT(said, HasSubstr("after this packet: 4.500 s: flush \\x1b[2J: done\n"));
  EXPECT_THAT(said, HasSubstr("far-bob\t\n"));
}

TEST_F(TsharkTest, TheColumnsAndColoursAreUnderstood) {
  Trial trial;
  trial.pings(false, in_esp);
  ResultFolder folder;
  folder.add(trial);
  const auto run = folder.finish();
  const auto stored = read_stored_case(run, run.run.cases[0]);
  const auto place = folder.path() / "trial@manual";
  const auto table = ask(stored, place, {});
  EXPECT_THAT(table, HasSubstr("near-alice"));
  EXPECT_THAT(table, HasSubstr("0xb0b00001"));
  EXPECT_THAT(ask(stored, place, {"--color", "-T", "fields", "-e", "frame.coloring_rule.name"}), HasSubstr("ESP\n"));
}

}  // namespace
}  // namespace useipsec
