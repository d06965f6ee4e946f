#include "pki/issue.h"

#include <fmt/format.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <ctime>
#include <map>

#include "pki/openssl_objects.h"

namespace useipsec {
namespace {

using openssl::checked;

struct Issued {
  openssl::Certificate certificate;
  PrivateKey key;
};

const EVP_MD* digest_for(KeyKind key) { return key == KeyKind::ecdsa_p384 ? EVP_sha384() : EVP_sha256(); }

void fill(X509_NAME* into, const DistinguishedName& name) {
  for (const auto& [attribute, value] : name.attributes)
    // Of the type that both daemons read a written name as, so that nobody compares names of different types.
    checked(X509_NAME_add_entry_by_txt(into, attribute.c_str(), V_ASN1_PRINTABLESTRING,
                                       reinterpret_cast<const unsigned char*>(value.data()),
                                       static_cast<int>(value.size()), -1, 0),
            "writing the name " + name.str());
}

std::string alternative(const Identity& name) {
  switch (name.kind) {
    case IdentityKind::fqdn:
      return "DNS:" + name.value;
    case IdentityKind::user_fqdn:
      return "email:" + name.value;
    case IdentityKind::ipv4:
    case IdentityKind::ipv6:
      return "IP:" + name.value;
    case IdentityKind::dn:
    case IdentityKind::key_id:
      break;
  }
  throw Error("no subjectAltName: " + text_of(name));
}

/// In the words of OpenSSL's configuration files (x509v3_config(5)).
std::string address_blocks(const PlannedCertificate& planned) {
  if (planned.authority) return "IPv4:0.0.0.0/0,IPv6:::/0";
  std::string blocks;
  for (const auto& prefix : planned.resources->addresses)
    blocks += fmt::format("{}{}:{}", blocks.empty() ? "" : ",", prefix.family() == Family::v4 ? "IPv4" : "IPv6",
                          prefix.str());
  return blocks;
}

std::string as_numbers(const PlannedCertificate& planned) {
  if (planned.authority) return "AS:0-4294967295";
  std::string numbers;
  for (const auto number : planned.resources->as_numbers)
    numbers += fmt::format("{}AS:{}", numbers.empty() ? "" : ",", number);
  return numbers;
}

class Office {
 public:
  Office(const PkiPlan& plan, KeyRing& keys, std::chrono::system_clock::time_point now)
      : plan_(plan), keys_(keys), now_(std::chrono::system_clock::to_time_t(now)) {}

  std::vector<IssuedFile> work() {
    for (const auto& planned : plan_.certificates) {
      certify(planned);
      const auto& [certificate, key] = issued_.at(planned.stem);
      files_.push_back({certificate_file(planned.stem), pem_of(certificate), false});
      if (!planned.authority) files_.push_back({key_file(planned.stem), useipsec::pem_of(key), true});
    }
    for (const auto& list : plan_.lists) files_.push_back({list_file(list.issuer), revoke(list), false});
    for (const auto& store : plan_.stores) files_.push_back({bundle_file(store.node), bundle(store), true});
    return std::move(files_);
  }

 private:
  openssl::Time days_from_now(int days) {
    return openssl::Time(checked(ASN1_TIME_adj(nullptr, now_, days, 0), "a time"));
  }

  std::pair<int, int> days_of(const PlannedCertificate& planned) {
    if (planned.authority) return {-30, 30};
    switch (planned.validity) {
      case Validity::expired:
        return {-20, -1};
      case Validity::not_yet:
        return {3, 20};  // NSS takes a certificate up to a day early (certdb.c)
      case Validity::current:
        break;
    }
    return {-2, 10};
  }

  void extend(X509* subject, X509* issuer, int extension, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, subject, nullptr, nullptr, 0);
    const openssl::Extension made(
        checked(X509V3_EXT_conf_nid(nullptr, &context, extension, value.c_str()), "the extension " + value));
    checked(X509_add_ext(subject, made.get(), -1), "the extension " + value);
  }

  void certify(const PlannedCertificate& planned) {
    const auto key = keys_.key(planned.stem, planned.key);
    openssl::Certificate made(checked(X509_new(), "a certificate"));
    auto* subject = made.get();
    const bool root = planned.issuer == planned.stem;
    auto* issuer = root ? subject : issued_.at(planned.issuer).certificate.get();
    const auto signing = root ? key : issued_.at(planned.issuer).key;
    checked(X509_set_version(subject, X509_VERSION_3), "its version");
    checked(ASN1_INTEGER_set_uint64(X509_get_serialNumber(subject), planned.serial), "its serial number");
    const auto [from, until] = days_of(planned);
    checked(X509_set1_notBefore(subject, days_from_now(from).get()), "its validity");
    checked(X509_set1_notAfter(subject, days_from_now(until).get()), "its validity");
    fill(X509_get_subject_name(subject), planned.subject);
    checked(X509_set_issuer_name(subject, X509_get_subject_name(issuer)), "its issuer");
    checked(X509_set_pubkey(subject, key.get()), "its key");
    extend(subject, issuer, NID_basic_constraints, planned.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    extend(subject, issuer, NID_key_usage,
           planned.authority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
    extend(subject, issuer, NID_subject_key_identifier, "hash");
    extend(subject, issuer, NID_authority_key_identifier, "keyid:always");
    std::string names;
    for (const auto& name : planned.names) names += (names.empty() ? "" : ",") + alternative(name);
    if (!names.empty()) extend(subject, issuer, NID_subject_alt_name, names);
    if (planned.resources) {
      const std::string critical = planned.resources->critical ? "critical," : "";
      if (const auto blocks = address_blocks(planned); !blocks.empty())
        extend(subject, issuer, NID_sbgp_ipAddrBlock, critical + blocks);
      if (const auto numbers = as_numbers(planned); !numbers.empty())
        extend(subject, issuer, NID_sbgp_autonomousSysNum, critical + numbers);
    }
    checked(X509_sign(subject, signing.get(), digest_for(kind_of(planned.issuer))), "signing " + planned.stem);
    issued_.emplace(planned.stem, Issued{std::move(made), key});
  }

  KeyKind kind_of(const std::string& stem) const { return plan_.find(stem)->key; }

  static std::string pem_of(const openssl::Certificate& certificate) {
    const auto bio = openssl::memory();
    checked(PEM_write_bio_X509(bio.get(), certificate.get()), "writing a certificate");
    return openssl::bytes_of(bio);
  }

  std::string revoke(const PlannedList& list) {
    const auto& issuer = issued_.at(list.issuer);
    const openssl::RevocationList made(checked(X509_CRL_new(), "a revocation list"));
    checked(X509_CRL_set_version(made.get(), X509_CRL_VERSION_2), "its version");
    checked(X509_CRL_set_issuer_name(made.get(), X509_get_subject_name(issuer.certificate.get())), "its issuer");
    checked(X509_CRL_set1_lastUpdate(made.get(), days_from_now(-1).get()), "its time");
    checked(X509_CRL_set1_nextUpdate(made.get(), days_from_now(10).get()), "its time");
    for (const auto serial : list.revoked) {
      const openssl::Integer revoked(checked(ASN1_INTEGER_new(), "a serial number"));
      checked(ASN1_INTEGER_set_uint64(revoked.get(), serial), "a serial number");
      auto* entry = checked(X509_REVOKED_new(), "an entry");
      checked(X509_REVOKED_set_serialNumber(entry, revoked.get()), "an entry");
      checked(X509_REVOKED_set_revocationDate(entry, days_from_now(-1).get()), "an entry");
      checked(X509_CRL_add0_revoked(made.get(), entry), "an entry");
    }
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer.certificate.get(), nullptr, nullptr, made.get(), 0);
    const openssl::Extension issued_with(checked(
        X509V3_EXT_conf_nid(nullptr, &context, NID_authority_key_identifier, "keyid:always"), "its issuer's key"));
    checked(X509_CRL_add_ext(made.get(), issued_with.get(), -1), "its issuer's key");
    const openssl::Integer number(checked(ASN1_INTEGER_new(), "its number"));
    checked(ASN1_INTEGER_set_uint64(number.get(), 1), "its number");
    checked(X509_CRL_add1_ext_i2d(made.get(), NID_crl_number, number.get(), 0, 0), "its number");
    checked(X509_CRL_sort(made.get()), "sorting the list");
    checked(X509_CRL_sign(made.get(), issuer.key.get(), digest_for(kind_of(list.issuer))), "signing the list");
    const auto bio = openssl::memory();
    checked(i2d_X509_CRL_bio(bio.get(), made.get()), "writing the list");
    return openssl::bytes_of(bio);
  }

  /// In a key database certificates are called by their stems.
  std::string bundle(const PlannedStore& store) {
    const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> others(
        checked(sk_X509_new_null(), "a bundle"), [](STACK_OF(X509) * stack) { sk_X509_free(stack); });
    for (const auto* stems : {&store.chain, &store.anchors, &store.known}) {
      for (const auto& stem : *stems) {
        auto* certificate = issued_.at(stem).certificate.get();
        checked(X509_alias_set1(certificate, reinterpret_cast<const unsigned char*>(stem.data()),
                                static_cast<int>(stem.size())),
                "a bundle");
        checked(sk_X509_push(others.get(), certificate), "a bundle");
      }
    }
    const auto& [certificate, key] = issued_.at(store.node);
    // One round of key derivation: the password is in the configuration, and a guest would count for long.
    const openssl::Bundle made(checked(
        PKCS12_create(bundle_password, store.node.c_str(), key.get(), certificate.get(), others.get(), 0, 0, 1, 1, 0),
        "a bundle"));
    const auto bio = openssl::memory();
    checked(i2d_PKCS12_bio(bio.get(), made.get()), "writing a bundle");
    return openssl::bytes_of(bio);
  }

  const PkiPlan& plan_;
  KeyRing& keys_;
  std::time_t now_;
  std::map<std::string, Issued> issued_;
  std::vector<IssuedFile> files_;
};

}  // namespace

std::vector<IssuedFile> issue(const PkiPlan& plan, KeyRing& keys, std::chrono::system_clock::time_point now) {
  return Office(plan, keys, now).work();
}

}  // namespace useipsec
