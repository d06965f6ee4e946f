#include "profile/lint.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "profile/certificate.h"
#include "profile/vantage.h"

namespace useipsec {
namespace {

/// Takes one breach: the message and the pointer.
using Report = std::function<void(std::string, std::string)>;

struct Subject {
  const Profile& profile;
  const Topology* topology;
};

struct Rule {
  const char* name;
  Severity severity;
  const char* source;
  void (*check)(const Subject&, const Report&);
};

std::string selector_pointer(std::size_t index, std::string_view field) {
  return fmt::format("/profile/selectors/{}/{}", index, field);
}

bool has_ports(const Selector& selector) {
  const bool ported = selector.protocol == "tcp" || selector.protocol == "udp" || selector.protocol == "sctp";
  return ported && (selector.local_port || selector.remote_port);
}

bool is_initiator_side(const Profile& profile, const std::string& side) {
  return side == "peer" || is_initiator(profile, side);
}

bool is_responder_side(const Profile& profile, const std::string& side) {
  return side == "peer" || side == profile.responder;
}

bool counter_mode(const std::string& encryption) {
  return encryption.find("gcm") != std::string::npos || encryption.find("ctr") != std::string::npos ||
         encryption.find("ccm") != std::string::npos || encryption.find("chacha20") != std::string::npos;
}

bool nat_on_the_way(const Subject& subject) {
  const auto& profile = subject.profile;
  if (subject.topology == nullptr || profile.responder.empty()) return false;
  const auto family = family_of(profile, *subject.topology);
  return std::any_of(profile.initiators.begin(), profile.initiators.end(), [&](const std::string& initiator) {
    return !nats_between(*subject.topology, initiator, profile.responder, family).empty();
  });
}

// 8(a): selectors

void one_sided_port(const Subject& subject, const Report& report) {
  const auto& selectors = subject.profile.selectors;
  for (std::size_t i = 0; i < selectors.size(); ++i) {
    const auto& selector = selectors[i];
    if (!has_ports(selector) || (selector.local_port && selector.remote_port)) continue;
    const bool mirrored = std::any_of(selectors.begin(), selectors.end(), [&](const Selector& other) {
      return other.protocol == selector.protocol && other.local_port == selector.remote_port &&
             other.remote_port == selector.local_port && other.local == selector.local &&
             other.remote == selector.remote;
    });
    if (mirrored) continue;
    report(
        "names the port of one side only: a session that the other side opens towards its own well-known port does not "
        "match and travels in the clear; add the selector with local_port and remote_port exchanged",
        selector_pointer(i, selector.local_port ? "local_port" : "remote_port"));
  }
}

void port_selector_gateway(const Subject& subject, const Report& report) {
  const auto& profile = subject.profile;
  if (profile.mode != Mode::tunnel) return;
  for (std::size_t i = 0; i < profile.selectors.size(); ++i) {
    const auto& selector = profile.selectors[i];
    const bool gateway = !is_initiator_side(profile, selector.local) || !is_responder_side(profile, selector.remote);
    if (gateway && has_ports(selector))
      report(
          "selects by port at a gateway: a forwarded fragment after the first carries no ports, matches nothing and "
          "leaks "
          "in the clear; select by address and protocol only",
          selector_pointer(i, selector.local_port ? "local_port" : "remote_port"));
  }
}

void bootstrap_not_exempted(const Subject& subject, const Report& report) {
  const auto& profile = subject.profile;
  // Manual keys need no neighbor resolution first; a daemon that is asked only when told so does not close the loop
  // either.
  if (!profile.by_ike() || profile.before_sa != BeforeSa::trap) return;
  const bool v6 = subject.topology != nullptr && family_of(profile, *subject.topology) == Family::v6;
  const auto exempted = [&](std::uint16_t type) {
    return std::any_of(
        profile.bootstrap_exemptions.begin(), profile.bootstrap_exemptions.end(),
        [&](const std::string& entry) { return entry == fmt::format("icmp6/{}", type) || entry == "icmp6"; });
  };
  for (std::size_t i = 0; i < profile.selectors.size(); ++i) {
    const auto& selector = profile.selectors[i];
    const bool covers = selector.protocol == "icmp6" || selector.protocol == "58" || (v6 && selector.protocol == "any");
    if (!covers) continue;
    for (const std::uint16_t type : {std::uint16_t{135}, std::uint16_t{136}}) {
      if (selector.local_port && *selector.local_port != type) continue;
      if (exempted(type)) continue;
      report(fmt::format(
                 "covers ICMPv6 type {}, which must pass before IKE can: IKE needs a resolved neighbor, and resolving "
                 "it would need the SA; write \"icmp6/{}\" in bootstrap_exemptions",
                 type, type),
             selector_pointer(i, "protocol"));
    }
  }
}

void unmatched_unspecified(const Subject& subject, const Report& report) {
  if (subject.profile.unmatched == Unmatched::unspecified)
    report(
        "does not say what becomes of traffic that no selector matches; Linux lets it pass in the clear: write "
        "\"bypass\" or "
        "\"discard\"",
        "/profile/unmatched");
}

// 8(b): protocol, mode, algorithms, NAT

void ah_confidentiality(const Subject& subject, const Report& report) {
  if (!subject.profile.has_esp() && subject.profile.confidentiality)
    report("asks AH for confidentiality, which AH does not have; write \"confidentiality\": false, or protocol \"esp\"",
           "/profile/confidentiality");
}

void esp_without_integrity(const Subject& subject, const Report& report) {
  if (!subject.profile.has_ah() && !subject.profile.integrity)
    report(
        "asks for encryption without integrity: an attacker changes ciphertext with predictable effect; write "
        "\"integrity\": true",
        "/profile/integrity");
}

void ah_and_esp(const Subject& subject, const Report& report) {
  if (subject.profile.has_ah() && subject.profile.has_esp())
    report(
        "combines AH and ESP, which is rarely needed and rarely available: neither libreswan nor strongSwan keys both "
        "at once; write protocol \"esp\"",
        "/profile/protocol");
}

void transport_endpoints(const Subject& subject, const Report& report) {
  const auto& profile = subject.profile;
  if (profile.mode != Mode::transport || !profile.members.empty()) return;
  for (std::size_t i = 0; i < profile.selectors.size(); ++i) {
    const auto& selector = profile.selectors[i];
    const auto foreign = [&](const std::string& side, const std::vector<std::string>& peers) {
      const auto is_peer = [&](std::string_view node) {
        return std::find(peers.begin(), peers.end(), node) != peers.end();
      };
      if (side == "peer" || is_peer(side)) return false;
      const auto prefix = Prefix::parse(side);
      if (!prefix) return true;                          // "any" or another node
      if (prefix->address.is_multicast()) return false;  // group-ike speaks of it
      const auto owners =
          subject.topology == nullptr ? std::vector<const Node*>() : subject.topology->owners(prefix->address);
      return std::none_of(owners.begin(), owners.end(), [&](const Node* owner) { return is_peer(owner->name); }) ||
             prefix->length != Prefix::host(prefix->address).length;
    };
    if (foreign(selector.local, profile.initiators))
      report(
          "puts traffic of others than the peers into transport mode, which protects its own end points only; write "
          "mode "
          "\"tunnel\", or \"peer\" here",
          selector_pointer(i, "local"));
    if (foreign(selector.remote, {profile.responder}))
      report(
          "puts traffic of others than the peers into transport mode, which protects its own end points only; write "
          "mode "
          "\"tunnel\", or \"peer\" here",
          selector_pointer(i, "remote"));
  }
}

void ah_nat(const Subject& subject, const Report& report) {
  if (subject.profile.has_ah() && subject.profile.nat.expected != NatExpected::none)
    report(
        "puts AH where NATs are expected: AH covers the outer addresses, so each translated packet fails its integrity "
        "check; write protocol \"esp\" (with \"confidentiality\": false where only integrity is wanted)",
        "/profile/protocol");
}

void ah_nat_traversal(const Subject& subject, const Report& report) {
  if (subject.profile.has_ah() && subject.profile.nat.traversal == Traversal::forced)
    report(
        "forces NAT traversal for AH: UDP encapsulation carries ESP only; write protocol \"esp\", or leave traversal "
        "out",
        "/profile/nat/traversal");
}

void nat_traversal_refused(const Subject& subject, const Report& report) {
  if (!subject.profile.has_ah() && subject.profile.nat.expected != NatExpected::none &&
      subject.profile.nat.traversal == Traversal::refused)
    report(
        "refuses NAT traversal where NATs are expected: ESP has no ports for a NAT to translate; write \"automatic\"",
        "/profile/nat/traversal");
}

void nat_not_expected(const Subject& subject, const Report& report) {
  if (subject.profile.nat.expected == NatExpected::none && nat_on_the_way(subject))
    report("expects no NAT, but the topology has one between the peers; write \"certain\" or \"possible\"",
           "/profile/nat/expected");
}

void ikev2_transport_nat(const Subject& subject, const Report& report) {
  const auto& profile = subject.profile;
  if (profile.keying == Keying::ikev2 && profile.mode == Mode::transport &&
      (profile.nat.expected != NatExpected::none || nat_on_the_way(subject)))
    report(
        "uses IKEv2 transport mode through a NAT, which needs the responder to substitute addresses in the traffic "
        "selectors; libreswan 4.10 does not and refuses the child SA; write mode \"tunnel\", or keying \"ikev1-main\"",
        "/profile/mode");
}

// 8(c), 8(f), 8(h): keying and authentication

void manual_replay(const Subject& subject, const Report& report) {
  if (!subject.profile.by_ike() && subject.profile.replay_protection)
    report(
        "wants replay protection with manual keys: the counter starts again with each restart and is not shared by "
        "several senders; write \"replay_protection\": false, or key by IKE",
        "/profile/replay_protection");
}

void manual_counter_mode(const Subject& subject, const Report& report) {
  if (!subject.profile.by_ike() && counter_mode(subject.profile.algorithms.encryption))
    report(
        "uses a counter-mode cipher with manual keys: a counter used twice under one key gives the plaintext away; "
        "write "
        "a CBC cipher with an HMAC",
        "/profile/algorithms/encryption");
}

void manual_udp_encapsulation(const Subject& subject, const Report& report) {
  if (!subject.profile.by_ike() && subject.profile.nat.traversal == Traversal::forced)
    report("puts manually keyed ESP into UDP: no message tells the peer that a NAT has moved the port; key by IKE",
           "/profile/nat/traversal");
}

void main_mode_psk_nat(const Subject& subject, const Report& report) {
  const auto& profile = subject.profile;
  const bool several = profile.authorize.size() > 1 || profile.identities.size() > 2 || profile.psks.size() > 1;
  if (profile.keying == Keying::ikev1_main && profile.authentication == AuthMethod::psk &&
      profile.nat.expected != NatExpected::none && several)
    report(
        "gives several peers behind NATs their own pre-shared keys in main mode: the responder has to choose the key "
        "by "
        "address before it can read the identity; use certificates or IKEv2",
        "/profile/keying");
}

void aggressive_psk(const Subject& subject, const Report& report) {
  if (subject.profile.keying == Keying::ikev1_aggressive && subject.profile.authentication == AuthMethod::psk)
    report(
        "uses aggressive mode with a pre-shared key: anyone who asks gets a hash to guess the key against, off line; "
        "write keying \"ikev1-main\" or \"ikev2\"",
        "/profile/keying");
}

void group_ike(const Subject& subject, const Report& report) {
  const auto& profile = subject.profile;
  if (!profile.by_ike()) return;
  if (profile.group_traffic == GroupTraffic::manual_group) {
    report("keys group traffic by IKE, which agrees on keys with exactly one peer; write keying \"manual\"",
           "/profile/keying");
    return;
  }
  if (profile.group_traffic == GroupTraffic::tunnel) return;
  for (std::size_t i = 0; i < profile.selectors.size(); ++i) {
    const auto prefix = Prefix::parse(profile.selectors[i].remote);
    if (prefix && prefix->address.is_multicast())
      report(
          "asks IKE for an SA towards a group, but IKE agrees on keys with exactly one peer; write keying \"manual\" "
          "and "
          "group_traffic \"manual-group\"",
          selector_pointer(i, "remote"));
  }
}

/// Each peer with its certificate, where certificates are what the profile authenticates by.
std::vector<std::pair<std::string, SettledCertificate>> certificates_of(const Subject& subject) {
  const auto& profile = subject.profile;
  std::vector<std::pair<std::string, SettledCertificate>> certificates;
  if (!profile.by_ike() || profile.authentication != AuthMethod::certificate || subject.topology == nullptr) return {};
  for (const auto& node : parties(profile, *subject.topology))
    certificates.emplace_back(node, certificate_of(profile, *subject.topology, node));
  return certificates;
}

std::string certificate_pointer(const std::string& node, std::string_view field) {
  return fmt::format("/profile/certificates/{}/{}", node, field);
}

void identity_not_certified(const Subject& subject, const Report& report) {
  for (const auto& [node, certificate] : certificates_of(subject)) {
    const auto identity = identity_of(subject.profile, *subject.topology, node);
    if (certifies(certificate, identity)) continue;
    const auto pointer = subject.profile.identities.contains(node) ? fmt::format("/profile/identities/{}", node)
                                                                   : certificate_pointer(node, "names");
    if (identity.kind == IdentityKind::key_id) {
      report(fmt::format("identifies {} by a key id, which no certificate carries; write an identity of another kind",
                         node),
             pointer);
      continue;
    }
    std::string names;
    for (const auto& name : certificate.names) names += (names.empty() ? "" : ", ") + text_of(name);
    report(fmt::format("{} says that it is {}, but its certificate has the subject {} and {}: its peer must refuse it; "
                       "write the identity into \"{}\"",
                       node, text_of(identity), certificate.subject.str(),
                       names.empty() ? "no subjectAltName" : "the subjectAltNames " + names,
                       identity.kind == IdentityKind::dn ? "subject" : "names"),
           pointer);
  }
}

void authority_not_trusted(const Subject& subject, const Report& report) {
  const auto& anchors = subject.profile.anchors;
  for (const auto& [node, certificate] : certificates_of(subject)) {
    if (std::find(anchors.begin(), anchors.end(), certificate.authority) != anchors.end()) continue;
    report(fmt::format("the certificate of {} is issued by \"{}\", which is not among the anchors: no chain of trust "
                       "leads to it; write it into anchors",
                       node, certificate.authority),
           "/profile/anchors");
  }
}

void certificate_not_valid(const Subject& subject, const Report& report) {
  for (const auto& [node, certificate] : certificates_of(subject)) {
    if (certificate.validity != Validity::current)
      report(fmt::format("the certificate of {} is {} at the time of the run", node,
                         certificate.validity == Validity::expired ? "expired" : "not valid yet"),
             certificate_pointer(node, "validity"));
    if (certificate.revoked)
      report(fmt::format("the certificate of {} is revoked", node), certificate_pointer(node, "revoked"));
  }
}

void identity_not_required(const Subject& subject, const Report& report) {
  if (certificates_of(subject).empty() || subject.profile.identity_on_certificate) return;
  report(
      "lets a peer claim an identity that its certificate does not carry: whoever holds any certificate is whoever it "
      "says it is; write \"identity_on_certificate\": true",
      "/profile/identity_on_certificate");
}

void authorize_empty_certificate(const Subject& subject, const Report& report) {
  const auto& profile = subject.profile;
  if (profile.authentication == AuthMethod::certificate && profile.responder_accepts_any_identity &&
      profile.authorize.empty())
    report(
        "accepts any identity that is certified and says nothing of who may do what: every certificate of the "
        "authority "
        "gets in; write authorize entries, or \"responder_accepts_any_identity\": false",
        "/profile/responder_accepts_any_identity");
}

void dual_use_unspecified(const Subject& subject, const Report& report) {
  if (subject.profile.dual_use == DualUse::unspecified)
    report(
        "does not say whether unprotected clients are served beside protected ones; write \"exclusive\", \"two-ports\" "
        "or "
        "\"optional\"",
        "/profile/dual_use");
}

// EAP with IKEv1, a rule of the catalogue, cannot be written in a profile: there is no word for EAP.
constexpr Rule rules[] = {
    {"one-sided-port", Severity::warning, "RFC 5406 section 9; claim bgp-selector-both-sides", one_sided_port},
    {"port-selector-gateway", Severity::error, "RFC 2401 section 4.4.2; claim sel-fragment-leak",
     port_selector_gateway},
    {"bootstrap-not-exempted", Severity::error, "RFC 5406 section 3.3; claim nd-ike-loop", bootstrap_not_exempted},
    {"unmatched-unspecified", Severity::warning, "RFC 2401 section 5; claim sel-default-accept", unmatched_unspecified},
    {"ah-confidentiality", Severity::error, "RFC 5406 section 3.1; RFC 2402", ah_confidentiality},
    {"esp-without-integrity", Severity::error, "RFC 5406 section 3.1; claim proto-esp-encryption-only",
     esp_without_integrity},
    {"ah-and-esp", Severity::warning, "RFC 5406 section 3.1; claim proto-ah-plus-esp", ah_and_esp},
    {"transport-endpoints", Severity::error, "RFC 5406 section 3.2; claim proto-gateway-needs-tunnel",
     transport_endpoints},
    {"ah-nat", Severity::error, "RFC 3715 section 2.1(a); claim nat-ah-icv", ah_nat},
    {"ah-nat-traversal", Severity::error, "RFC 3948 section 1; claim nat-ah-green-sa", ah_nat_traversal},
    {"nat-traversal-refused", Severity::error, "RFC 5406 section 3.1; claim nat-t-required", nat_traversal_refused},
    {"nat-not-expected", Severity::error, "RFC 5406 section 3.1; claim nat-t-required", nat_not_expected},
    {"ikev2-transport-nat", Severity::unsupported, "RFC 7296 section 2.23.1; claim nat-v2-transport-support",
     ikev2_transport_nat},
    {"manual-replay", Severity::error, "RFC 5406 section 3.3; claim km-manual-no-replay", manual_replay},
    {"manual-counter-mode", Severity::warning, "RFC 4107 section 2.1; claim km-static-key-nonce-reuse",
     manual_counter_mode},
    {"manual-udp-encapsulation", Severity::warning, "RFC 3948 section 1; claim nat-manual-key-udp-encap",
     manual_udp_encapsulation},
    {"main-mode-psk-nat", Severity::error, "RFC 2409 section 5.4; claim nat-main-mode-psk", main_mode_psk_nat},
    {"aggressive-psk", Severity::error, "RFC 5406 section 8(h); claim pw-aggressive-psk-crack", aggressive_psk},
    {"group-ike", Severity::error, "RFC 5406 section 7; RFC 4552 section 7; claim mc-no-group-ike", group_ike},
    {"identity-not-certified", Severity::error, "RFC 4945 section 3.1; claim pad-id-cert-binding",
     identity_not_certified},
    {"identity-not-required", Severity::error, "RFC 4301 section 4.4.3.2; claim pad-id-cert-binding",
     identity_not_required},
    {"authority-not-trusted", Severity::error, "RFC 5406 section 8(f); claim km-no-global-pki", authority_not_trusted},
    {"certificate-not-valid", Severity::error, "RFC 4945 section 5.1.3; claim pad-revoked-still-works",
     certificate_not_valid},
    {"authorize-empty-certificate", Severity::warning, "RFC 5406 section 8(g); claim pad-any-cert-any-service",
     authorize_empty_certificate},
    {"dual-use-unspecified", Severity::warning, "ballot comment of 2007-03-05; claim spd-dual-use-required",
     dual_use_unspecified},
};

}  // namespace

std::vector<LintFinding> lint(const Profile& profile, const Topology* topology) {
  std::vector<LintFinding> findings;
  const Subject subject{profile, topology};
  for (const auto& rule : rules)
    rule.check(subject, [&](std::string message, std::string pointer) {
      findings.push_back({rule.name, rule.severity, std::move(message), std::move(pointer), rule.source});
    });
  return findings;
}

std::vector<std::string> lint_rules() {
  std::vector<std::string> names;
  for (const auto& rule : rules) names.emplace_back(rule.name);
  return names;
}

std::string to_string(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::unsupported:
      return "unsupported";
  }
  return "error";
}

}  // namespace useipsec
