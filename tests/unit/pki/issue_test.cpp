#include "pki/issue.h"

#include <gmock/gmock.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>

#include "base/files.h"
#include "helpers/sample_cases.h"
#include "helpers/temporary_folder.h"

namespace useipsec {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const auto now = std::chrono::system_clock::now();

class IssueTest : public ::testing::Test {
 protected:
  void issue_for(const Case& subject) { files_ = issue(pki_plan(subject), keys_, now); }

  const std::string& bytes(const std::string& path) {
    const auto found =
        std::find_if(files_.begin(), files_.end(), [&](const IssuedFile& file) { return file.path == path; });
    if (found == files_.end()) throw std::runtime_error("not issued: " + path);
    return found->bytes;
  }

  using Certificate = std::shared_ptr<X509>;
  Certificate certificate(const std::string& stem) {
    const auto& pem = bytes(stem + ".crt");
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                            BIO_free_all);
    return {PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), X509_free};
  }

  /// X509_V_OK, or the first reason why OpenSSL refuses the leaf: OpenSSL judges what was issued, not this project.
  int verified(const std::string& leaf, const std::vector<std::string>& chain, const std::string& root,
               const std::string& list = {}) {
    const std::unique_ptr<X509_STORE, decltype(&X509_STORE_free)> store(X509_STORE_new(), X509_STORE_free);
    const auto anchor = certificate(root);
    X509_STORE_add_cert(store.get(), anchor.get());
    if (!list.empty()) {
      const auto& der = bytes(list);
      const auto* at = reinterpret_cast<const unsigned char*>(der.data());
      const std::unique_ptr<X509_CRL, decltype(&X509_CRL_free)> crl(
          d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())), X509_CRL_free);
      X509_STORE_add_crl(store.get(), crl.get());
      X509_STORE_set_flags(store.get(), X509_V_FLAG_CRL_CHECK);
    }
    std::vector<Certificate> between;
    const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> untrusted(
        sk_X509_new_null(), [](STACK_OF(X509) * stack) { sk_X509_free(stack); });
    for (const auto& stem : chain) {
      between.push_back(certificate(stem));
      sk_X509_push(untrusted.get(), between.back().get());
    }
    const auto subject = certificate(leaf);
    const std::unique_ptr<X509_STORE_CTX, decltype(&X509_STORE_CTX_free)> context(X509_STORE_CTX_new(),
                                                                                  X509_STORE_CTX_free);
    X509_STORE_CTX_init(context.get(), store.get(), subject.get(), untrusted.get());
    X509_VERIFY_PARAM_set_flags(X509_STORE_CTX_get0_param(context.get()), X509_V_FLAG_X509_STRICT);
    X509_verify_cert(context.get());
    return X509_STORE_CTX_get_error(context.get());
  }

  TemporaryFolder folder_;
  KeyRing keys_{folder_.path() / "keys"};
  std::vector<IssuedFile> files_;
};

TEST_F(IssueTest, AChainLeadsToTheRootAndToNoOther) {
  auto subject = samples::certified();
  subject.profile.authorities["lab"].intermediates = 2;
  subject.profile.authorities["other"] = {};
  subject.profile.anchors = {"lab", "other"};
  issue_for(subject);
  EXPECT_EQ(verified("alice", {"ca/lab.2", "ca/lab.1"}, "ca/lab"), X509_V_OK);
  EXPECT_EQ(verified("alice", {}, "ca/lab"), X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
  EXPECT_EQ(verified("alice", {"ca/lab.2", "ca/lab.1"}, "ca/other"), X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
}

TEST_F(IssueTest, NamesAreWhereReadersLookForThem) {
  auto subject = samples::certified();
  subject.profile.identities["alice"] = {IdentityKind::dn, "C=ZZ, O=useipsec lab, CN=alice"};
  subject.profile.certificates["bob"].names = {{IdentityKind::fqdn, "bob.example"},
                                               {IdentityKind::user_fqdn, "bob@example.org"},
                                               {IdentityKind::ipv4, "198.51.100.2"},
                                               {IdentityKind::ipv6, "2001:db8::2"}};
  issue_for(subject);
  const auto bob = certificate("bob");
  EXPECT_EQ(X509_check_host(bob.get(), "bob.example", 0, 0, nullptr), 1);
  EXPECT_EQ(X509_check_host(bob.get(), "alice.example", 0, 0, nullptr), 0);
  EXPECT_EQ(X509_check_email(bob.get(), "bob@example.org", 0, 0), 1);
  EXPECT_EQ(X509_check_ip_asc(bob.get(), "198.51.100.2", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(bob.get(), "2001:db8::2", 0), 1);
  EXPECT_EQ(X509_check_ip_asc(bob.get(), "198.51.100.3", 0), 0);
  const auto alice = certificate("alice");
  char name[100];
  X509_NAME_oneline(X509_get_subject_name(alice.get()), name, sizeof name);
  EXPECT_STREQ(name, "/C=ZZ/O=useipsec lab/CN=alice");
  EXPECT_LT(X509_get_ext_by_NID(alice.get(), NID_subject_alt_name, -1), 0);
}

TEST_F(IssueTest, ValidityIsThatOfTheRun) {
  auto subject = samples::certified();
  subject.profile.certificates["alice"].validity = Validity::expired;
  subject.profile.certificates["bob"].validity = Validity::not_yet;
  issue_for(subject);
  EXPECT_EQ(verified("alice", {}, "ca/lab"), X509_V_ERR_CERT_HAS_EXPIRED);
  EXPECT_EQ(verified("bob", {}, "ca/lab"), X509_V_ERR_CERT_NOT_YET_VALID);
}

TEST_F(IssueTest, ARevokedCertificateIsOnItsAuthoritysList) {
  auto subject = samples::certified();
  subject.profile.certificates["alice"].revoked = true;
  subject.profile.revocation.list = true;
  issue_for(subject);
  EXPECT_EQ(verified("alice", {}, "ca/lab"), X509_V_OK) << "without the list nobody knows";
  EXPECT_EQ(verified("alice", {}, "ca/lab", "ca/lab.crl"), X509_V_ERR_CERT_REVOKED);
  EXPECT_EQ(verified("bob", {}, "ca/lab", "ca/lab.crl"), X509_V_OK);
}

TEST_F(IssueTest, ABundleHoldsWhatANodeNeeds) {
  issue_for(samples::certified());
  const auto& der = bytes("alice.p12");
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<PKCS12, decltype(&PKCS12_free)> bundle(d2i_PKCS12(nullptr, &at, static_cast<long>(der.size())),
                                                               PKCS12_free);
  EVP_PKEY* key = nullptr;
  X509* own = nullptr;
  STACK_OF(X509)* others = nullptr;
  ASSERT_EQ(PKCS12_parse(bundle.get(), bundle_password, &key, &own, &others), 1);
  EXPECT_EQ(X509_check_private_key(own, key), 1);
  ASSERT_EQ(sk_X509_num(others), 1);
  EXPECT_EQ(X509_cmp(sk_X509_value(others, 0), certificate("ca/lab").get()), 0);
  EVP_PKEY_free(key);
  X509_free(own);
  sk_X509_pop_free(others, X509_free);
}

TEST_F(IssueTest, NumberResourcesLieWithinTheAuthoritys) {
  auto subject = samples::certified();
  subject.profile.authorities["lab"].intermediates = 1;
  auto& resources = subject.profile.certificates["alice"].resources;
  resources = {{*Prefix::parse("10.1.0.0/24"), *Prefix::parse("2001:db8::/32")}, {65001, 65009}};
  issue_for(subject);
  EXPECT_EQ(verified("alice", {"ca/lab.1"}, "ca/lab"),
            X509_V_OK);  // OpenSSL looks at what is within what (RFC 3779 2.3)
  const auto has = [&](const std::string& stem, int extension) {
    const auto holder = certificate(stem);
    const int place = X509_get_ext_by_NID(holder.get(), extension, -1);
    return place < 0 ? -1 : X509_EXTENSION_get_critical(X509_get_ext(holder.get(), place));
  };
  EXPECT_EQ(has("alice", NID_sbgp_ipAddrBlock), 0);
  EXPECT_EQ(has("alice", NID_sbgp_autonomousSysNum), 0);
  EXPECT_EQ(has("bob", NID_sbgp_ipAddrBlock), -1);
  resources->addresses.clear();
  resources->critical = true;
  issue_for(subject);
  EXPECT_EQ(has("alice", NID_sbgp_ipAddrBlock), -1);
  EXPECT_EQ(has("alice", NID_sbgp_autonomousSysNum), 1);
}

TEST_F(IssueTest, KeysAreMadeOnce) {
  issue_for(samples::certified());
  const auto before = bytes("alice.key");
  issue_for(samples::certified());
  EXPECT_EQ(bytes("alice.key"), before);
  EXPECT_EQ(read_text(folder_.path() / "keys" / "alice.ecdsa-p256"), before);
  auto subject = samples::certified();
  subject.profile.certificates["alice"].key = KeyKind::rsa_2048;
  issue_for(subject);
  EXPECT_NE(bytes("alice.key"), before);
}

TEST_F(IssueTest, OnlyWhatHoldsAKeyIsSecretAndNoAuthoritysKeyIsIssued) {
  issue_for(samples::certified());
  for (const auto& file : files_) {
    const bool holds_key = file.path.ends_with(".key") || file.path.ends_with(".p12");
    EXPECT_EQ(file.secret, holds_key) << file.path;
    if (!holds_key) {
      EXPECT_THAT(file.bytes, Not(HasSubstr("PRIVATE KEY"))) << file.path;
    }
    EXPECT_NE(file.path, "ca/lab.key");
  }
}

}  // namespace
}  // namespace useipsec
