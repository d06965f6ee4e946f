#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "xfrm/values.h"

namespace useipsec {

// What a protocol designer must say to use IPsec, in the order of RFC 5406's own checklist (section 8).
// A profile names no daemon; node names stand for their addresses.

/// 8(b): ah_and_esp is a bundle, ESP first and AH around it (RFC 2401 section 4.3).
enum class SecurityProtocol : std::uint8_t { esp, ah, ah_and_esp };
enum class Keying : std::uint8_t { manual, ikev1_main, ikev1_aggressive, ikev2 };
enum class IdentityKind : std::uint8_t { ipv4, ipv6, fqdn, user_fqdn, dn, key_id };
enum class AuthMethod : std::uint8_t { psk, certificate };
enum class KeyKind : std::uint8_t { ecdsa_p256, ecdsa_p384, rsa_2048, rsa_3072, rsa_4096 };
enum class Validity : std::uint8_t { current, expired, not_yet };         ///< at the time of the run
enum class SendCertificate : std::uint8_t { always, when_asked, never };  ///< never: the peer has it beforehand
enum class RevocationPolicy : std::uint8_t { relaxed, strict };           ///< relaxed: no list, no objection
enum class NatExpected : std::uint8_t { none, possible, certain };
enum class Traversal : std::uint8_t { automatic, refused, forced };  ///< RFC 3947 negotiation
enum class Unmatched : std::uint8_t { unspecified, bypass, discard };
enum class BeforeSa : std::uint8_t { pass, trap };  ///< trap: matching traffic is held and asks for an SA
enum class OnFailure : std::uint8_t { pass, drop };
enum class DualUse : std::uint8_t { unspecified, exclusive, two_ports, optional };
enum class GroupTraffic : std::uint8_t { none, manual_group, tunnel };
/// Whose the manual SAs of a group are (RFC 4552 section 7): everybody's, each sender's, one for each of two
/// directions, or each pair's.
enum class GroupSas : std::uint8_t { shared, per_sender, directional, pairwise };

/// 8(a): which traffic is put under IPsec. `local`/`remote` name a node, an address, a prefix or "any", as seen from
/// the first peer; the other peer uses the mirror image.
struct Selector {
  std::string local = "peer";  ///< "peer": the peer's own address
  std::string remote = "peer";
  std::string protocol = "any";              ///< "any", "tcp", "udp", "icmp", "icmp6", "ospf", or a number
  std::optional<std::uint16_t> local_port;   ///< for icmp: the type
  std::optional<std::uint16_t> remote_port;  ///< for icmp: the code
  std::string link{};                        ///< only what crosses this link; empty: any
  bool operator==(const Selector&) const = default;
};

/// 8(d): the identity a peer presents.
struct Identity {
  IdentityKind kind = IdentityKind::fqdn;
  std::string value;
  bool operator==(const Identity&) const = default;
};

/// 8(f): a root that issues certificates, itself or through a line of intermediate authorities.
struct AuthorityStatement {
  std::optional<KeyKind> key;  ///< of the root and the intermediates; nothing: as `default_key` says
  std::uint32_t intermediates = 0;
  bool operator==(const AuthorityStatement&) const = default;
};

/// 8(f): the Internet number resources that a certificate is good for (RFC 3779).
struct NumberResources {
  std::vector<Prefix> addresses;
  std::vector<std::uint32_t> as_numbers;  ///< autonomous systems
  bool critical = false;                  ///< who does not know the extension is to refuse the certificate
  bool operator==(const NumberResources&) const = default;
};

/// 8(f): what a node's certificate carries. What is left open is settled by `certificate_of`.
struct CertificateStatement {
  std::string authority = "lab";
  std::string subject;                         ///< a distinguished name
  std::optional<std::vector<Identity>> names;  ///< subjectAltName (RFC 5280 section 4.2.1.6)
  std::optional<KeyKind> key;
  Validity validity = Validity::current;
  bool revoked = false;
  SendCertificate send = SendCertificate::always;
  std::optional<NumberResources> resources;
  bool operator==(const CertificateStatement&) const = default;
};

struct RevocationStatement {
  RevocationPolicy policy = RevocationPolicy::relaxed;
  bool list = false;  ///< whether the nodes have the authorities' revocation lists
  bool operator==(const RevocationStatement&) const = default;
};

/// 8(b): algorithms by their IANA names in lower case; empty: the engine's default proposal.
struct Algorithms {
  std::string encryption;        ///< "aes128-cbc", "aes128-gcm16", "null"
  std::string integrity;         ///< "hmac-sha1-96", "hmac-sha2-256-128"
  std::uint32_t lifetime_s = 0;  ///< child SA, seconds; 0: the engine's default
  bool operator==(const Algorithms&) const = default;
};

/// A responder's rule for a class of traffic, beside its peers' SAs.
struct PolicyEntry {
  Selector selector;
  Requirement requirement = Requirement::require;
  bool operator==(const PolicyEntry&) const = default;
};

/// One proven identity and what it may use (8(g)).
struct Authorization {
  std::string identity;
  std::vector<Selector> selectors;
  bool operator==(const Authorization&) const = default;
};

struct NatStatement {
  NatExpected expected = NatExpected::none;
  Traversal traversal = Traversal::automatic;
  std::uint32_t keepalive_s = 20;  ///< RFC 3948 section 4
  bool operator==(const NatStatement&) const = default;
};

/// Whether a peer that falls silent is asked if it is there (RFC 3706; RFC 7296 section 2.4), and when it is given up.
struct Liveness {
  std::uint32_t delay_s = 1;    ///< of silence before it is asked
  std::uint32_t timeout_s = 3;  ///< without an answer
  bool operator==(const Liveness&) const = default;
};

struct Profile {
  // Who: the peers (IKE, pairwise manual keys) or the members of a group (manual group keys). Each initiator has a
  // peering of its own with the one responder.
  std::vector<std::string> initiators;
  std::string responder;
  std::vector<std::string> members;  ///< group_traffic manual_group only

  std::vector<Selector> selectors;  // 8(a)
  Unmatched unmatched = Unmatched::unspecified;
  SecurityProtocol protocol = SecurityProtocol::esp;  // 8(b)
  Mode mode = Mode::transport;
  /// The responder gives each initiator an address of these for the inside of its tunnel (RFC 7296 section 2.19; for
  /// IKEv1 mode config).
  std::optional<Prefix> inner_addresses;
  /// Every SA of the responder has a mark, and connection tracking puts it on the answers: one selector, several SAs.
  bool marked_sas = false;
  bool confidentiality = true;  ///< false with ESP: ESP-NULL (RFC 2410)
  bool integrity = true;        ///< of ESP with AH around it: its own, beside AH's
  Algorithms algorithms;
  NatStatement nat;
  Keying keying = Keying::ikev2;  // 8(c), 8(h)
  bool replay_protection = true;
  bool sa_selectors = false;  ///< manual keys: the SAs too compare a packet's addresses with their selector's
  std::map<std::string, Identity> identities;   // 8(d), by node; default: fqdn = node name
  AuthMethod authentication = AuthMethod::psk;  // 8(f)
  std::string psk;                              ///< of every peering; empty: made for the run from its seed
  std::map<std::string, std::string> psks;      ///< by initiator: what it shares with the responder, in place of `psk`
  std::map<std::string, AuthorityStatement> authorities;     ///< by name; "lab" is there unless written otherwise
  std::vector<std::string> anchors{"lab"};                   ///< the authorities whose certificates are accepted
  std::map<std::string, CertificateStatement> certificates;  ///< by node; those not named have the defaults
  RevocationStatement revocation;
  bool identity_on_certificate = true;          ///< a peer's identity must be in its certificate (RFC 4945 section 3.1)
  bool responder_accepts_any_identity = false;  ///< every certificate of an anchor will do
  bool ike_fragmentation = true;                ///< RFC 7383; for IKEv1 the vendors' way
  std::optional<Liveness> liveness;             ///< nothing: nobody asks
  std::optional<std::uint64_t> key_seed;        ///< what keys are made from; nothing: the case's seed
  bool responder_accepts_any_address =
      true;                              ///< the responder's peer is pinned by identity (true) or by address (false)
  std::vector<Authorization> authorize;  // 8(g)
  std::vector<PolicyEntry> responder_policy;
  BeforeSa before_sa = BeforeSa::pass;  // old (d): enforcement
  OnFailure on_failure = OnFailure::drop;
  DualUse dual_use = DualUse::unspecified;
  GroupTraffic group_traffic = GroupTraffic::none;
  GroupSas group_sas = GroupSas::shared;          ///< members only
  std::optional<std::vector<std::string>> knows;  ///< the members that a node has SAs for; nothing: all
  std::vector<std::string> bootstrap_exemptions;  ///< e.g. "icmp6/135"
  std::vector<std::string> availability;          // 8(i): evidence that platforms support this profile
  bool operator==(const Profile&) const = default;

  bool by_ike() const { return keying != Keying::manual; }
  bool has_ah() const { return protocol != SecurityProtocol::esp; }
  bool has_esp() const { return protocol != SecurityProtocol::ah; }
  /// In the order of applying them: the last is outermost.
  std::vector<Protocol> protocols() const {
    if (protocol == SecurityProtocol::ah_and_esp) return {Protocol::esp, Protocol::ah};
    return {has_ah() ? Protocol::ah : Protocol::esp};
  }
};

}  // namespace useipsec
