#include "engine/libreswan/connection.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/algorithms.h"
#include "engine/peering.h"
#include "pki/plan.h"
#include "profile/certificate.h"
#include "profile/vantage.h"

namespace useipsec {
namespace {

/// Protocol and port as addconn takes them; port 0 is every port, and a number without a port is refused. For ICMP the
/// port is type and code in one number (kernel_xfrm.c).
std::string protoport(const Selector& selector, std::optional<std::uint16_t> port) {
  const auto protocol = protocol_number(selector.protocol).value_or(std::uint8_t{0});
  if (protocol == 1 || protocol == 58) {
    if (!selector.local_port) return fmt::format("{}/0", protocol);
    return fmt::format("{}/{}", protocol, *selector.local_port * 256 + selector.remote_port.value_or(0));
  }
  return fmt::format("{}/{}", protocol, port.value_or(0));
}

using Options = std::vector<std::pair<std::string, std::string>>;

/// The topology has its routes already: pluto's updown script would change them, and costs several processes a time.
void keep_routes(Options& options) { options.emplace_back("leftupdown", "%disabled"); }

/// But it is the script that gives a client the address it was assigned, and a route from there: over the gateway,
/// which it has to be told.
void run_script(Options& options, const Peering& view) {
  options.emplace_back("leftupdown", "/usr/libexec/ipsec/_updown.xfrm");
  const Route* best = nullptr;
  for (const auto& route : view.subject.topology.node(view.own)->routes)
    if (route.to.contains(view.peer_address) && (best == nullptr || route.to.length > best->to.length)) best = &route;
  if (best != nullptr) options.emplace_back("leftnexthop", best->via.str());
}

/// "10.77.0.1-10.77.0.254"
std::string pool(const Prefix& prefix) {
  const auto host_bits = static_cast<unsigned>(prefix.address.size() * 8 - prefix.length);
  const auto last = prefix.nth(host_bits >= 16 ? 65534U : (1U << host_bits) - 2U);
  return fmt::format("{}-{}", prefix.nth(1)->str(), last->str());
}

/// Mode config, which IKEv2 has by itself. The responder narrows what the client asks for to the address that it gives.
void add_assignment(Options& options, const Peering& view) {
  const auto& profile = view.profile;
  if (profile.keying == Keying::ikev2)
    options.emplace_back("narrowing", "yes");
  else
    options.emplace_back("modecfgpull", "yes");
  if (view.first) {
    options.emplace_back("leftmodecfgclient", "yes");
    if (profile.keying != Keying::ikev2) options.emplace_back("rightmodecfgserver", "yes");
    return;
  }
  options.emplace_back("rightaddresspool", pool(*profile.inner_addresses));
  options.emplace_back("leftmodecfgserver", "yes");
  options.emplace_back("rightmodecfgclient", "yes");
}

void add_ends(Options& options, const Peering& view, const Selector& selector) {
  auto ends = ends_of(view, selector);
  if (view.profile.inner_addresses) {
    (view.first ? ends.own : ends.peer).reset();
    if (view.first && view.profile.keying == Keying::ikev2) ends.own = Prefix::any(view.family);
    add_assignment(options, view);
  }
  if (ends.own) options.emplace_back("leftsubnet", ends.own->str());
  if (ends.peer) options.emplace_back("rightsubnet", ends.peer->str());
  if (selector.protocol != "any") {
    options.emplace_back("leftprotoport", protoport(selector, ends.own_port));
    options.emplace_back("rightprotoport", protoport(selector, ends.peer_port));
  }
}

std::string word_for(SendCertificate send) {
  switch (send) {
    case SendCertificate::always:
      return "always";
    case SendCertificate::when_asked:
      return "sendifasked";
    case SendCertificate::never:
      break;
  }
  return "never";
}

/// Certificates are called by their stems in the key database.
void add_certificates(Options& options, const Peering& view) {
  const auto plan = pki_plan(view.subject);
  const auto* store = plan.store_of(view.own);
  if (store == nullptr) return;
  options.emplace_back("leftcert", view.own);
  options.emplace_back("leftsendcert", word_for(certificate_of(view.profile, view.subject.topology, view.own).send));
  if (!store->chain.empty()) options.emplace_back("sendca", "all");
  // Pluto asks for certificates only where it is told of one authority; all that are in its database it trusts anyway.
  if (store->anchors.size() == 1) options.emplace_back("rightca", plan.find(store->anchors.front())->subject.str());
  if (std::find(store->known.begin(), store->known.end(), view.peer) != store->known.end())
    options.emplace_back("rightcert", view.peer);
  if (!view.profile.identity_on_certificate) options.emplace_back("require-id-on-certificate", "no");
}

void add_authentication(Options& options, const Peering& view) {
  if (view.profile.authentication == AuthMethod::psk) {
    options.emplace_back("authby", "secret");
    return;
  }
  options.emplace_back(
      "authby", is_ecdsa(certificate_of(view.profile, view.subject.topology, view.own).key) ? "ecdsa" : "rsasig");
  add_certificates(options, view);
}

void add_keying(Options& options, const Peering& view) {
  const auto& profile = view.profile;
  add_authentication(options, view);
  options.emplace_back("ikev2", profile.keying == Keying::ikev2 ? "insist" : "no");
  if (profile.keying == Keying::ikev1_aggressive) {
    options.emplace_back("aggressive", "yes");
    // Aggressive mode sends its key exchange with the proposal, so there is exactly one group to offer.
    options.emplace_back("ike", "aes128-sha2_256-modp2048");
  }
  options.emplace_back("type", profile.mode == Mode::tunnel ? "tunnel" : "transport");
  options.emplace_back("phase2", profile.has_ah() ? "ah" : "esp");
  if (names_algorithms(profile))
    options.emplace_back("phase2alg", proposal_text(suite_of(profile), &Encryption::libreswan, &Integrity::libreswan));
  if (profile.algorithms.lifetime_s != 0)
    options.emplace_back("salifetime", fmt::format("{}s", profile.algorithms.lifetime_s));
  if (!profile.replay_protection) options.emplace_back("replay-window", "0");
  if (profile.liveness) {
    // By IKEv2 the question is a message as any other, so it is given up when retransmissions are.
    const auto timeout = fmt::format("{}s", profile.liveness->timeout_s);
    options.emplace_back("dpddelay", fmt::format("{}s", profile.liveness->delay_s));
    options.emplace_back("dpdtimeout", timeout);
    options.emplace_back("dpdaction", "clear");
    options.emplace_back("retransmit-timeout", timeout);
  }
  if (!profile.ike_fragmentation) options.emplace_back("fragmentation", "no");
}

void add_traversal(Options& options, const Profile& profile) {
  switch (profile.nat.traversal) {
    case Traversal::automatic:
      options.emplace_back("encapsulation", "auto");
      break;
    case Traversal::forced:
      options.emplace_back("encapsulation", "yes");
      break;
    case Traversal::refused:
      options.emplace_back("encapsulation", "no");
      // IKEv1 negotiates traversal by vendor id (RFC 3947 section 3.1): without ours the peer does not offer it.
      if (profile.keying != Keying::ikev2) options.emplace_back("nat-ikev1-method", "none");
      break;
  }
}

void add_shunts(Options& options, const Profile& profile) {
  if (profile.before_sa != BeforeSa::trap) return;  // without a trap nothing is in the kernel before the SA
  options.emplace_back("negotiationshunt", "hold");
  options.emplace_back("failureshunt", profile.on_failure == OnFailure::drop ? "drop" : "passthrough");
}

Connection keyed(const Peering& view, const Selector& selector, std::string name, bool several) {
  const auto& profile = view.profile;
  Connection connection{std::move(name), {}, profile.before_sa == BeforeSa::trap, view.peer};
  auto& options = connection.options;
  if (several || view.several) options.emplace_back("connalias", "profile");
  // Several connections are told apart only where the peer is pinned. (Even then the IKEv1 responder of 4.10 takes the
  // first and refuses the others: "no connection is known for ...". IKEv2 takes all.)
  const bool any_peer = view.from_anywhere() && !several;
  options.emplace_back("left", view.own_address.str());
  options.emplace_back("right", any_peer ? "%any" : view.peer_address.str());
  if (view.family == Family::v6) options.emplace_back("hostaddrfamily", "ipv6");
  options.emplace_back("leftid", libreswan_identity(profile, view.subject.topology, view.own));
  const bool any_identity = !view.first && profile.responder_accepts_any_identity;
  options.emplace_back("rightid",
                       any_identity ? "%fromcert" : libreswan_identity(profile, view.subject.topology, view.peer));
  add_ends(options, view, selector);
  add_keying(options, view);
  add_traversal(options, profile);
  add_shunts(options, profile);
  if (profile.inner_addresses && view.first)
    run_script(options, view);
  else
    keep_routes(options);
  return connection;
}

/// What IKE would have to be told to key a group: the group as its peer. Whether the daemon takes it is the question.
Connection towards_group(const Peering& view, const Selector& selector, const Address& group, std::string name,
                         bool several) {
  Connection connection{std::move(name), {}, view.profile.before_sa == BeforeSa::trap, {}};
  auto& options = connection.options;
  if (several) options.emplace_back("connalias", "profile");
  options.emplace_back("left", group_source(view, group).str());
  options.emplace_back("right", group.str());
  if (group.family() == Family::v6) options.emplace_back("hostaddrfamily", "ipv6");
  options.emplace_back("leftid", libreswan_identity(view.profile, view.subject.topology, view.own));
  options.emplace_back("rightid", "%any");
  if (selector.protocol != "any") {
    options.emplace_back("leftprotoport", protoport(selector, selector.local_port));
    options.emplace_back("rightprotoport", protoport(selector, selector.remote_port));
  }
  add_keying(options, view);
  add_traversal(options, view.profile);
  add_shunts(options, view.profile);
  keep_routes(options);
  return connection;
}

/// A rule without keys. Wider selectors get lower priority from pluto, so SAs between the peers win.
Connection unkeyed(const Rule& rule) {
  const auto& view = rule.peering;
  Connection connection{rule.name, {}, true, {}};
  auto& options = connection.options;
  options.emplace_back("left", view.own_address.str());
  options.emplace_back("right", view.peer_address.str());
  if (view.family == Family::v6) options.emplace_back("hostaddrfamily", "ipv6");
  add_ends(options, view, rule.selector);
  options.emplace_back("authby", "never");
  options.emplace_back("type", rule.bypass ? "passthrough" : "drop");
  keep_routes(options);
  return connection;
}

/// Pluto lets these pass of its own accord.
bool brought_by_pluto(const Rule& rule) { return rule.name == "exempt-icmp6-135" || rule.name == "exempt-icmp6-136"; }

void add_peering(std::vector<Connection>& connections, const Peering& view) {
  const auto selectors = selectors_of(view);
  const bool several = selectors.size() > 1;
  for (std::size_t i = 0; i < selectors.size(); ++i) {
    auto name = peering_name(view, i, selectors.size());
    if (const auto group = group_of(selectors[i]))
      connections.push_back(towards_group(view, selectors[i], *group, std::move(name), several));
    else
      connections.push_back(keyed(view, selectors[i], std::move(name), several));
  }
}

}  // namespace

std::string libreswan_identity(const Profile& profile, const Topology& topology, const std::string& node) {
  const auto [kind, value] = identity_of(profile, topology, node);
  switch (kind) {
    case IdentityKind::fqdn:
      return "@" + value;
    case IdentityKind::key_id:
      return fmt::format("@[{}]", value);
    case IdentityKind::dn:
    case IdentityKind::user_fqdn:
    case IdentityKind::ipv4:
    case IdentityKind::ipv6:
      return value;
  }
  return "@" + node;
}

std::vector<Connection> libreswan_connections(const Case& subject, const std::string& node) {
  const auto peerings = peerings_of(subject, node);
  std::vector<Connection> connections;
  for (const auto& peering : peerings) add_peering(connections, peering);
  for (const auto& rule : rules_of(peerings))
    if (!brought_by_pluto(rule)) connections.push_back(unkeyed(rule));
  return connections;
}

}  // namespace useipsec
