#include "profile/profile_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "input/nearest_word.h"
#include "input/pointer.h"
#include "profile/distinguished_name.h"
#include "profile/profile_words.h"
#include "profile/vantage.h"

namespace useipsec {
namespace {

/// Puts the member's value into `into` where it is written.
template <class Value>
void take(const Json& json, const char* key, Value& into) {
  if (const auto found = json.find(key); found != json.end()) into = found->get<Value>();
}

template <class Value, std::size_t count>
void take(const Json& json, const char* key, const WordTable<Value, count>& words, Value& into) {
  if (const auto found = json.find(key); found != json.end()) into = value_of(words, found->get<std::string>());
}

void take(const Json& json, const char* key, std::optional<std::uint16_t>& into) {
  if (const auto found = json.find(key); found != json.end()) into = found->get<std::uint16_t>();
}

const Json& member(const Json& json, const char* key) {
  static const Json none = Json::object();
  const auto found = json.find(key);
  return found == json.end() ? none : *found;
}

std::vector<Selector> selectors_from(const Json& array) {
  std::vector<Selector> result;
  for (const auto& each : array) result.push_back(selector_from(each));
  return result;
}

Identity identity_from(const Json& json) {
  return {value_of(identity_kind_words, json.at("kind").get<std::string>()), json.at("value").get<std::string>()};
}

std::optional<KeyKind> key_kind_from(const Json& json) {
  if (const auto key = json.find("key"); key != json.end()) return value_of(key_kind_words, key->get<std::string>());
  return {};
}

NumberResources resources_from(const Json& json) {
  NumberResources resources;
  for (const auto& each : member(json, "addresses"))
    resources.addresses.push_back(Prefix::parse(each.get<std::string>())->network());
  take(json, "as_numbers", resources.as_numbers);
  take(json, "critical", resources.critical);
  return resources;
}

CertificateStatement certificate_from(const Json& json) {
  CertificateStatement certificate;
  take(json, "authority", certificate.authority);
  take(json, "subject", certificate.subject);
  if (const auto names = json.find("names"); names != json.end()) {
    certificate.names.emplace();
    for (const auto& each : *names) certificate.names->push_back(identity_from(each));
  }
  certificate.key = key_kind_from(json);
  take(json, "validity", validity_words, certificate.validity);
  take(json, "revoked", certificate.revoked);
  take(json, "send", send_certificate_words, certificate.send);
  if (const auto resources = json.find("resources"); resources != json.end())
    certificate.resources = resources_from(*resources);
  return certificate;
}

void take_certificates(const Json& json, Profile& profile) {
  for (const auto& [name, authority] : member(json, "authorities").items()) {
    auto& into = profile.authorities[name];
    into.key = key_kind_from(authority);
    take(authority, "intermediates", into.intermediates);
  }
  take(json, "anchors", profile.anchors);
  for (const auto& [node, certificate] : member(json, "certificates").items())
    profile.certificates[node] = certificate_from(certificate);
  const auto& revocation = member(json, "revocation");
  take(revocation, "policy", revocation_policy_words, profile.revocation.policy);
  take(revocation, "list", profile.revocation.list);
  take(json, "identity_on_certificate", profile.identity_on_certificate);
  take(json, "responder_accepts_any_identity", profile.responder_accepts_any_identity);
  take(json, "ike_fragmentation", profile.ike_fragmentation);
}

std::vector<std::string> names_of(const Topology& topology) {
  std::vector<std::string> names;
  for (const auto& node : topology.nodes) names.push_back(node.name);
  return names;
}

class ProfileChecker {
 public:
  ProfileChecker(const View& view, const Topology& topology, Diagnostics& diagnostics)
      : view_(view), topology_(topology), diagnostics_(diagnostics), names_(names_of(topology)) {}

  void node(const std::string& pointer, const std::string& name) {
    if (names_.empty() || topology_.node(name) != nullptr) return;
    complain(pointer, fmt::format("expected a node of topology {}: {}", topology_.name, listed(names_)),
             quoted_text(name), nearest_word(name, names_));
  }

  /// `pointer` leads to one name or to a list of them.
  void initiator(const std::string& pointer, const Profile& profile, std::size_t index) {
    const auto& names = profile.initiators;
    const auto here = view_.find(pointer)->is_array() ? child(pointer, index) : pointer;
    node(here, names[index]);
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(index), names[index]) !=
        names.begin() + static_cast<std::ptrdiff_t>(index))
      complain(here, "expected each initiator once", quoted_text(names[index]));
  }

  void selector(const std::string& pointer, const Selector& selector) {
    for (const auto& [key, end] : {std::pair("local", selector.local), std::pair("remote", selector.remote)}) {
      if (end == "peer" || end == "any" || Prefix::parse(end)) continue;
      if (names_.empty() || topology_.node(end) != nullptr) continue;
      auto valid = names_;
      valid.insert(valid.end(), {"peer", "any"});
      complain(child(pointer, key),
               fmt::format("expected \"peer\", \"any\", an address, a prefix or a node of topology {}: {}",
                           topology_.name, listed(names_)),
               quoted_text(end), nearest_word(end, valid));
    }
    if (!selector.link.empty() && !names_.empty() && topology_.link(selector.link) == nullptr) {
      std::vector<std::string> links;
      for (const auto& each : topology_.links) links.push_back(each.name);
      complain(child(pointer, "link"), fmt::format("expected a link of topology {}: {}", topology_.name, listed(links)),
               quoted_text(selector.link), nearest_word(selector.link, links));
    }
    if (view_.is_gap(child(pointer, "protocol"))) return;
    const bool is_icmp = selector.protocol == "icmp" || selector.protocol == "icmp6" || selector.protocol == "1" ||
                         selector.protocol == "58";
    const auto* json = view_.find(pointer);
    for (const char* key : {"type", "code"}) {
      if (json->contains(key) && !is_icmp)
        complain(child(pointer, key), fmt::format("expected no key \"{}\", or the protocol icmp or icmp6", key),
                 "the protocol " + selector.protocol);
    }
    const bool has_ports = is_icmp || selector.protocol == "tcp" || selector.protocol == "udp" ||
                           selector.protocol == "sctp" || selector.protocol == "6" || selector.protocol == "17" ||
                           selector.protocol == "132";
    for (const char* key : {"local_port", "remote_port"}) {
      if (json->contains(key) && (!has_ports || is_icmp))
        complain(child(pointer, key), fmt::format("expected no key \"{}\", or a protocol that has ports", key),
                 "the protocol " + selector.protocol);
    }
  }

  void selectors(const std::string& pointer, const std::vector<Selector>& all) {
    for (std::size_t index = 0; index < all.size(); ++index) selector(child(pointer, index), all[index]);
  }

  /// `pointer` leads to kind and value.
  void identity(const std::string& pointer, const Identity& identity) {
    if (view_.is_gap(child(pointer, "kind"))) return;
    const auto value = child(pointer, "value");
    if (identity.kind == IdentityKind::dn && !DistinguishedName::parse(identity.value))
      complain(value, "expected a distinguished name such as \"O=useipsec lab, CN=alice\"",
               quoted_text(identity.value));
    const bool address = identity.kind == IdentityKind::ipv4 || identity.kind == IdentityKind::ipv6;
    if (!address) return;
    const auto family = identity.kind == IdentityKind::ipv4 ? Family::v4 : Family::v6;
    const auto parsed = Address::parse(identity.value);
    if (!parsed || parsed->family() != family)
      complain(value, family == Family::v4 ? "expected an IPv4 address" : "expected an IPv6 address",
               quoted_text(identity.value));
  }

  void certificate(const std::string& pointer, const CertificateStatement& certificate, const Profile& profile) {
    authority(child(pointer, "authority"), certificate.authority, profile);
    if (!certificate.names) return;
    for (std::size_t index = 0; index < certificate.names->size(); ++index) {
      const auto here = child(child(pointer, "names"), index);
      const auto& name = certificate.names->at(index);
      identity(here, name);
      if (name.kind == IdentityKind::dn || name.kind == IdentityKind::key_id)
        complain(child(here, "kind"), "expected ipv4, ipv6, fqdn or user-fqdn: a subjectAltName has no other form here",
                 quoted_text(word_of(identity_kind_words, name.kind)));
    }
  }

  void authority(const std::string& pointer, const std::string& name, const Profile& profile) {
    std::vector<std::string> known{"lab"};
    for (const auto& [each, authority] : profile.authorities)
      if (each != "lab") known.push_back(each);
    if (std::find(known.begin(), known.end(), name) != known.end()) return;
    complain(pointer, "expected an authority: " + listed(known), quoted_text(name), nearest_word(name, known));
  }

  void complain(const std::string& pointer, std::string message, std::string found, std::string nearest = {}) {
    if (!view_.is_whole(pointer)) return;
    diagnostics_.add(view_.at(pointer, std::move(message), std::move(found), std::move(nearest)));
  }

 private:
  const View& view_;
  const Topology& topology_;
  Diagnostics& diagnostics_;
  std::vector<std::string> names_;
};

}  // namespace

Selector selector_from(const Json& json) {
  Selector selector;
  take(json, "local", selector.local);
  take(json, "remote", selector.remote);
  if (const auto protocol = json.find("protocol"); protocol != json.end()) {
    selector.protocol = protocol->is_string() ? protocol->get<std::string>() : std::to_string(protocol->get<int>());
  }
  take(json, "link", selector.link);
  take(json, "local_port", selector.local_port);
  take(json, "remote_port", selector.remote_port);
  take(json, "type", selector.local_port);
  take(json, "code", selector.remote_port);
  return selector;
}

PolicyEntry policy_entry_from(const Json& json) {
  return {selector_from(json.at("selector")), value_of(requirement_words, json.at("requirement").get<std::string>())};
}

Profile profile_from(const Json& json) {
  Profile profile;
  if (const auto initiator = json.find("initiator"); initiator != json.end()) {
    if (initiator->is_array())
      profile.initiators = initiator->get<std::vector<std::string>>();
    else
      profile.initiators = {initiator->get<std::string>()};
  }
  take(json, "responder", profile.responder);
  take(json, "members", profile.members);
  profile.selectors = json.contains("selectors") ? selectors_from(json["selectors"]) : std::vector<Selector>(1);
  take(json, "unmatched", unmatched_words, profile.unmatched);
  take(json, "protocol", protocol_words, profile.protocol);
  take(json, "mode", mode_words, profile.mode);
  if (const auto inner = json.find("inner_addresses"); inner != json.end())
    profile.inner_addresses = Prefix::parse(inner->get<std::string>());
  take(json, "marked_sas", profile.marked_sas);
  profile.confidentiality = profile.has_esp();
  take(json, "confidentiality", profile.confidentiality);
  take(json, "integrity", profile.integrity);
  const auto& algorithms = member(json, "algorithms");
  take(algorithms, "encryption", profile.algorithms.encryption);
  take(algorithms, "integrity", profile.algorithms.integrity);
  take(algorithms, "lifetime_s", profile.algorithms.lifetime_s);
  const auto& nat = member(json, "nat");
  take(nat, "expected", nat_expected_words, profile.nat.expected);
  take(nat, "traversal", traversal_words, profile.nat.traversal);
  take(nat, "keepalive_s", profile.nat.keepalive_s);
  take(json, "keying", keying_words, profile.keying);
  profile.replay_protection = profile.by_ike();  // manual keys cannot have it (RFC 4302, section 2.5)
  take(json, "replay_protection", profile.replay_protection);
  take(json, "sa_selectors", profile.sa_selectors);
  for (const auto& [node, identity] : member(json, "identities").items()) {
    profile.identities[node] = identity_from(identity);
  }
  take(json, "authentication", authentication_words, profile.authentication);
  if (member(json, "psk").is_object())
    take(json, "psk", profile.psks);
  else
    take(json, "psk", profile.psk);
  take_certificates(json, profile);
  if (const auto& liveness = member(json, "liveness"); !liveness.empty()) {
    profile.liveness.emplace();
    take(liveness, "delay_s", profile.liveness->delay_s);
    take(liveness, "timeout_s", profile.liveness->timeout_s);
  }
  if (const auto seed = json.find("key_seed"); seed != json.end()) profile.key_seed = seed->get<std::uint64_t>();
  take(json, "responder_accepts_any_address", profile.responder_accepts_any_address);
  for (const auto& each : member(json, "authorize")) {
    profile.authorize.push_back({each.at("identity").get<std::string>(), selectors_from(each.at("selectors"))});
  }
  for (const auto& each : member(json, "responder_policy")) profile.responder_policy.push_back(policy_entry_from(each));
  const auto& enforcement = member(json, "enforcement");
  take(enforcement, "before_sa", before_sa_words, profile.before_sa);
  take(enforcement, "on_failure", on_failure_words, profile.on_failure);
  take(json, "dual_use", dual_use_words, profile.dual_use);
  take(json, "group_traffic", group_traffic_words, profile.group_traffic);
  take(json, "group_sas", group_sas_words, profile.group_sas);
  if (json.contains("knows")) profile.knows = json["knows"].get<std::vector<std::string>>();
  take(json, "bootstrap_exemptions", profile.bootstrap_exemptions);
  take(json, "availability", profile.availability);
  return profile;
}

void check_selector(const View& view, const std::string& pointer, const Selector& selector, const Topology& topology,
                    Diagnostics& diagnostics) {
  ProfileChecker(view, topology, diagnostics).selector(pointer, selector);
}

void check_profile(const View& view, const std::string& pointer, const Profile& profile, const Topology& topology,
                   Diagnostics& diagnostics) {
  ProfileChecker checker(view, topology, diagnostics);
  const auto* json = view.find(pointer);
  if (profile.members.empty()) {
    for (const char* key : {"initiator", "responder"}) {
      if (!json->contains(key))
        checker.complain(pointer, fmt::format("expected the key \"{}\", or \"members\" of a group", key),
                         "an object without it");
    }
    if (is_initiator(profile, profile.responder) && view.is_whole(child(pointer, "initiator"))) {
      checker.complain(child(pointer, "responder"), "expected another node than the initiator",
                       quoted_text(profile.responder));
    }
  } else if (profile.group_traffic != GroupTraffic::manual_group && view.is_whole(child(pointer, "group_traffic"))) {
    checker.complain(child(pointer, "members"), "expected no key \"members\", or \"group_traffic\": \"manual-group\"",
                     "the group traffic " + word_of(group_traffic_words, profile.group_traffic));
  }
  for (std::size_t index = 0; index < profile.initiators.size(); ++index)
    checker.initiator(child(pointer, "initiator"), profile, index);
  if (json->contains("responder")) checker.node(child(pointer, "responder"), profile.responder);
  for (std::size_t index = 0; index < profile.members.size(); ++index)
    checker.node(child(child(pointer, "members"), index), profile.members[index]);
  if (profile.knows) {
    for (std::size_t index = 0; index < profile.knows->size(); ++index)
      checker.node(child(child(pointer, "knows"), index), profile.knows->at(index));
    if (profile.members.empty() && view.is_whole(child(pointer, "members")))
      checker.complain(child(pointer, "knows"), "expected no key \"knows\", or the key \"members\" beside it",
                       "a profile without it");
  }
  if (json->contains("selectors")) checker.selectors(child(pointer, "selectors"), profile.selectors);
  for (const auto& [node, identity] : profile.identities) {
    checker.node(child(child(pointer, "identities"), node), node);
    checker.identity(child(child(pointer, "identities"), node), identity);
  }
  if (profile.inner_addresses && profile.mode != Mode::tunnel && view.is_whole(child(pointer, "mode")))
    checker.complain(child(pointer, "inner_addresses"),
                     "expected no key \"inner_addresses\", or the mode tunnel: nothing else has an inside",
                     "the mode transport");
  for (std::size_t index = 0; index < profile.anchors.size(); ++index)
    checker.authority(child(child(pointer, "anchors"), index), profile.anchors[index], profile);
  for (const auto& [node, certificate] : profile.certificates) {
    checker.node(child(child(pointer, "certificates"), node), node);
    checker.certificate(child(child(pointer, "certificates"), node), certificate, profile);
  }
  if (profile.responder_accepts_any_identity && profile.authentication != AuthMethod::certificate)
    checker.complain(child(pointer, "responder_accepts_any_identity"),
                     "expected false, or \"authentication\": \"certificate\": a shared key is one peer's", "true");
  for (const auto& [node, secret] : profile.psks) {
    if (!is_initiator(profile, node) && view.is_whole(child(pointer, "initiator")))
      checker.complain(child(child(pointer, "psk"), node),
                       "expected an initiator, which shares the key with the responder: " + listed(profile.initiators),
                       quoted_text(node));
  }
  for (std::size_t index = 0; index < profile.authorize.size(); ++index) {
    checker.selectors(child(child(child(pointer, "authorize"), index), "selectors"),
                      profile.authorize[index].selectors);
  }
  for (std::size_t index = 0; index < profile.responder_policy.size(); ++index) {
    checker.selector(child(child(child(pointer, "responder_policy"), index), "selector"),
                     profile.responder_policy[index].selector);
  }
}

}  // namespace useipsec
