#include "scenario/scenario_shape.h"

#include <fmt/format.h>

#include "input/formats.h"
#include "profile/profile_reader.h"
#include "scenario/counters.h"
#include "scenario/scenario.h"
#include "scenario/words.h"
#include "topology/topology_shape.h"

namespace useipsec {
namespace {

ShapePtr name() { return text(name_format()); }
ShapePtr link() { return text(interface_name_format()); }
/// Nodes, one by one or by a pattern.
ShapePtr nodes() { return array_of(text(name_pattern_format())); }
ShapePtr by_node(ShapePtr value) { return map_of(name_pattern_format(), std::move(value)); }
ShapePtr packet_protocols() { return word({"any", "ah", "esp", "udp", "icmp", "icmp6", "ospf"}); }
constexpr std::int64_t most_forged = 1000;  // packets: an attack of a case stays small

TextFormat topology_reference_format() {
  return {"a topology's name, or a file next to the scenario such as own.json", "^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$",
          [](std::string_view text) {
            const bool plain = !text.empty() && text.size() <= 200 && text.front() != '/' && text.front() != '.';
            return plain && text.find("..") == std::string_view::npos &&
                   text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-") ==
                       std::string_view::npos;
          }};
}

TextFormat node_or_address_format() {
  return {"a node or an IP address", "^[A-Za-z0-9][A-Za-z0-9.:_-]{0,63}$",
          [](std::string_view text) { return name_format().accepts(text) || address_format().accepts(text); }};
}

/// RFC 2328 writes an area ID as an address.
TextFormat area_format() {
  return {"an area ID as four numbers, such as 0.0.0.1", "^[0-9]{1,3}([.][0-9]{1,3}){3}$", [](std::string_view text) {
            const auto address = Address::parse(std::string(text));
            return address && address->family() == Family::v4;
          }};
}

ShapePtr probe_shape() {
  return object(
      "probe",
      {required("kind", word(words_of(probe_kind_words)), "What is sent."),
       required("from", name(), "The node that sends."),
       required("to", name(), "The node that receives and, but for multicast and broadcast, answers."),
       optional("destination", text(address_format()),
                "The address written into the packets. Default: the receiver's, for broadcast the link's; "
                "multicast needs a group."),
       optional("family", word(words_of(family_words)),
                "Default: the destination's; else v4 where both nodes have it."),
       optional("link", link(),
                "multicast, broadcast: over which link it is sent. Default: the one both nodes are on."),
       optional("port", integer(1, 65535), "All but icmp. Default: 7001; ftp: 21."),
       optional("count", integer(1, 100000), "Packets. Default: 3."),
       optional("interval_ms", integer(1, 60000), "Between packets. Default: 100."),
       optional("wait_ms", integer(1, 600000), "For an answer after the last packet. Default: 1000."),
       optional("listens", integer(1, 65535), "udp: where the receiver listens. Default: port."),
       optional("size", integer(32, 65000), "Payload bytes. Default: 64."),
       optional("passive", boolean(),
                "ftp: the client connects for the answers too (PASV). Default: false, the server calls back (PORT)."),
       optional("router_alert", boolean(), "udp over IPv4: with that option (RFC 2113). Default: false."),
       optional("checksum", boolean(), "udp over IPv4: false sends none, either way. Default: true."),
       optional("identification", integer(1, 60000),
                "udp over IPv4: the IP identification of the first request; each further one has the next."),
       optional("bind", array_of(text(address_format()), 1),
                "sctp: the sender's addresses that its association has and tells the peer. Default: all it "
                "has."),
       optional("continues", name(), "tcp, sctp: an earlier probe, whose connection stays open and is gone on with.")});
}

ShapePtr sa_expectation_shape() {
  return object("sa-expectation",
                {optional("ike", word(words_of(presence_words)), "The IKE SA."),
                 optional("child", word(words_of(presence_words)), "The IPsec SAs."),
                 optional("with", map_of(name_format(), word(words_of(presence_words))), "By peer: its IPsec SAs.")});
}

ShapePtr said_shape() {
  return object("said", {optional("says", text(pattern_format()), "A regular expression that a line matches."),
                         optional("never", text(pattern_format()), "One that no line matches.")});
}

std::vector<Field> acquire_fields() {
  return {required("to", text(address_or_prefix_format()), "The packet's destination."),
          optional("protocol", upper_protocol_shape(), "Default: any."),
          optional("port", integer(0, 65535), "The destination's."),
          optional("type", integer(0, 255), "Of an ICMP message."), optional("seen", boolean(), "Default: true.")};
}

ShapePtr address_state() { return word({"usable", "tentative", "duplicate", "none"}); }

/// OSPF's states (RFC 2328 section 10.1), BGP's (RFC 4271 section 8.2.2), and "up" of protocols that know no more.
ShapePtr adjacency_state() { return word({"full", "2-way", "bidirectional", "established", "up", "none"}); }

ShapePtr expect_shape() {
  const auto outcome = word(words_of(outcome_words));
  const auto detailed =
      object("flow-expectation",
             {required("outcome", outcome, "What became of the flow."),
              optional("wire", array_of(word({"clear", "ah", "esp", "esp-in-udp", "ah+esp"}), 1),
                       "Exactly these forms on the transit links."),
              optional("overhead", integer(0, 65535),
                       "Bytes that each packet has more on the transit links than in the clear."),
              optional("readable", boolean(), "Whether its payload could be read there, inside of AH or ESP too.")});
  return object(
      "expect",
      {optional("sa", by_node(sa_expectation_shape()), "By node: which SAs are up."),
       optional("counts",
                by_node(object("counts", {optional("sas", integer(0, 1000000), "SAs with keys."),
                                          optional("policies", integer(0, 1000000), "Policies.")})),
                "By node: how many SAs and policies the kernel has."),
       optional("flows", map_of(name_format(), either({outcome, detailed})),
                "By flow: a probe's name, or its name with -reply."),
       optional("drops", by_node(array_of(word(drop_counters()), 1)),
                "By node: the kernel counters that must have grown."),
       optional("adjacencies", by_node(by_node(adjacency_state())), "By router and neighbor: the state."),
       optional("routes", by_node(map_of(prefix_format(), word({"learned", "none"}))),
                "By router and prefix: whether it has it from another router."),
       optional("speech", by_node(array_of(word({"clear", "ah", "esp", "esp-in-udp", "ah+esp"}))),
                "By router: exactly these forms of what it says to others, over the whole case."),
       optional("log", by_node(either({text(pattern_format()), said_shape()})),
                "By node: what its daemon must have said."),
       optional("nat_detection", map_of(interface_name_format(), array_of(text(address_format()))),
                "By link: the source addresses that are found in the hashes of IKE's NAT detection there; exactly "
                "these."),
       optional("acquires", by_node(array_of(object("acquire", acquire_fields()), 1)),
                "By node that keys by IKE: for which packets its kernel asked for an SA."),
       optional("addresses", by_node(map_of(address_format(), address_state())),
                "By node and address: whether it may be used."),
       optional("keys", by_node(word({"fresh", "kept"})),
                "By node: whether the keys of its SAs are other ones than those of its first SAs."),
       optional("ivs", by_node(word({"fresh", "repeated"})),
                "By node: whether the ESP packets it sent under one SPI had each an IV of its own."),
       optional(
           "neighbors", by_node(map_of(node_or_address_format(), name())),
           "By node, and by a neighbor or its address: the node whose link-layer address its cache has, or none.")});
}

std::vector<Field> with_node(std::vector<Field> fields) {
  fields.insert(fields.begin(), required("node", name(), "Whose."));
  return fields;
}

ShapePtr fact_shape() {
  return one_of_keys(
      "fact",
      {object("", {required("sa",
                            object("", {required("node", name(), "Whose."),
                                        optional("with", name(), "Only those with this peer; child only."),
                                        required("level", word(words_of(level_words)), "Which SA."),
                                        required("is", word(words_of(presence_words)), "In which state.")}),
                            "An SA's state.")}),
       object("", {required("adjacency",
                            object("", {required("router", name(), "Who says so."),
                                        required("neighbor", text(name_pattern_format()), "Of whom."),
                                        required("state", adjacency_state(), "The state.")}),
                            "An adjacency's state.")}),
       object("", {required("route",
                            object("", {required("router", name(), "Who has it."),
                                        required("prefix", text(prefix_format()), "Where it leads."),
                                        optional("is", word({"learned", "none"}), "Default: learned.")}),
                            "A route from another router.")}),
       object("", {required("drop",
                            object("", {required("node", name(), "Where."),
                                        required("counter", word(drop_counters()), "Which counter.")}),
                            "A counter that grows.")}),
       object("", {required("log",
                            object("", {required("node", name(), "Whose daemon."),
                                        required("says", text(pattern_format()), "A regular expression.")}),
                            "A daemon's message.")}),
       object("", {required("acquire", object("", with_node(acquire_fields())), "An SA that a kernel asks for.")}),
       object("", {required("address",
                            object("", {required("node", name(), "Whose."),
                                        required("address", text(address_format()), "Which."),
                                        required("state", address_state(), "The state.")}),
                            "An address's state.")}),
       object("", {required("neighbor",
                            object("", {required("node", name(), "Whose cache."),
                                        required("of", text(node_or_address_format()), "A neighbor."),
                                        required("at", name(), "Whose link-layer address it is, or none.")}),
                            "A neighbor cache's entry.")})});
}

ShapePtr replay_shape() {
  const auto selection =
      object("packets", {required("sent_by", name(), "The node that they left."),
                         optional("protocol", packet_protocols(), "Default: any."),
                         optional("first", integer(1, most_forged), "Only so many from the beginning. Default: all."),
                         optional("last", integer(1, most_forged), "Only so many up to now. Default: all.")});
  return object("replay", {required("from", name(), "The node that sends them again."),
                           required("link", link(), "Where they were captured, and where they are sent."),
                           required("packets", selection, "Which, of what was captured so far."),
                           optional("times", integer(1, 100), "How often. Default: 1."),
                           optional("flow", name(), "What arrives of them is a flow of this name; needs \"of\"."),
                           optional("of", name(), "The probe whose payload they carry and whose receiver listens."),
                           optional("source", text(address_format()),
                                    "Their source address from now on; no checksum follows it. Default: as it was.")});
}

ShapePtr inject_shape() {
  const auto forged = [](std::string as, std::vector<Field> more) {
    std::vector<Field> fields{
        required("from", name(), "The node that sends."), required("as", text(node_or_address_format()), std::move(as)),
        required("to", name(), "The node that is to be deceived."),
        optional("count", integer(1, most_forged), "Packets. Default: 3."),
        optional("with_key", boolean(),
                 "Under AH or ESP, with the sender's own SA towards the destination. Default: false.")};
    for (auto& field : more) fields.push_back(std::move(field));
    return object("", std::move(fields));
  };
  const auto spi = [] {
    return std::vector{optional("spi", integer(1, 4294967295), "Default: that of an SA the receiver has."),
                       optional("destination", text(address_format()), "Default: the receiver's address.")};
  };
  return one_of_keys(
      "inject",
      {object("", {required("udp",
                            forged("The source they bear: a node or an address.",
                                   {required("flow", name(), "What arrives of them is a flow of this name."),
                                    optional("destination", text(address_format()), "Default: the receiver's address."),
                                    optional("port", integer(1, 65535), "Default: 7001.")}),
                            "Datagrams, in the clear.")}),
       object("", {required("neighbor-advertisement", forged("Whose address is said to be at the sender.", {}),
                            "Unsolicited, with the override flag (RFC 4861 section 4.4).")}),
       object("", {required("arp-reply", forged("Whose address is said to be at the sender.", {}),
                            "Unasked for (RFC 826).")}),
       object("", {required("ospf-hello",
                            forged("A router of /routing, whose hello it seems to be.",
                                   {optional("destination", text(address_format()),
                                             "An address of the receiver, as over a virtual link. Default: ff02::5.")}),
                            "An OSPFv3 hello that lists no neighbors (RFC 5340 appendix A.3.2).")}),
       object("",
              {required(
                  "tcp-reset",
                  forged("Whose segment it seems to be: a node on the same link.",
                         {optional("port", integer(1, 65535), "Of the session, at either end. Default: 7001.")}),
                  "A reset with the number that the receiver waits for, as it can be read on the link (RFC 9293).")}),
       object("", {required("esp", forged("The source they bear: a node or an address.", spi()),
                            "An SPI and a sequence number; the rest is noise.")}),
       object("", {required("ah", forged("The source they bear: a node or an address.", spi()),
                            "A datagram behind an AH whose check value is noise.")})});
}

ShapePtr tamper_shape() {
  const auto hexadecimal = TextFormat{"bytes in hexadecimal, at most 64 of them", "^([0-9a-f]{2}){1,64}$", {}};
  const auto flip =
      object("", {required("bytes", text(hexadecimal), "What is XORed in."),
                  optional("after", word({"ip", "ah", "esp", "udp"}), "The header that they come after. Default: ip."),
                  optional("offset", integer(0, 1400), "Bytes after that header. Default: 0.")});
  const auto one = [](std::string name, ShapePtr shape, std::string about) {
    return object("", {required(std::move(name), std::move(shape), std::move(about))});
  };
  const auto edit = one_of_keys(
      "edit",
      {one("flip", flip, "Bits of what the packet carries."),
       one("ttl", integer(1, 255), "Time to live, or hop limit."),
       one("tos", integer(0, 255), "Type of service, or traffic class."),
       one("id", integer(0, 65535), "Identification; IPv4."),
       one("source", text(address_format()), "The source address."),
       one("router-alert", integer(0, 65535), "The value of that option (RFC 2113); IPv4."),
       one("nat-detection", word({"altered"}), "IKE in the clear: the hashes by which peers look for NATs."),
       one("vendor-ids", word({"altered"}), "IKE in the clear: what its sender says that it can do."),
       one("drop", word({"all"}), "It goes no further."), one("duplicate", integer(1, 100), "So many copies more.")});
  return object("tamper",
                {required("node", name(), "A router."),
                 required("edit", either({word({"none"}), edit}), "What is done to each; none: forwarded as it came."),
                 optional("over", link(), "Only what leaves over this link. Default: every link."),
                 optional("protocol", packet_protocols(), "Only these. Default: any."),
                 optional("every", integer(1, 1000), "Only every n-th of them. Default: 1.")});
}

ShapePtr step_shape() {
  const auto on_link = [](std::string head, std::string about) {
    return object("",
                  {required(std::move(head),
                            object("", {required("link", link(), "The link."), required("node", name(), "Whose end.")}),
                            std::move(about))});
  };
  const auto neighbors = [](std::string head, std::string about) {
    return object("", {required(std::move(head),
                                object("", {required("link", link(), "The link."),
                                            optional("nodes", nodes(), "On which nodes. Default: all on the link.")}),
                                std::move(about))});
  };
  return one_of_keys(
      "step",
      {object("", {required("start", either({word({"all"}), nodes()}), "Keys, policies and daemons of these nodes.")}),
       object("", {required("initiate", name(), "This node asks for SAs.")}),
       object("", {required("stop", name(), "The daemons of this node end."),
                   optional("how", word({"politely", "killed"}),
                            "Told to end, or killed (kill -9) with no time for a last word. Default: politely."),
                   optional("flush", boolean(),
                            "The kernel forgets the node's SAs and policies too, as in a reboot. Default: false.")}),
       object("", {required("change-profile",
                            object("", {required("nodes", array_of(name(), 1), "Whose."),
                                        required("profile", patch_of(own_profile_shape()),
                                                 "A merge patch on the profile as the node has it at the beginning.")}),
                            "What these nodes have of the profile from their next start on.")}),
       object("", {required("rekey", name(), "This node's daemon replaces its SAs by new ones."),
                   optional("level", word(words_of(level_words)), "Which SAs. Default: child.")}),
       object("", {required("wait", fact_shape(), "Until this holds."),
                   optional("within_s", number(0.001, 3600), "Deadline. Default: 10.")}),
       object("", {required("probe", array_of(name(), 1), "Probes, one after the other.")}),
       object("", {required("expect", expect_shape(), "What must hold now.")}),
       object("", {required("idle_s", number(0.001, 3600),
                            "Seconds in which nothing of ours is sent, so that timers run out.")}),
       object("", {required("flush-nat", name(), "The NAT box forgets its table.")}),
       object("",
              {required("change-mappings", name(), "Every mapping of the NAT box goes on at another outside port.")}),
       object("", {required("move-address",
                            object("", {required("node", name(), "Whose."), required("link", link(), "Where."),
                                        required("from", text(address_or_prefix_format()), "The address now."),
                                        required("to", text(address_or_prefix_format()), "The address from now on.")}),
                            "A node changes its address.")}),
       object("", {required("add-address",
                            object("", {required("node", name(), "Whose."), required("link", link(), "Where."),
                                        required("address", text(address_or_prefix_format()), "The address.")}),
                            "A node takes a further address; in IPv6 it looks for a duplicate first.")}),
       on_link("link-down", "A node's end of a link goes down."),
       on_link("link-up", "It comes up again."),
       neighbors("set-neighbors", "Permanent neighbor entries for all others on the link."),
       neighbors("flush-neighbors", "Neighbor entries are forgotten."),
       object("", {required("add-policy",
                            object("", {required("nodes", nodes(), "Where; an empty list: everywhere."),
                                        required("policy", policy_entry_shape(), "What is done with which traffic."),
                                        optional("direction", word({"out", "in"}), "Default: both."),
                                        optional("keyed", boolean(),
                                                 "With SAs by hand between the two addresses of the selector, the same "
                                                 "wherever they are added. Default: false.")}),
                            "A policy is added.")}),
       object("", {required("roll-keys",
                            object("", {required("nodes", nodes(), "Where; an empty list: at all members."),
                                        required("do", word(words_of(roll_phase_words)),
                                                 "The SAs of the generation are added, sent under, or removed."),
                                        required("generation", integer(1, 1000), "From 1, with which nodes start.")}),
                            "One part of changing a group's manual keys (RFC 4552, 10.1).")}),
       object("", {required("remove-policy",
                            object("", {required("nodes", nodes(), "Where; an empty list: everywhere."),
                                        required("selector", selector_shape(), "All that match, in every direction.")}),
                            "Policies are removed.")}),
       object("", {required("replay", replay_shape(), "Captured packets are sent again.")}),
       object("", {required("tamper", tamper_shape(), "A router edits what it forwards from now on.")}),
       object("", {required("inject", inject_shape(), "Packets that claim to be another's are sent.")})});
}

ShapePtr routing_shape() {
  const auto speaker = object(
      "speaker",
      {required("as", integer(1, 4294967295), "Its autonomous system."),
       optional("peers", nodes(), "Default: every other speaker."),
       optional("passive", boolean(), "Whether it leaves connecting to its peers (RFC 4271, 8.1.1). Default: false."),
       optional("passwords", by_node(text(secret_format())), "By peer: TCP MD5 (RFC 2385)."),
       optional("announces", array_of(text(prefix_format())), "Prefixes that it tells its peers."),
       optional("accepts", array_of(text(prefix_format())),
                "What it takes from its peers, and nothing longer. Default: everything.")});
  const auto virtual_link =
      object("virtual-link", {required("routers", array_of(name(), 2), "Two area border routers."),
                              required("area", text(area_format()), "The transit area.")});
  return object(
      "routing",
      {optional("daemon", word({"bird", "frr"}), "Which routing daemon. Default: bird."),
       required("protocol", word(words_of(routing_protocol_words)), "Which protocol."),
       optional("link", either({link(), array_of(link(), 1)}), "On which links; BGP: on none."),
       required("routers", array_of(text(name_pattern_format()), 1), "Which nodes speak it."),
       optional("hello_s", integer(1, 600), "Default: 1."), optional("dead_s", integer(1, 6000), "Default: 4."),
       optional("instances", by_node(array_of(integer(0, 31), 1)),
                "OSPFv3: by router, its instance IDs (RFC 5340, 2.4; RFC 5838: up to 31 for IPv6). Default: 0."),
       optional("areas", map_of(interface_name_format(), text(area_format())),
                "OSPF: by link, its area. Default: 0.0.0.0, the backbone."),
       optional("virtual_links", array_of(virtual_link, 1),
                "OSPF: neighbors in the backbone across another area (RFC 2328, 15)."),
       optional("speakers", by_node(speaker), "BGP: by router.")});
}

/// What a control may change of its subject.
std::vector<Field> experiment_fields(bool merged) {
  const auto profile = either({profile_shape(), null()});
  return {
      optional("title", any_text(), "One line."),
      optional("about", any_text(), "What is done, what is seen, and why."),
      required("topology", either({text(topology_reference_format()), topology_shape()}),
               "A name in topologies/, a file next to this one, or the topology itself."),
      merged ? optional("profile", profile, "The IPsec profile.")
             : required("profile", profile, "The IPsec profile; null: no IPsec at all."),
      optional("profile_at", by_node(either({patch_of(own_profile_shape()), null()})),
               "By node that disagrees: a merge patch on the profile as that node has it; null: no IPsec there."),
      optional("routing", either({routing_shape(), null()}), "Routers that speak a routing protocol."),
      optional("probes", map_of(name_format(), probe_shape()), "Traffic, by name."),
      required("timeline", array_of(step_shape(), 1), "What happens, in order."),
      required("expect", expect_shape(), "What must hold at the end."),
      optional(
          "lint_accepted",
          array_of(object("accepted-rule", {required("rule", name(), "A lint rule this scenario breaks on purpose."),
                                            required("why", any_text(), "The purpose.")})),
          "Lint rules broken on purpose."),
      optional("deadline_s", integer(1, 3600),
               fmt::format("For the whole case. Default: {}.", default_deadline.count())),
      optional("seed", integer(1, 4294967295), "For keys and payloads. Default: 1."),
      optional("log_negotiation", boolean(),
               "Whether IKE daemons write into their logs what they propose and what they choose. Default: false.")};
}

}  // namespace

ShapePtr scenario_shape(bool merged) {
  const auto build = [](bool is_merged) {
    const auto claim =
        object("claim-reference",
               {required("claim", name(), "A claim of the catalogue."),
                optional("bears", word(words_of(bearing_words)), "What passing says about it. Default: supports."),
                optional("why", any_text(), "How.")});
    const auto control = object("control", experiment_fields(true));
    const auto controls = map_of(name_format(), patch_of(control), 1);
    const auto claims = array_of(either({name(), claim}));
    const auto engines = array_of(name(), 1);
    auto variant_fields = experiment_fields(true);
    variant_fields.push_back(optional("claims", claims, "The claims this variant bears on."));
    variant_fields.push_back(optional("engines", engines, "The engines that carry it out."));
    variant_fields.push_back(optional("controls", controls, "Changes of the controls, and further ones."));
    const auto variant = object("variant", std::move(variant_fields));
    auto engine_fields = experiment_fields(true);
    engine_fields.push_back(optional("claims", claims, "The claims that this engine's cases bear on."));
    engine_fields.push_back(optional("controls", controls, "Changes of the controls, and further ones."));
    const auto at_engine = object("at-engine", std::move(engine_fields));
    const auto axis =
        object("axis", {required("axis", name(), "Its name."),
                        required("values", map_of(name_format(), patch_of(variant), 2), "By value: a merge patch."),
                        optional("control", name(), "The value whose cells are the controls of the others.")});
    const auto at_cells =
        object("at-cells", {required("cells", map_of(name_format(), either({name(), array_of(name(), 1)}), 1),
                                     "By axis: the value, or the values, of the cells that are meant."),
                            optional("why", any_text(), "Why it is so there."),
                            required("patch", patch_of(variant), "A merge patch, after those of the axes.")});

    std::vector<Field> fields{optional("$schema", any_text(), "Where this format is described, for editors."),
                              required("scenario", name(), "Its name: the file's, without .json.")};
    for (auto& field : experiment_fields(is_merged)) fields.push_back(std::move(field));
    fields.push_back(optional("claims", claims, "The claims it bears on: an id, or an id with how it bears."));
    fields.push_back(optional("tags", array_of(name()), "To select it by."));
    fields.push_back(required("engines", engines, "Who carries the profile out."));
    fields.push_back(optional("at_engine", map_of(name_format(), patch_of(at_engine), 1),
                              "By engine that is expected to differ: a merge patch, after the variant's."));
    fields.push_back(optional("variants", map_of(name_format(), patch_of(variant), 1),
                              "Merge patches (RFC 7396), each a case of its own; where there are any, only they run."));
    fields.push_back(optional("axes", array_of(axis, 1),
                              "In place of variants: every combination of a value of each axis is a case of its own."));
    fields.push_back(optional("at_cells", array_of(at_cells, 1), "What some combinations have otherwise."));
    fields.push_back(
        optional("controls", controls, "Merge patches that make the matching runs in which it must go the other way."));
    return object("scenario", std::move(fields));
  };
  static const ShapePtr written = build(false);
  static const ShapePtr after_patches = build(true);
  return merged ? after_patches : written;
}

}  // namespace useipsec
