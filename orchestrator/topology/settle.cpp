#include "topology/settle.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "input/diagnostic.h"
#include "input/nearest_word.h"
#include "input/pointer.h"
#include "topology/allotment.h"
#include "topology/nat_check.h"
#include "topology/path.h"
#include "topology/realms.h"
#include "topology/words.h"

namespace useipsec {
namespace {

/// 02: locally administered; "ui"; then link and end, 12 bits each, from 1.
Mac allotted_mac(std::size_t link, std::size_t end) {
  const auto number = static_cast<std::uint32_t>(((link + 1) << 12U) | ((end + 1) & 0xfffU));
  return Mac{{0x02, 0x75, 0x69, static_cast<std::uint8_t>(number >> 16U), static_cast<std::uint8_t>(number >> 8U),
              static_cast<std::uint8_t>(number)}};
}

constexpr std::size_t most_links = 4094;
constexpr std::size_t most_ends = 4094;

class Settler {
 public:
  Settler(const TopologyDraft& draft, const Complain& complain, const Certainty& certainty)
      : draft_(draft), complain_(complain), certainty_(certainty), realms_(draft) {
    const auto all_links_have = [&](const char* key) {
      return std::all_of(draft.links.begin(), draft.links.end(),
                         [&](const auto& link) { return whole(child(child("/links", link.name), key)); });
    };
    nodes_known_ = certainty.knows_members("/nodes");
    ends_known_ = nodes_known_ && certainty.knows_members("/links") && all_links_have("ends");
    addresses_known_ = ends_known_ && all_links_have("subnets");
    realms_known_ = ends_known_ && std::all_of(draft.nodes.begin(), draft.nodes.end(), [&](const auto& node) {
                      const auto pointer = child("/nodes", node.name);
                      return whole(child(pointer, "role")) && whole(child(child(pointer, "nat"), "outside"));
                    });
  }

  Topology settle() {
    result_.name = draft_.name;
    result_.about = draft_.about;
    result_.generated = draft_.generated;
    for (const auto& node : draft_.nodes) {
      names_.push_back(node.name);
      result_.nodes.push_back({node.name, node.role, node.loopback, {}, node.nat, node.filter, node.autoconfigures});
    }
    if (draft_.nodes.empty() && nodes_known_)
      complain_("/nodes", "expected at least 1 node, written or made by \"generate\"", "0", "");
    check_subnets();
    check_loopbacks();
    if (draft_.links.size() > most_links)
      return complain_("/links", fmt::format("expected at most {} links", most_links),
                       std::to_string(draft_.links.size()), ""),
             result_;
    for (std::size_t index = 0; index < draft_.links.size(); ++index) settle_link(draft_.links[index], index);
    for (std::size_t index = 0; index < draft_.nodes.size(); ++index) {
      check_node(draft_.nodes[index]);
      check_nat(draft_.nodes[index]);
      check_filter(draft_.nodes[index]);
      check_autoconfiguration(draft_.nodes[index]);
      settle_routes(draft_.nodes[index], result_.nodes[index]);
    }
    check_nat_places();
    check_tunnels();
    return std::move(result_);
  }

 private:
  bool whole(const std::string& pointer) const { return certainty_.whole(pointer); }

  void check_subnets() {
    std::vector<std::pair<const DraftLink*, std::size_t>> earlier;
    for (const auto& link : draft_.links) {
      for (std::size_t index = 0; index < link.subnets.size(); ++index) {
        const auto& subnet = link.subnets[index];
        const auto pointer = child(child(child("/links", link.name), "subnets"), index);
        if (!whole(pointer)) continue;
        if (subnet.network() != subnet) {
          complain_(pointer, "expected a prefix without host bits", quoted_text(subnet.str()), subnet.network().str());
        }
        for (const auto& [other, other_index] : earlier) {
          const auto& taken = other->subnets[other_index];
          // Every IPv6 link has fe80::/64 to itself (RFC 4291, section 2.5.6).
          if (is_link_local_subnet(subnet) && other != &link) continue;
          if (taken.overlaps(subnet) && !may_share(link.name, other->name)) {
            complain_(pointer, "expected a subnet of its own" + but_behind_nats(),
                      fmt::format("{}, which overlaps {} of link {}", subnet.str(), taken.str(), other->name), "");
            break;
          }
        }
        earlier.emplace_back(&link, index);
      }
    }
  }

  void check_loopbacks() {
    for (const auto& node : draft_.nodes) {
      for (std::size_t index = 0; index < node.loopback.size(); ++index) {
        const auto pointer = child(child(child("/nodes", node.name), "loopback"), index);
        if (whole(pointer))
          claim(node.loopback[index].address, {"lo of " + node.name, node.name, realms_.links_of(node.name)}, pointer);
      }
    }
  }

  /// Who has an address, and the links on which it means that one.
  struct Claim {
    std::string by, node;
    std::set<std::string> links;
  };

  /// Whether the same address may be on both links. Where it is not known what lies between them, nothing is held
  /// against it.
  bool may_share(const std::string& link, const std::string& other) const {
    return link != other && has_nats() && (!realms_known_ || realms_.apart(link, other));
  }

  bool has_nats() const {
    return std::any_of(draft_.nodes.begin(), draft_.nodes.end(), [](const auto& node) { return node.nat.has_value(); });
  }
  std::string but_behind_nats() const { return has_nats() ? ", unless each is behind another NAT" : ""; }

  /// Who has the address where these links see it too; null where nobody does.
  const Claim* taken(const Address& address, const std::set<std::string>& links) const {
    const auto found = taken_.find(address);
    if (found == taken_.end()) return nullptr;
    for (const auto& each : found->second) {
      const bool apart = !links.empty() && !each.links.empty() &&
                         std::all_of(links.begin(), links.end(), [&](const std::string& link) {
                           return std::all_of(each.links.begin(), each.links.end(),
                                              [&](const std::string& other) { return may_share(link, other); });
                         });
      if (!apart) return &each;
    }
    return nullptr;
  }

  /// Notes that `address` is taken; complains where it already is.
  void claim(const Address& address, Claim by, const std::string& pointer) {
    if (const auto* earlier = taken(address, by.links))
      return complain_(pointer, "expected an address that nobody else has" + but_behind_nats(),
                       fmt::format("{}, which {} has", address.str(), earlier->by), "");
    taken_[address].push_back(std::move(by));
  }

  void settle_link(const DraftLink& draft, std::size_t number) {
    const auto pointer = child("/links", draft.name);
    if (draft.snooping && draft.kind != LinkKind::shared && whole(child(pointer, "kind")))
      complain_(child(pointer, "snooping"), "expected \"kind\": \"shared\": two ends have no switch between them",
                "true", "");
    if (draft.kind != LinkKind::shared && draft.ends.size() != 2 && whole(child(pointer, "kind"))) {
      complain_(child(pointer, "ends"),
                draft.kind == LinkKind::gre ? "expected 2 ends of a tunnel"
                                            : "expected 2 ends of a point-to-point link, or \"kind\": \"shared\"",
                std::to_string(draft.ends.size()), "");
    }
    if (draft.kind == LinkKind::shared && draft.ends.empty() && nodes_known_ && whole(child(pointer, "ends"))) {
      complain_(child(pointer, "ends"), "expected at least 1 end, written or made by \"generate\"", "0", "");
    }
    if (draft.ends.size() > most_ends)
      return complain_(child(pointer, "ends"), fmt::format("expected at most {} ends", most_ends),
                       std::to_string(draft.ends.size()), "");
    Link link{draft.name, draft.kind, draft.subnets, {}, draft.impairment, draft.static_neighbors, draft.snooping};
    for (const auto& end : draft.ends) {
      const auto here = child(child(pointer, "ends"), end.node);
      if (nodes_known_ && std::find(names_.begin(), names_.end(), end.node) == names_.end()) {
        complain_(here, "expected a node: " + listed(names_), quoted_text(end.node), nearest_word(end.node, names_));
      }
      link.ends.push_back({end.node, written_addresses(end, draft, here), allotted_mac(number, link.ends.size())});
    }
    // Written addresses first, so that allotted ones go round them.
    std::vector<std::uint32_t> next(draft.subnets.size(), 1);
    for (std::size_t index = 0; index < draft.ends.size(); ++index) {
      if (draft.ends[index].automatic) allot(draft, draft.ends[index], link.ends[index], next);
    }
    result_.links.push_back(std::move(link));
  }

  std::vector<Prefix> written_addresses(const DraftEnd& end, const DraftLink& link, const std::string& pointer) {
    std::vector<Prefix> result;
    for (std::size_t index = 0; index < end.addresses.size(); ++index) {
      const auto here = child(pointer, index);
      const auto& text = end.addresses[index];
      auto address = Prefix::parse(text);
      if (!address || !whole(here)) continue;
      const auto subnet = std::find_if(link.subnets.begin(), link.subnets.end(),
                                       [&address](const Prefix& each) { return each.contains(address->address); });
      if (subnet == link.subnets.end()) {
        if (!whole(child(child("/links", link.name), "subnets"))) continue;
        std::vector<std::string> subnets;
        for (const auto& each : link.subnets) subnets.push_back(each.str());
        complain_(here,
                  fmt::format("expected an address in {}",
                              subnets.empty() ? "a subnet, of which the link has none" : listed(subnets)),
                  quoted_text(text), "");
        continue;
      }
      if (is_network_or_broadcast(*subnet, address->address)) {
        complain_(here, "expected a host's address",
                  fmt::format("the network or broadcast address of {}", subnet->str()), "");
      }
      if (text.find('/') == std::string::npos) address->length = subnet->length;
      // Link-local addresses are a link's own business.
      if (!address->address.is_link_local())
        claim(address->address, {fmt::format("{} on link {}", end.node, link.name), end.node, {link.name}}, here);
      result.push_back(*address);
    }
    return result;
  }

  void allot(const DraftLink& link, const DraftEnd& draft, End& end, std::vector<std::uint32_t>& next) {
    for (std::size_t index = 0; index < link.subnets.size(); ++index) {
      const auto& subnet = link.subnets[index];
      if (is_link_local_subnet(subnet)) continue;  // made from the MAC
      if (!whole(child(child(child("/links", link.name), "subnets"), index))) continue;
      auto address = host_address(subnet, next[index]++);
      while (address && taken(*address, {link.name}) != nullptr) address = host_address(subnet, next[index]++);
      if (!address) {
        complain_(child(child(child("/links", link.name), "ends"), draft.node),
                  fmt::format("expected a free address in {}", subnet.str()), "none left", "");
        continue;
      }
      taken_[*address].push_back({fmt::format("{} on link {}", draft.node, link.name), draft.node, {link.name}});
      end.addresses.push_back({*address, subnet.length});
    }
  }

  std::vector<std::string> links_of(const std::string& node) const {
    std::vector<std::string> names;
    for (const auto& link : result_.links) {
      if (std::any_of(link.ends.begin(), link.ends.end(), [&node](const End& each) { return each.node == node; }))
        names.push_back(link.name);
    }
    return names;
  }

  void check_node(const DraftNode& node) {
    if (ends_known_ && links_of(node.name).empty())
      complain_(child("/nodes", node.name), "expected a node with an end on some link", node.name + " on none", "");
  }

  void check_nat(const DraftNode& node) {
    const auto pointer = child("/nodes", node.name);
    if (node.role == Role::nat && !node.nat)
      return complain_(pointer, "expected the key \"nat\", as the role is nat", "an object without it", "");
    if (!node.nat) return;
    const auto here = child(pointer, "nat");
    if (node.role != Role::nat && whole(child(pointer, "role")))
      complain_(here, "expected no key \"nat\", or the role nat",
                fmt::format("the role {}", node.role == Role::host ? "host" : "router"), "");
    const auto links = links_of(node.name);
    if (ends_known_ && std::find(links.begin(), links.end(), node.nat->outside) == links.end()) {
      complain_(child(here, "outside"), fmt::format("expected a link of {}: {}", node.name, listed(links)),
                quoted_text(node.nat->outside), nearest_word(node.nat->outside, links));
    }
    if (!whole(here)) return;
    check_nat_behaviors(*node.nat, here, complain_);
    const bool one_to_one = node.nat->kind == NatKind::one_to_one;
    for (const auto& [key, address] : {std::pair("inside_address", node.nat->inside_address),
                                       std::pair("outside_address", node.nat->outside_address)}) {
      if (one_to_one && !address)
        complain_(here, fmt::format("expected the key \"{}\", as the kind is one-to-one", key), "an object without it",
                  "");
      if (!one_to_one && address)
        complain_(child(here, key), fmt::format("expected no key \"{}\", or the kind one-to-one", key),
                  "the kind " + word_of(nat_kind_words, node.nat->kind), "");
    }
    const bool by_prefix = node.nat->kind == NatKind::prefix;
    for (const auto& [key, prefix] :
         {std::pair("inside_prefix", node.nat->inside_prefix), std::pair("outside_prefix", node.nat->outside_prefix)}) {
      if (by_prefix && !prefix)
        complain_(here, fmt::format("expected the key \"{}\", as the kind is prefix", key), "an object without it", "");
      if (!by_prefix && prefix)
        complain_(child(here, key), fmt::format("expected no key \"{}\", or the kind prefix", key),
                  "the kind " + word_of(nat_kind_words, node.nat->kind), "");
    }
    if (!one_to_one || !node.nat->inside_address || !node.nat->outside_address) return;
    if (node.nat->inside_address->family() != node.nat->outside_address->family()) {
      complain_(child(here, "outside_address"), "expected an address of the inside address's family",
                node.nat->outside_address->str(), "");
    }
    if (addresses_known_ && result_.owner(*node.nat->inside_address) == nullptr) {
      complain_(child(here, "inside_address"), "expected the address of a node",
                node.nat->inside_address->str() + ", which nobody has", "");
    }
    const auto* owner = taken(*node.nat->outside_address, {node.nat->outside});
    if (owner != nullptr && owner->node != node.name) {
      complain_(child(here, "outside_address"), "expected an address that nobody else has",
                fmt::format("{}, which {} has", node.nat->outside_address->str(), owner->by), "");
    }
  }

  void check_autoconfiguration(const DraftNode& node) {
    const auto here = child("/nodes", node.name);
    if (node.autoconfigures && node.role != Role::host && whole(child(here, "role")))
      complain_(child(here, "autoconfigures"),
                "expected false, or the role host: only hosts are configured so (RFC 4862 section 1)",
                fmt::format("the role {}", word_of(role_words, node.role)), "");
  }

  void check_filter(const DraftNode& node) {
    const auto here = child(child("/nodes", node.name), "filter");
    if (!node.filter.empty() && node.role == Role::host && whole(child(child("/nodes", node.name), "role")))
      complain_(here, "expected no key \"filter\", or a role that forwards: router, nat", "the role host", "");
    for (std::size_t index = 0; index < node.filter.size(); ++index) {
      const auto& rule = node.filter[index];
      const auto pointer = child(here, index);
      if (!whole(pointer)) continue;
      const bool has_ports = rule.protocol == "tcp" || rule.protocol == "udp";
      for (const auto& [key, port] : {std::pair("from_port", rule.from_port), std::pair("to_port", rule.to_port)})
        if (port && !has_ports)
          complain_(child(pointer, key), fmt::format("expected no key \"{}\", or the protocol tcp or udp", key),
                    rule.protocol.empty() ? "any protocol" : "the protocol " + rule.protocol, "");
      if (rule.from && rule.to && rule.from->family() != rule.to->family())
        complain_(child(pointer, "to"), "expected an address of the family of \"from\"", rule.to->str(), "");
    }
  }

  void check_tunnels() {
    if (!addresses_known_ || !routes_known()) return;
    for (const auto& link : result_.links) {
      const auto here = child("/links", link.name);
      if (link.kind != LinkKind::gre || link.ends.size() != 2 || !whole(here)) continue;
      const auto& from = link.ends[0].node;
      const auto& to = link.ends[1].node;
      if (!outer_addresses(result_, link))
        complain_(child(here, "ends"), "expected nodes with addresses of one family on other links than tunnels",
                  fmt::format("{} and {}", from, to), "");
      else if (carried(result_, {from, link.name, to}).empty() || carried(result_, {to, link.name, from}).empty())
        complain_(child(here, "ends"), "expected nodes with a way to each other over other links than tunnels",
                  fmt::format("{} and {}", from, to), "");
    }
  }

  bool routes_known() const {
    return std::all_of(draft_.nodes.begin(), draft_.nodes.end(),
                       [this](const auto& node) { return whole(child(child("/nodes", node.name), "routes")); });
  }

  void check_nat_places() {
    if (!addresses_known_ || !routes_known()) return;
    for (const auto& node : result_.nodes) {
      const auto here = child(child("/nodes", node.name), "nat");
      if (node.role == Role::nat && node.nat && whole(here)) useipsec::check_nat_places(result_, node, here, complain_);
    }
  }

  void settle_routes(const DraftNode& draft, Node& node) {
    if (!addresses_known_) return;
    for (std::size_t index = 0; index < draft.routes.size(); ++index) {
      const auto pointer = child(child(child("/nodes", draft.name), "routes"), index);
      const auto& route = draft.routes[index];
      if (!whole(pointer)) continue;
      const auto gateways = addresses_of_gateway(draft.name, route.via, child(pointer, "via"));
      if (gateways.empty()) continue;
      bool fits = false;
      for (const auto& gateway : gateways) {
        const auto to = route.to == "default" ? Prefix::any(gateway.family()) : *Prefix::parse(route.to);
        if (to.family() != gateway.family()) continue;
        fits = true;
        node.routes.push_back({to.network(), gateway});
      }
      if (!fits)
        complain_(child(pointer, "via"),
                  fmt::format("expected a gateway with an address of the family of {}", route.to),
                  quoted_text(route.via), "");
    }
  }

  /// One address of each family that `via` has on a link it shares with `node`; complains where it has none.
  std::vector<Address> addresses_of_gateway(const std::string& node, const std::string& via,
                                            const std::string& pointer) {
    if (const auto address = Address::parse(via)) {
      for (const auto& link : result_.links) {
        const auto* own = result_.end(link.name, node);
        const auto holds = [&address](const End& end) {
          return end.mac.link_local() == *address ||
                 std::any_of(end.addresses.begin(), end.addresses.end(),
                             [&address](const Prefix& each) { return each.address == *address; });
        };
        if (own != nullptr && std::any_of(link.ends.begin(), link.ends.end(),
                                          [&](const End& end) { return end.node != node && holds(end); }))
          return {*address};
      }
      complain_(pointer, fmt::format("expected an address of a node that shares a link with {}", node),
                quoted_text(via), "");
      return {};
    }
    std::vector<std::string> neighbors;
    for (const auto& other : names_) {
      if (other != node && shared_link(result_, node, other) != nullptr) neighbors.push_back(other);
    }
    const auto* link = via == node ? nullptr : shared_link(result_, node, via);
    if (link == nullptr) {
      complain_(pointer,
                fmt::format("expected a node that shares a link with {}: {}", node,
                            neighbors.empty() ? "there is none" : listed(neighbors)),
                quoted_text(via), nearest_word(via, neighbors));
      return {};
    }
    std::vector<Address> addresses;
    const auto* end = result_.end(link->name, via);
    for (const auto family : {Family::v4, Family::v6}) {
      const auto found = std::find_if(end->addresses.begin(), end->addresses.end(),
                                      [family](const Prefix& each) { return each.family() == family; });
      if (found != end->addresses.end()) {
        addresses.push_back(found->address);
      } else if (family == Family::v6 &&
                 std::any_of(link->subnets.begin(), link->subnets.end(), is_link_local_subnet)) {
        addresses.push_back(end->mac.link_local());
      }
    }
    if (addresses.empty())
      complain_(pointer, fmt::format("expected a node with an address on link {}", link->name), quoted_text(via), "");
    return addresses;
  }

  const TopologyDraft& draft_;
  const Complain& complain_;
  const Certainty& certainty_;
  bool nodes_known_ = true;
  bool ends_known_ = true;       ///< which node is on which link
  bool addresses_known_ = true;  ///< and with which addresses, loopbacks aside
  Topology result_;
  std::vector<std::string> names_;
  bool realms_known_ = true;  ///< what lies behind which NAT
  Realms realms_;
  std::map<Address, std::vector<Claim>> taken_;
};

}  // namespace

Certainty Certainty::full() {
  const auto yes = [](const std::string&) { return true; };
  return {yes, yes};
}

Topology settle(const TopologyDraft& draft, const Complain& complain, const Certainty& certainty) {
  return Settler(draft, complain, certainty).settle();
}

}  // namespace useipsec
