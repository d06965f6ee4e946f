#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "profile/certificate.h"
#include "scenario/scenario.h"

namespace useipsec {

// Which certificates a case needs, as values. A stem names a certificate and the files about it: "alice", and for
// authorities "ca/lab" (the root) and "ca/lab.1" (its first intermediate).

struct PlannedCertificate {
  std::string stem;
  std::string issuer;  ///< a stem; of a root its own
  DistinguishedName subject;
  std::vector<Identity> names;  ///< subjectAltNames
  KeyKind key = KeyKind::ecdsa_p256;
  Validity validity = Validity::current;
  bool authority = false;
  std::uint64_t serial = 0;  ///< no two of a case are the same
  /// RFC 3779. An authority that has them has all there are: what it issues must lie within (section 2.3).
  std::optional<NumberResources> resources = std::nullopt;
};

/// A revocation list, empty ones too.
struct PlannedList {
  std::string issuer;                  ///< a stem
  std::vector<std::uint64_t> revoked;  ///< serials
};

/// What one node holds, by stems.
struct PlannedStore {
  std::string node;                  ///< the stem of its own certificate too
  std::vector<std::string> chain;    ///< from its issuer up, without the root
  std::vector<std::string> anchors;  ///< roots
  std::vector<std::string> known;    ///< certificates of peers that do not send them
  std::vector<std::string> lists;    ///< issuers of the revocation lists it has
};

struct PkiPlan {
  std::vector<PlannedCertificate> certificates;  ///< issuers before those they issue
  std::vector<PlannedList> lists;
  std::vector<PlannedStore> stores;

  bool empty() const { return stores.empty(); }
  /// The certificate of that stem; null where there is none.
  const PlannedCertificate* find(const std::string& stem) const;
  /// Null where the node does not authenticate by certificate.
  const PlannedStore* store_of(const std::string& node) const;
};

/// Empty where no node authenticates by certificate.
PkiPlan pki_plan(const Case& subject);

/// One line: "alice, issued by ca/lab: serial 2, ecdsa-p256, current; O=useipsec lab, CN=alice; fqdn alice.example"
std::string describe(const PlannedCertificate& certificate);

/// "alice.crt", "alice.key", "alice.p12", "ca/lab.crl": the files about a certificate.
std::string certificate_file(const std::string& stem);
std::string key_file(const std::string& stem);
std::string bundle_file(const std::string& stem);  ///< PKCS #12: all that a node holds but the lists
std::string list_file(const std::string& stem);

/// The words that open a node's bundle. They keep nothing secret: the format asks for some.
inline constexpr const char* bundle_password = "useipsec";

}  // namespace useipsec
