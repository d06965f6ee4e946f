#include "input/formats.h"
#include "profile/distinguished_name.h"
#include "profile/profile_reader.h"
#include "profile/profile_words.h"

namespace useipsec {
namespace {

TextFormat selector_end_format() {
  return {
      "\"peer\", \"any\", a node, an address or a prefix", "^[0-9a-zA-Z:.-]{1,45}(/[0-9]{1,3})?$",
      [](std::string_view text) { return name_format().accepts(text) || address_or_prefix_format().accepts(text); }};
}

TextFormat exemption_format() {
  return {"a protocol, or an ICMP protocol and type such as icmp6/135", "^[a-z0-9]{1,10}(/[0-9]{1,3})?$", {}};
}

TextFormat distinguished_name_format() {
  return {"a distinguished name such as \"O=useipsec lab, CN=alice\" (C, ST, L, O, OU, CN)",
          "^(C|ST|L|O|OU|CN)=[A-Za-z0-9 '().:/?,=-]{1,200}$",
          [](std::string_view text) { return DistinguishedName::parse(text).has_value(); }};
}

TextFormat identity_format() {
  return {
      "1 to 128 letters, digits and . _ : @ / -, or a distinguished name", "^[A-Za-z0-9 '().:/?,=@_-]{1,200}$",
      [](std::string_view text) { return token_format().accepts(text) || distinguished_name_format().accepts(text); }};
}

ShapePtr identity_shape() {
  return object("identity", {required("kind", word(words_of(identity_kind_words)),
                                      "The form of the identity (RFC 2407, 4.6.2; RFC 7296, 3.5)."),
                             required("value", text(identity_format()), "What the node says it is.")});
}

ShapePtr authority_shape() {
  return object("authority",
                {optional("key", word(words_of(key_kind_words)),
                          "Of the authority and its intermediates. Default: ecdsa-p256, for IKEv1 rsa-2048."),
                 optional("intermediates", integer(0, 4),
                          "How many authorities stand between the root and the certificates of nodes. Default: 0.")});
}

ShapePtr certificate_shape() {
  const auto resources =
      object("resources", {optional("addresses", array_of(text(prefix_format()), 1), "Blocks of addresses."),
                           optional("as_numbers", array_of(integer(0, 4294967295), 1), "Autonomous systems."),
                           optional("critical", boolean(),
                                    "Whether who does not know them is to refuse the certificate. Default: false.")});
  return object("certificate",
                {optional("authority", text(name_format()), "Who issued it. Default: lab."),
                 optional("subject", text(distinguished_name_format()),
                          "Default: the identity where it is a dn, else O=useipsec lab, CN=<node>."),
                 optional("names", array_of(identity_shape()),
                          "subjectAltNames (RFC 5280, 4.2.1.6). Default: the identity, unless it is a dn."),
                 optional("key", word(words_of(key_kind_words)), "Default: as its authority's."),
                 optional("validity", word(words_of(validity_words)), "At the time of the run. Default: current."),
                 optional("revoked", boolean(), "On its authority's revocation list. Default: false."),
                 optional("send", word(words_of(send_certificate_words)),
                          "In IKE; never: the peer has it beforehand. Default: always."),
                 optional("resources", resources, "Internet number resources (RFC 3779). Default: none are named.")});
}

}  // namespace

ShapePtr upper_protocol_shape() {
  return either({word({"any", "tcp", "udp", "icmp", "icmp6", "ospf", "sctp"}), integer(0, 255)});
}

ShapePtr selector_shape() {
  static const ShapePtr shape = object(
      "selector",
      {optional("local", text(selector_end_format()), "The first peer's end. Default: \"peer\", its own address."),
       optional("remote", text(selector_end_format()), "The other end. Default: \"peer\"."),
       optional("protocol", upper_protocol_shape(), "The upper protocol, by name or number. Default: any."),
       optional("local_port", integer(0, 65535), "The port at the first peer."),
       optional("remote_port", integer(0, 65535), "The port at the other peer."),
       optional("link", text(interface_name_format()), "Only what crosses this link. Default: any."),
       optional("type", integer(0, 255), "ICMP only: the type."),
       optional("code", integer(0, 255), "ICMP only: the code.")});
  return shape;
}

ShapePtr policy_entry_shape() {
  static const ShapePtr shape =
      object("policy-entry", {required("selector", selector_shape(), "Which traffic."),
                              required("requirement", word(words_of(requirement_words)),
                                       "What it must have: an SA, an SA if there is one, none, or it is dropped.")});
  return shape;
}

ShapePtr own_profile_shape() {
  static const ShapePtr shape = [] {
    auto fields = profile_shape()->fields;
    std::erase_if(fields, [](const Field& field) {
      return field.name == "initiator" || field.name == "responder" || field.name == "members" ||
             field.name == "authorities";
    });
    return object("own-profile", std::move(fields));
  }();
  return shape;
}

ShapePtr profile_shape() {
  static const ShapePtr shape = object(
      "profile",
      {optional("initiator", either({text(name_format()), array_of(text(name_pattern_format()), 1)}),
                "The node that asks for SAs; several, each with a peering of its own with the responder."),
       optional("responder", text(name_format()), "The node that answers."),
       optional("members", array_of(text(name_pattern_format())), "manual-group only: the nodes that share the keys."),
       optional(
           "group_sas", word(words_of(group_sas_words)),
           "Section 7, members only: one SA for all (RFC 4552, figure 3), an SA for each sender (figure 2), one for "
           "each direction of a pair (figure 1), or SAs of each pair. Default: shared."),
       optional("knows", array_of(text(name_pattern_format())),
                "The members whose addresses a node has SAs for, and whose own SAs. Default: all."),
       optional("selectors", array_of(selector_shape(), 1),
                "8(a): which traffic is put under IPsec. Default: everything between the peers."),
       optional("unmatched", word(words_of(unmatched_words)), "8(a): what happens to all other traffic."),
       required("protocol", word(words_of(protocol_words)),
                "8(b): exactly one is mandatory to implement; ah+esp: AH around ESP."),
       required("mode", word(words_of(mode_words)), "8(b): transport or tunnel."),
       optional(
           "inner_addresses", text(prefix_format()),
           "tunnel, by IKE: the responder gives each initiator an address of these (RFC 7296, 2.19; for IKEv1 mode "
           "config)."),
       optional("marked_sas", boolean(),
                "Whether each SA of the responder has a mark, which connection tracking puts on the answers. Default: "
                "false."),
       optional("confidentiality", boolean(),
                "8(b): false with ESP is ESP-NULL (RFC 2410). Default: true for ESP, false for AH alone."),
       optional("integrity", boolean(), "8(b): default true; with ah+esp ESP's own, beside AH's."),
       optional("algorithms",
                object("algorithms",
                       {optional("encryption", text(token_format()), "aes128-cbc, aes128-gcm16, null ..."),
                        optional("integrity", text(token_format()), "hmac-sha1-96, hmac-sha2-256-128 ..."),
                        optional("lifetime_s", integer(0, 31536000), "Of child SAs; 0: the engine's default.")}),
                "8(b): by their IANA names in lower case; without them the engine's default proposal."),
       optional("nat",
                object("nat-statement",
                       {optional("expected", word(words_of(nat_expected_words)), "Whether NATs can be in the way."),
                        optional("traversal", word(words_of(traversal_words)),
                                 "RFC 3947: negotiated, refused, or used without a NAT too."),
                        optional("keepalive_s", integer(0, 3600), "RFC 3948, section 4. Default: 20.")}),
                "What is said about NATs (RFC 5406, section 3.1)."),
       required("keying", word(words_of(keying_words)), "8(c), 8(h): manual, or which IKE in which mode."),
       optional("replay_protection", boolean(), "Section 3.3. Default: true, but false with manual keys."),
       optional("sa_selectors", boolean(),
                "Manual keys: SAs take only packets between their selector's addresses (RFC 4301 section 5.2). "
                "Default: false."),
       optional("identities", map_of(name_format(), identity_shape()),
                "8(d): by node. Default: fqdn, the node's name."),
       optional("authentication", word(words_of(authentication_words)), "8(f): psk (the default) or certificate."),
       optional("psk", either({text(secret_format()), map_of(name_format(), text(secret_format()), 1)}),
                "The shared key; by initiator where each has its own. Default: made from the seed, one for all."),
       optional("authorities", map_of(name_format(), authority_shape()),
                "8(f): who issues certificates, by name. Default: lab."),
       optional("anchors", array_of(text(name_format()), 1),
                "8(f): the authorities whose certificates are accepted. Default: lab."),
       optional("certificates", map_of(name_format(), certificate_shape()),
                "8(f): by node, what its certificate carries."),
       optional("revocation",
                object("revocation",
                       {optional("policy", word(words_of(revocation_policy_words)),
                                 "Where there is no revocation list: no objection (relaxed, the default), or refused."),
                        optional("list", boolean(), "Whether the nodes have the authorities' lists. Default: false.")}),
                "8(f): what is asked of certificates that may have been withdrawn."),
       optional("identity_on_certificate", boolean(),
                "Whether a peer's identity must be found in its certificate (RFC 4945, 3.1). Default: true."),
       optional("responder_accepts_any_identity", boolean(),
                "Whether every certificate of an anchor will do. Default: false, the peers' identities alone."),
       optional("ike_fragmentation", boolean(),
                "IKE messages cut into fragments of their own (RFC 7383; for IKEv1 the vendors' way). Default: true."),
       optional(
           "liveness",
           object("liveness", {required("delay_s", integer(1, 3600), "Of silence, before the peer is asked."),
                               required("timeout_s", integer(1, 3600), "Without an answer, after which it is dead.")}),
           "Whether a silent peer is asked if it is there (RFC 3706, RFC 7296 2.4). Default: nobody asks."),
       optional("key_seed", integer(1, 4294967295),
                "What keys are made from that the profile does not write. Default: the scenario's seed."),
       optional("responder_accepts_any_address", boolean(),
                "Whether the responder knows its peer by identity (true, the default) or by address."),
       optional(
           "authorize",
           array_of(object("authorization", {required("identity", text(token_format()), "A proven identity."),
                                             required("selectors", array_of(selector_shape()), "What it may use.")})),
           "8(g): who may use what."),
       optional("responder_policy", array_of(policy_entry_shape()),
                "The responder's rules for classes of traffic, beside the peers' SAs."),
       optional("enforcement",
                object("enforcement", {optional("before_sa", word(words_of(before_sa_words)),
                                                "Matching traffic before there is an SA: let through, or held while "
                                                "one is asked for. Default: pass."),
                                       optional("on_failure", word(words_of(on_failure_words)),
                                                "When no SA can be had. Default: drop.")}),
                "What happens when protection is not available."),
       optional("dual_use", word(words_of(dual_use_words)),
                "Whether protected and unprotected clients share one port."),
       optional("group_traffic", word(words_of(group_traffic_words)),
                "Section 7: how multicast parts are treated. Default: none."),
       optional("bootstrap_exemptions", array_of(text(exemption_format())),
                "Section 3.3: messages that must pass before there can be SAs, such as icmp6/135."),
       optional("availability", array_of(any_text()), "8(i): evidence that platforms support this profile.")});
  return shape;
}

}  // namespace useipsec
