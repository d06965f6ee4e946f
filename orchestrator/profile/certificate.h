#pragma once

#include <string>
#include <vector>

#include "profile/distinguished_name.h"
#include "profile/profile.h"
#include "topology/topology.h"

namespace useipsec {

// Who a node says it is, and what its certificate says of it, with all defaults filled in.

/// The identity of `node`: its name as an FQDN, an address of the family that it asks for.
Identity identity_of(const Profile& profile, const Topology& topology, const std::string& node);

/// A certificate to be, with nothing left open.
struct SettledCertificate {
  std::string authority;
  DistinguishedName subject;
  std::vector<Identity> names;
  KeyKind key = KeyKind::ecdsa_p256;
  Validity validity = Validity::current;
  bool revoked = false;
  SendCertificate send = SendCertificate::always;
  std::optional<NumberResources> resources;
};

/// The certificate of `node`. Without a statement it carries the identity: as subject where that is a distinguished
/// name, else as its only subjectAltName, under the subject "O=useipsec lab, CN=<node>".
SettledCertificate certificate_of(const Profile& profile, const Topology& topology, const std::string& node);

/// The authority of that name; the default one where the profile does not write it.
AuthorityStatement authority_of(const Profile& profile, const std::string& name);

/// The kind of an authority's keys, and of the certificates that it issues, where the profile says nothing: ECDSA,
/// which is made quickly; RSA for IKEv1, whose signatures both engines carry with RSA alone.
KeyKind key_of(const Profile& profile, const AuthorityStatement& authority);

/// Whether a peer that holds the certificate may claim the identity: it is the subject, or among the subjectAltNames
/// (RFC 4945 section 3.1). A key id is in no certificate.
bool certifies(const SettledCertificate& certificate, const Identity& identity);

bool is_ecdsa(KeyKind key);

/// "fqdn alice.example"
std::string text_of(const Identity& identity);

}  // namespace useipsec
