#include "engine/strongswan/connection.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/algorithms.h"
#include "pki/plan.h"
#include "profile/certificate.h"
#include "profile/vantage.h"

namespace useipsec {
namespace {

/// A traffic selector: "dynamic" is the address that the end itself has, as IKE sees it. For ICMP the port is type and
/// code in one number (RFC 7296 section 3.13.1); every code is a range of them.
std::string traffic(const std::optional<Prefix>& prefix, const Selector& selector,
                    const std::optional<std::uint16_t>& port) {
  std::string text = prefix ? prefix->str() : "dynamic";
  const auto protocol = protocol_number(selector.protocol).value_or(std::uint8_t{0});
  if (protocol == 0) return text;
  if (protocol == 1 || protocol == 58) {
    if (!selector.local_port) return fmt::format("{}[{}]", text, protocol);
    const unsigned first = *selector.local_port * 256U + selector.remote_port.value_or(0);
    return selector.remote_port ? fmt::format("{}[{}/{}]", text, protocol, first)
                                : fmt::format("{}[{}/{}-{}]", text, protocol, first, first + 255);
  }
  return port ? fmt::format("{}[{}/{}]", text, protocol, *port) : fmt::format("{}[{}]", text, protocol);
}

/// Pluto wants forward secrecy unless told otherwise, charon offers none unless told to: with it first and without it
/// second, charon keys with either. The first child of an IKEv2 SA has no exchange of its own, so both come to the
/// same.
std::vector<std::string> child_proposals(const Profile& profile) {
  const auto suite = proposal_text(suite_of(profile), &Encryption::strongswan, &Integrity::strongswan);
  return {suite + "-modp2048", suite};
}

/// Where the responder assigns the initiator's inner address, either side's view of it is "dynamic".
bool is_assigned(const Peering& peering, const Selector& selector, bool own) {
  return peering.profile.inner_addresses && own == peering.first &&
         (selector.local == "peer" || selector.local == peering.initiator());
}

ViciSection child(const Peering& peering, std::string local, std::string remote) {
  const auto& profile = peering.profile;
  ViciSection made;
  made.set("mode", profile.mode == Mode::tunnel ? "tunnel" : "transport");
  made.set("local_ts", std::vector{std::move(local)});
  made.set("remote_ts", std::vector{std::move(remote)});
  if (names_algorithms(profile))
    made.set(profile.has_ah() ? "ah_proposals" : "esp_proposals", child_proposals(profile));
  if (const auto lifetime = profile.algorithms.lifetime_s; lifetime != 0) {
    made.set("life_time", fmt::format("{}s", lifetime));
    made.set("rekey_time", fmt::format("{}s", lifetime - lifetime / 10));
    made.set("rand_time", "0s");
  }
  if (!profile.replay_protection) made.set("replay_window", "0");
  if (profile.before_sa == BeforeSa::trap) made.set("start_action", "trap");
  if (profile.marked_sas && !peering.first) made.set("mark_in", "%unique").set("mark_out", "%unique");
  return made;
}

void add_keying(ViciSection& connection, const Profile& profile) {
  connection.set("version", profile.keying == Keying::ikev2 ? "2" : "1");
  if (profile.keying == Keying::ikev1_aggressive) {
    connection.set("aggressive", "yes");
    // Aggressive mode sends its key exchange with the proposal, so there is exactly one group to offer.
    connection.set("proposals", std::vector<std::string>{"aes128-sha256-modp2048"});
  }
  if (profile.nat.traversal == Traversal::forced) connection.set("encap", "yes");
  if (profile.liveness) {
    connection.set("dpd_delay", fmt::format("{}s", profile.liveness->delay_s));
    if (profile.keying != Keying::ikev2) connection.set("dpd_timeout", fmt::format("{}s", profile.liveness->timeout_s));
  }
  if (!profile.ike_fragmentation) connection.set("fragmentation", "no");
}

std::string word_for(SendCertificate send) {
  switch (send) {
    case SendCertificate::always:
      return "always";
    case SendCertificate::when_asked:
      return "ifasked";
    case SendCertificate::never:
      break;
  }
  return "never";
}

/// How an end proves who it is.
ViciSection proof(const Profile& profile, std::string identity) {
  ViciSection made;
  made.set("auth", profile.authentication == AuthMethod::certificate ? "pubkey" : "psk");
  made.set("id", std::move(identity));
  return made;
}

/// Over vici a connection has its certificates in it.
std::vector<std::string> certificate_of_stem(const std::string& stem) {
  return {strongswan_credential(certificate_file(stem))};
}

void add_proofs(ViciSection& connection, const Peering& peering, std::string remote_identity) {
  const auto& profile = peering.profile;
  auto local = proof(profile, strongswan_identity(profile, peering.subject.topology, peering.own));
  auto remote = proof(profile, std::move(remote_identity));
  const auto plan = pki_plan(peering.subject);
  if (const auto* store = plan.store_of(peering.own)) {
    connection.set("send_cert", word_for(certificate_of(profile, peering.subject.topology, peering.own).send));
    local.set("certs", certificate_of_stem(peering.own));
    if (std::find(store->known.begin(), store->known.end(), peering.peer) != store->known.end())
      remote.set("certs", certificate_of_stem(peering.peer));
    if (profile.revocation.policy == RevocationPolicy::strict) remote.set("revocation", "strict");
  }
  connection.set("local", std::move(local));
  connection.set("remote", std::move(remote));
}

/// A connection between two addresses, without its children.
ViciSection connection(const Peering& peering, const Address& own, std::string remote, std::string remote_identity) {
  ViciSection made;
  made.set("local_addrs", std::vector{own.str()});
  made.set("remote_addrs", std::vector{std::move(remote)});
  add_keying(made, peering.profile);
  add_proofs(made, peering, std::move(remote_identity));
  return made;
}

/// What IKE would have to be told to key groups: each group as a peer. Whether the daemon takes it is the question.
std::vector<ViciEntry> towards_groups(const Peering& peering, const std::vector<Selector>& selectors) {
  std::vector<ViciEntry> made;
  for (std::size_t i = 0; i < selectors.size(); ++i) {
    const auto group = group_of(selectors[i]);
    if (!group) continue;
    auto name = peering_name(peering, i, selectors.size());
    auto one = connection(peering, group_source(peering, *group), group->str(), "%any");
    ViciSection children;
    children.set(name, child(peering, traffic({}, selectors[i], selectors[i].local_port),
                             traffic(Prefix::host(*group), selectors[i], selectors[i].remote_port)));
    one.set("children", std::move(children));
    made.push_back({std::move(name), std::move(one)});
  }
  return made;
}

}  // namespace

std::string strongswan_credential(const std::string& file) { return fmt::format("{{file:pki/{}}}", file); }

std::string strongswan_identity(const Profile& profile, const Topology& topology, const std::string& node) {
  const auto [kind, value] = identity_of(profile, topology, node);
  switch (kind) {
    case IdentityKind::fqdn:
      return "fqdn:" + value;
    case IdentityKind::user_fqdn:
      return "email:" + value;
    case IdentityKind::dn:
      return value;  // by its equals signs
    case IdentityKind::key_id:
      return "keyid:" + value;
    case IdentityKind::ipv4:
    case IdentityKind::ipv6:
      return value;  // after a prefix charon would take the text's octets for the address
  }
  return "fqdn:" + value;
}

std::vector<ViciEntry> strongswan_connections(const Peering& peering) {
  const auto selectors = selectors_of(peering);
  const auto& profile = peering.profile;
  if (peering.peer.empty()) return towards_groups(peering, selectors);
  const bool any_identity = !peering.first && profile.responder_accepts_any_identity;
  auto made = connection(peering, peering.own_address, peering.from_anywhere() ? "%any" : peering.peer_address.str(),
                         any_identity ? "%any" : strongswan_identity(profile, peering.subject.topology, peering.peer));
  ViciSection children;
  for (std::size_t i = 0; i < selectors.size(); ++i) {
    const auto ends = ends_of(peering, selectors[i]);
    const auto& selector = selectors[i];
    children.set(
        peering_name(peering, i, selectors.size()),
        child(peering, traffic(is_assigned(peering, selector, true) ? std::nullopt : ends.own, selector, ends.own_port),
              traffic(is_assigned(peering, selector, false) ? std::nullopt : ends.peer, selector, ends.peer_port)));
  }
  if (profile.inner_addresses && peering.first)
    made.set("vips", std::vector<std::string>{Address::any(profile.inner_addresses->family()).str()});
  if (profile.inner_addresses && !peering.first) made.set("pools", std::vector<std::string>{strongswan_pool});
  made.set("children", std::move(children));
  return {{peering_name(peering), std::move(made)}};
}

ViciEntry strongswan_rules(const std::vector<Rule>& rules) {
  ViciSection children;
  for (const auto& [peering, selector, name, bypass] : rules) {
    const auto ends = ends_of(peering, selector);
    const auto or_host = [](const std::optional<Prefix>& prefix, const Address& address) {
      return prefix ? *prefix : Prefix::host(address);  // without IKE nothing is dynamic
    };
    ViciSection made;
    made.set("mode", bypass ? "pass" : "drop");
    made.set("local_ts", std::vector{traffic(or_host(ends.own, peering.own_address), selector, ends.own_port)});
    made.set("remote_ts", std::vector{traffic(or_host(ends.peer, peering.peer_address), selector, ends.peer_port)});
    made.set("start_action", "trap");
    children.set(name, std::move(made));
  }
  ViciSection made;
  made.set("local_addrs", std::vector<std::string>{"127.0.0.1"});
  made.set("remote_addrs", std::vector<std::string>{"127.0.0.1"});
  made.set("children", std::move(children));
  return {"rules", std::move(made)};
}

}  // namespace useipsec
