#include "topology/nat_shape.h"

#include "input/formats.h"
#include "topology/words.h"

namespace useipsec {
namespace {

ShapePtr lifetimes_shape() {
  const auto seconds = [] { return integer(1, 1000000); };
  return object("lifetimes", {optional("udp", seconds(), "Of UDP mappings (RFC 4787 section 4.3)."),
                              optional("tcp", seconds(), "Of TCP mappings (RFC 5382 section 5)."),
                              optional("icmp", seconds(), "Of mappings of ICMP queries (RFC 5508 section 3.2)."),
                              optional("other", seconds(), "Of ESP, AH and whatever else has no ports.")});
}

ShapePtr forward_shape() {
  return object("forward", {required("protocol", word(words_of(ported_protocol_words)), "Of which protocol."),
                            required("port", integer(1, 65535), "At the outside address."),
                            required("to", text(address_format()), "The inside host that gets it."),
                            optional("to_port", integer(1, 65535), "The port there. Default: the same.")});
}

}  // namespace

ShapePtr nat_shape() {
  const auto dependence = [] { return word(words_of(dependence_words)); };
  const auto passage = [] { return word(words_of(passage_words)); };
  return object(
      "nat",
      {required("kind", word(words_of(nat_kind_words)),
                "masquerade: NAPT behind one address; one-to-one: basic NAT (RFC 2663); prefix: NPTv6 (RFC 6296)."),
       required("outside", text(interface_name_format()), "The link on whose way out it translates."),
       optional("ports", word(words_of(port_mapping_words)),
                "masquerade: whether a source port is kept where it is free, or always changed. Default: preserve."),
       optional("inside_address", text(address_format()), "one-to-one: the address it replaces."),
       optional("outside_address", text(address_format()), "one-to-one: the address that replaces it."),
       optional("inside_prefix", text(prefix_format()), "prefix: the IPv6 prefix it replaces, at most 64 bits."),
       optional("outside_prefix", text(prefix_format()), "prefix: the one that replaces it, of the same length."),
       optional("mapping", dependence(),
                "Which remote endpoints an inside endpoint meets under one outside port (RFC 4787 section 4.1). "
                "Default: as the kernel's NAT, address-and-port-dependent; one-to-one: endpoint-independent."),
       optional("filtering", dependence(),
                "Which remote endpoints may use a mapping (RFC 4787 section 5). Default: as for mapping."),
       optional("hairpin", boolean(),
                "Whether inside hosts reach each other by the outside address (RFC 4787 section 6). Default: false."),
       optional("lifetimes_s", lifetimes_shape(), "Seconds without traffic after which a mapping is forgotten."),
       optional(
           "esp", passage(),
           "passed: addresses are translated, one inside host for each remote one; tracked: inbound SPIs are paired "
           "with outbound ones; dropped. Default: passed."),
       optional("ah", passage(), "The same for AH."),
       optional("protocols", word(words_of(protocols_words)),
                "tcp-and-udp: every other protocol is dropped, ICMP queries too. Default: all."),
       optional("fragments", word(words_of(fragments_words)),
                "dropped: fragments that are not the first are. Default: passed."),
       optional(
           "port_500", word(words_of(port_500_words)),
           "first-come: source port 500 is never translated; the first client has it, others are dropped. Default: "
           "translated as any other."),
       optional("ike", word(words_of(ike_demultiplexing_words)),
                "cookies: source port 500 is kept for all clients, answers are told apart by the initiator's cookie. "
                "Default: ports."),
       optional("isakmp", word(words_of(isakmp_words)),
                "strict: on port 500 only ISAKMP as of RFC 2408, without vendor IDs, passes. Default: opaque."),
       optional("gateway", word(words_of(gateway_words)),
                "ftp: an application-level gateway rewrites the addresses in FTP's PORT commands. Default: none."),
       optional("forwards", array_of(forward_shape(), 1), "masquerade: static inbound mappings.")});
}

}  // namespace useipsec
