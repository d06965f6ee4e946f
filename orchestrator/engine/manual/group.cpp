#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "engine/manual/parts.h"
#include "profile/vantage.h"

namespace useipsec {
namespace {

/// The links the group lives on: those of the routing daemon on which two members meet, else the first that all are on.
std::vector<const Link*> group_links(const Case& subject) {
  const auto& members = subject.profile.members;
  const auto met_on = [&](const std::string& link) {
    return std::count_if(members.begin(), members.end(),
                         [&](const std::string& member) { return subject.topology.end(link, member) != nullptr; });
  };
  std::vector<const Link*> links;
  if (subject.routing)
    for (const auto& name : subject.routing->links)
      if (const auto* link = subject.topology.link(name); link != nullptr && met_on(name) >= 2) links.push_back(link);
  if (!links.empty()) return links;
  for (const auto& link : subject.topology.links)
    if (met_on(link.name) == std::ssize(members)) return {&link};
  return {};
}

Family group_family(const Case& subject) {
  const auto groups = group_destinations(subject.profile, subject.topology);
  if (!groups.empty()) return groups.front().family();
  return subject.routing && subject.routing->protocol == RoutingProtocol::ospfv2 ? Family::v4 : Family::v6;
}

/// AllSPFRouters and AllDRouters (RFC 2328 appendix A.1, RFC 5340 appendix A.1) where the selectors name no group.
std::vector<Address> groups_of(const Case& subject, Family family) {
  auto groups = group_destinations(subject.profile, subject.topology);
  if (!groups.empty()) return groups;
  for (const auto* text :
       family == Family::v4 ? std::array{"224.0.0.5", "224.0.0.6"} : std::array{"ff02::5", "ff02::6"})
    groups.push_back(*Address::parse(text));
  return groups;
}

/// A member's address on the link: what routing protocols send from - the interface address (v4), the link-local one
/// (v6).
std::optional<Address> member_address(const Link& link, const std::string& member, Family family) {
  for (const auto& end : link.ends) {
    if (end.node != member) continue;
    if (family == Family::v6) return end.mac.link_local();
    for (const auto& prefix : end.addresses)
      if (prefix.family() == family) return prefix.address;
  }
  return {};
}

/// Everybody who can send on the link.
Prefix senders(const Link& link, Family family) {
  if (family == Family::v6) return {*Address::parse("fe80::"), 10};
  for (const auto& subnet : link.subnets)
    if (subnet.family() == family) return subnet.network();
  for (const auto& end : link.ends)
    for (const auto& prefix : end.addresses)
      if (prefix.family() == family) return prefix.network();
  return Prefix::any(family);
}

/// One kind of traffic of the group.
struct Traffic {
  std::uint8_t protocol;
  std::optional<std::uint16_t> source_port, destination_port;  ///< ICMP: type, code
  std::string link;                                            ///< empty: any
  bool operator==(const Traffic&) const = default;
};

/// What all members have in common, whosever the SAs are.
struct Group {
  const Case& subject;
  std::uint32_t generation;
  const Link& link;
  Family family;
  std::vector<std::string> members;
  std::vector<Address> groups;
  std::vector<Traffic> traffic;
  bool discovery;  ///< of neighbors

  Address address(const std::string& member) const {
    return member_address(link, member, family).value_or(Address::any(family));
  }
};

std::vector<Traffic> traffic_of(const Profile& profile) {
  std::vector<Traffic> traffic;
  for (const auto& selector : profile.selectors) {
    const auto number = protocol_number(selector.protocol);
    if (!number || *number == 0) continue;
    const Traffic each{*number, selector.local_port, selector.remote_port, selector.link};
    if (std::find(traffic.begin(), traffic.end(), each) == traffic.end()) traffic.push_back(each);
  }
  if (traffic.empty()) traffic.push_back({89, {}, {}, {}});
  return traffic;
}

/// Neighbor discovery asks groups that are made from addresses, unless the profile names its own.
bool is_neighbor_discovery(const Profile& profile, const Topology& topology) {
  if (!group_destinations(profile, topology).empty()) return false;
  const auto traffic = traffic_of(profile);
  return std::any_of(traffic.begin(), traffic.end(), [](const Traffic& each) { return each.protocol == 58; });
}

/// RFC 4291 section 2.7.1.
Address solicited_node(const Address& address) {
  auto group = *Address::parse("ff02::1:ff00:0");
  std::vector<std::uint8_t> bytes(group.bytes().begin(), group.bytes().end());
  std::copy(address.bytes().begin() + 13, address.bytes().end(), bytes.begin() + 13);
  return Address(bytes);
}

/// An address and the group in which it is asked for, of every address of a member (draft-arkko-manual-icmpv6-sas).
std::vector<Address> discovery_destinations(const Group& group, const std::string& member) {
  std::vector<Address> destinations;
  const auto add = [&](const Address& address) {
    for (const auto& each : {address, solicited_node(address)})
      if (std::find(destinations.begin(), destinations.end(), each) == destinations.end()) destinations.push_back(each);
  };
  for (const auto& end : group.link.ends) {
    if (end.node != member) continue;
    add(end.mac.link_local());
    for (const auto& prefix : end.addresses)
      if (prefix.family() == Family::v6) add(prefix.address);
  }
  return destinations;
}

ManualPolicy policy_of(const Profile& profile, const Group& group, const Traffic& traffic, const Prefix& source,
                       const Prefix& destination, const Address& template_destination, Direction direction) {
  ManualPolicy policy;
  policy.source = source;
  policy.destination = destination;
  policy.upper_protocol = traffic.protocol;
  policy.source_port = traffic.source_port;
  policy.destination_port = traffic.destination_port;
  policy.link = traffic.link;
  policy.direction = direction;
  policy.protocols = profile.protocols();
  policy.mode = Mode::transport;
  policy.tunnel_source = Address::any(group.family);
  policy.tunnel_destination = template_destination;
  // What is sent goes under the SAs of one generation, what comes may be of any: while keys change both are there.
  policy.request_id = direction == Direction::out ? group.generation : 0;
  return policy;
}

/// A replay window, where the profile insists on one, discards genuine packets of an SA that several send under, since
/// they share no counter; lint says so.
void add_sa(NodeSetup& setup, const Group& group, const Profile& profile, const std::string& label,
            const Address& source, const Address& destination, std::uint32_t request_id) {
  const auto own = group.generation == 1 ? label : fmt::format("{}, generation {}", label, group.generation);
  auto sa = keyed_sa(group.subject, profile, profile.protocols().front(), own, source, destination);
  sa.request_id = request_id;
  setup.sas.push_back(std::move(sa));
}

/// Figure 3: the same SAs everywhere, one for each destination, whoever sends.
void shared_sas(NodeSetup& setup, const Group& group, const Profile& profile) {
  const auto any = Address::any(group.family);
  auto destinations = group.groups;
  for (const auto& member : group.members) {
    if (member != setup.node && !knows(profile, member)) continue;
    if (!group.discovery)
      destinations.push_back(group.address(member));
    else
      for (const auto& each : discovery_destinations(group, member)) destinations.push_back(each);
  }
  for (const auto& destination : destinations)
    add_sa(setup, group, profile, "group", any, destination, group.generation);
}

/// Figure 2: what a node sends, and what each of those that it knows sends to the groups and to it.
void per_sender_sas(NodeSetup& setup, const Group& group, const Profile& profile) {
  for (const auto& sender : group.members) {
    if (sender != setup.node && !knows(profile, sender)) continue;
    auto destinations = group.groups;
    for (const auto& member : group.members)
      if (member != sender && (sender == setup.node || member == setup.node))
        destinations.push_back(group.address(member));
    for (const auto& destination : destinations)
      add_sa(setup, group, profile, "group from " + sender, group.address(sender), destination, group.generation);
  }
}

/// Figure 1: one SA towards, one back, as two peers have them; every second member is one of the other kind.
void directional_sas(NodeSetup& setup, const Group& group, const Profile& profile) {
  const auto place = std::find(group.members.begin(), group.members.end(), setup.node) - group.members.begin();
  const auto any = Address::any(group.family);
  auto destinations = group.groups;
  for (const auto& member : group.members) destinations.push_back(group.address(member));
  for (const auto& destination : destinations) {
    add_sa(setup, group, profile, place % 2 == 0 ? "group there" : "group back", any, destination, group.generation);
    add_sa(setup, group, profile, place % 2 == 0 ? "group back" : "group there", any, destination, inbound_request_id);
  }
}

void add_policies(NodeSetup& setup, const Group& group, const Profile& profile) {
  const auto any = Address::any(group.family);
  const auto from_link = senders(group.link, group.family);
  const auto own = Prefix::host(group.address(setup.node));
  const auto add = [&](const Prefix& source, const Prefix& destination, const Address& sink, Direction direction) {
    for (const auto& traffic : group.traffic)
      setup.policies.push_back(policy_of(profile, group, traffic, source, destination, sink, direction));
  };
  if (group.discovery) {
    const auto all = Prefix::any(group.family);
    add(all, all, any, Direction::out);
    add(all, all, any, Direction::in);
    return;
  }
  for (const auto& destination : group.groups) {
    add(own, Prefix::host(destination), destination, Direction::out);
    add(from_link, Prefix::host(destination), destination, Direction::in);
  }
  // Between members: in transport mode the kernel takes the packet's own addresses, so the template names none.
  add(own, from_link, any, Direction::out);
  add(from_link, own, any, Direction::in);
}

/// What the node has on each link, once where links have it in common: groups have the same addresses on all.
void join(std::vector<NodeSetup>& setups, NodeSetup more) {
  const auto found =
      std::find_if(setups.begin(), setups.end(), [&](const NodeSetup& each) { return each.node == more.node; });
  if (found == setups.end()) return setups.push_back(std::move(more));
  const auto add = [](auto& all, auto& further) {
    for (auto& each : further)
      if (std::find(all.begin(), all.end(), each) == all.end()) all.push_back(std::move(each));
  };
  add(found->sas, more.sas);
  add(found->policies, more.policies);
}

std::vector<NodeSetup> on_link(const Case& subject, const Link& link, std::uint32_t generation) {
  std::vector<NodeSetup> setups;
  const bool discovery = is_neighbor_discovery(subject.profile, subject.topology);
  const auto family = discovery ? Family::v6 : group_family(subject);
  const Group group{subject,
                    generation,
                    link,
                    family,
                    parties(subject.profile, subject.topology),
                    discovery ? std::vector<Address>() : groups_of(subject, family),
                    traffic_of(subject.profile),
                    discovery};
  for (const auto& member : subject.protected_nodes()) {
    const auto& profile = *subject.profile_of(member);
    if (!member_address(link, member, family)) continue;
    NodeSetup setup;
    setup.node = member;
    switch (profile.group_sas) {
      case GroupSas::per_sender:
        per_sender_sas(setup, group, profile);
        break;
      case GroupSas::directional:
        directional_sas(setup, group, profile);
        break;
      case GroupSas::shared:
      case GroupSas::pairwise:
        shared_sas(setup, group, profile);
        break;
    }
    add_policies(setup, group, profile);
    // The kernel takes an SA of another request id for none: what is set for one direction serves no other.
    if (profile.group_sas == GroupSas::directional)
      for (auto& policy : setup.policies)
        if (policy.direction == Direction::in) policy.request_id = inbound_request_id;
    setups.push_back(std::move(setup));
  }
  return setups;
}

}  // namespace

std::vector<NodeSetup> render_group(const Case& subject, std::uint32_t generation) {
  std::vector<NodeSetup> setups;
  for (const auto* link : group_links(subject))
    for (auto& setup : on_link(subject, *link, generation)) join(setups, std::move(setup));
  return setups;
}

}  // namespace useipsec
