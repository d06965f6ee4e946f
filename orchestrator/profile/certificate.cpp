#include "profile/certificate.h"

#include <algorithm>

#include "profile/profile_words.h"

namespace useipsec {
namespace {

const std::string organization = "useipsec lab";

}  // namespace

Identity identity_of(const Profile& profile, const Topology& topology, const std::string& node) {
  const auto found = profile.identities.find(node);
  if (found == profile.identities.end()) return {IdentityKind::fqdn, node};
  auto identity = found->second;
  if (const auto name = DistinguishedName::parse(identity.value); identity.kind == IdentityKind::dn && name)
    identity.value = name->str();
  if (!identity.value.empty()) return identity;
  const bool address = identity.kind == IdentityKind::ipv4 || identity.kind == IdentityKind::ipv6;
  const auto family = identity.kind == IdentityKind::ipv6 ? Family::v6 : Family::v4;
  identity.value = address ? topology.address_of(node, family).value_or(Address::any(family)).str() : node;
  return identity;
}

AuthorityStatement authority_of(const Profile& profile, const std::string& name) {
  const auto found = profile.authorities.find(name);
  return found == profile.authorities.end() ? AuthorityStatement{} : found->second;
}

KeyKind key_of(const Profile& profile, const AuthorityStatement& authority) {
  return authority.key.value_or(profile.keying == Keying::ikev2 ? KeyKind::ecdsa_p256 : KeyKind::rsa_2048);
}

SettledCertificate certificate_of(const Profile& profile, const Topology& topology, const std::string& node) {
  const auto found = profile.certificates.find(node);
  const auto statement = found == profile.certificates.end() ? CertificateStatement{} : found->second;
  const auto identity = identity_of(profile, topology, node);
  SettledCertificate settled;
  settled.authority = statement.authority;
  if (const auto name = DistinguishedName::parse(statement.subject))
    settled.subject = *name;
  else if (const auto own = DistinguishedName::parse(identity.value); identity.kind == IdentityKind::dn && own)
    settled.subject = *own;
  else
    settled.subject = {{{"O", organization}, {"CN", node}}};
  if (statement.names)
    settled.names = *statement.names;
  else if (identity.kind != IdentityKind::dn && identity.kind != IdentityKind::key_id)
    settled.names = {identity};
  settled.key = statement.key.value_or(key_of(profile, authority_of(profile, statement.authority)));
  settled.validity = statement.validity;
  settled.revoked = statement.revoked;
  settled.send = statement.send;
  settled.resources = statement.resources;
  return settled;
}

bool certifies(const SettledCertificate& certificate, const Identity& identity) {
  if (identity.kind == IdentityKind::dn) return DistinguishedName::parse(identity.value) == certificate.subject;
  return std::find(certificate.names.begin(), certificate.names.end(), identity) != certificate.names.end();
}

bool is_ecdsa(KeyKind key) { return key == KeyKind::ecdsa_p256 || key == KeyKind::ecdsa_p384; }

std::string text_of(const Identity& identity) {
  return word_of(identity_kind_words, identity.kind) + " " + identity.value;
}

}  // namespace useipsec
