#include "topology/topology_shape.h"

#include "input/formats.h"
#include "topology/nat_shape.h"
#include "topology/words.h"

namespace useipsec {
namespace {

/// A node's name or an address: which of the two is settled with the topology at hand.
TextFormat gateway_format() {
  return {"a node or an address", "^[0-9a-zA-Z:.-]{1,45}$",
          [](std::string_view text) { return address_format().accepts(text) || name_format().accepts(text); }};
}

TextFormat destination_format() {
  return {"\"default\" or a prefix", "^(default|[0-9a-fA-F:.]+(/[0-9]{1,3})?)$",
          [](std::string_view text) { return text == "default" || address_or_prefix_format().accepts(text); }};
}

ShapePtr node_shape() {
  const auto route =
      object("route", {required("to", text(destination_format()), "A prefix, or \"default\" for both families."),
                       required("via", text(gateway_format()), "A node on a link of this one, or its address there.")});
  const auto rule = object(
      "filter-rule", {required("do", word({"accept", "drop"}), "What becomes of a packet that it matches."),
                      optional("protocol", word(filter_protocols()), "Default: any. icmp is that of either family."),
                      optional("from", text(address_or_prefix_format()), "The source's address. Default: any."),
                      optional("to", text(address_or_prefix_format()), "The destination's address. Default: any."),
                      optional("from_port", integer(1, 65535), "tcp and udp: the source port. Default: any."),
                      optional("to_port", integer(1, 65535), "tcp and udp: the destination port. Default: any.")});
  return object(
      "node",
      {required("role", word(words_of(role_words)),
                "What the node does: hosts forward nothing, routers forward, NAT boxes forward and translate."),
       optional("about", any_text(), "What it stands for."),
       optional("loopback", array_of(text(address_or_prefix_format())),
                "Addresses on lo; without a length the full one."),
       optional("routes", array_of(route), "Static routes; the links' own subnets need none."),
       optional("nat", nat_shape(), "Present exactly where the role is nat."),
       optional("autoconfigures", boolean(),
                "Hosts: whether it takes addresses and routes from router advertisements (RFC 4862). Default: false."),
       optional("filter", array_of(rule, 1),
                "Routers and NAT boxes: what they forward. The first rule that matches decides; what none "
                "matches passes.")});
}

/// Names are the stem and a number, so that a stem must not end in one.
TextFormat stem_format() {
  return {"a name of 1 to 30 lower-case letters, digits and - that does not end in a digit", "^[a-z0-9-]{0,29}[a-z-]$",
          [](std::string_view text) {
            return name_format().accepts(text) && text.size() <= 30 && (text.back() < '0' || text.back() > '9');
          }};
}

ShapePtr generator_shape() {
  const auto route =
      object("route", {required("to", text(destination_format()), "A prefix, or \"default\" for both families."),
                       required("via", text(gateway_format()), "A node on a link of this one, or its address there.")});
  return object("generator",
                {required("count", integer(1, 1000), "How many: r1, r2, ... for the key r."),
                 required("role", word({"host", "router"}), "What each of them does."),
                 optional("about", any_text(), "What they stand for."),
                 required("on", array_of(text(interface_name_format()), 1),
                          "The links that each has an end on, with the next free addresses."),
                 optional("loopback", array_of(text(prefix_format())),
                          "Prefixes that addresses on lo come from: of each the first for r1, the second for r2, ..."),
                 optional("routes", array_of(route), "Static routes of each.")});
}

ShapePtr link_shape() {
  const auto impair =
      object("impairment", {optional("delay_ms", number(0, 60000), "Each way, in milliseconds."),
                            optional("jitter_ms", number(0, 60000), "Variation of the delay, in milliseconds."),
                            optional("loss_percent", number(0, 100), "Packets lost at random, each way."),
                            optional("rate_kbit", integer(0, 100000000), "Kilobits per second; 0: unlimited."),
                            optional("mtu", integer(68, 65535), "Bytes; default 1500 (RFC 791: at least 68).")});
  const auto end = either({word({"auto"}), array_of(text(address_or_prefix_format()))});
  return object(
      "link",
      {optional("kind", word({"point-to-point", "shared", "gre"}),
                "Two ends, a multicast link of any number, or a tunnel between two nodes' own addresses. "
                "Default: point-to-point."),
       optional("about", any_text(), "What it stands for."),
       required("subnets", array_of(text(prefix_format())),
                "Where its addresses come from; fe80::/64 alone gives a link with link-local addresses only."),
       required("ends", map_of(name_format(), end),
                "For each node its addresses on the link, or \"auto\": the next free one of each subnet."),
       optional("impair", impair, "What it does to every packet, each way."),
       optional("neighbors", word({"dynamic", "static"}),
                "static: permanent neighbor entries, so that neither ARP nor neighbor discovery is needed. "
                "Default: dynamic."),
       optional("snooping", boolean(),
                "shared: a switch that forwards a group only where a listener reported it, and asks for reports "
                "every second. Default: false, groups reach everybody.")});
}

}  // namespace

ShapePtr topology_shape() {
  static const ShapePtr shape = object(
      "topology", {optional("$schema", any_text(), "Where this format is described, for editors."),
                   required("topology", text(name_format()), "Its name: the file's, without .json."),
                   optional("about", any_text(), "What it shows and what it is for."),
                   required("nodes", map_of(name_format(), node_shape()), "Hosts, routers and NAT boxes by name."),
                   optional("generate", map_of(stem_format(), generator_shape(), 1),
                            "Nodes that differ in nothing but their number: r makes r1, r2, ..."),
                   required("links", map_of(interface_name_format(), link_shape(), 1),
                            "Links by name, which is also the interface's name in each node.")});
  return shape;
}

}  // namespace useipsec
