#include <algorithm>
#include <array>

#include "engine/manual/parts.h"
#include "profile/vantage.h"

namespace useipsec {
namespace {

/// The link the group lives on: the routing daemon's, else the first that all members are on.
const Link* group_link(const Case& subject) {
  if (subject.routing) return subject.topology.link(subject.routing->link);
  const auto& members = subject.profile.members;
  for (const auto& link : subject.topology.links) {
    const bool all = std::all_of(members.begin(), members.end(), [&](const std::string& member) {
      return subject.topology.end(link.name, member) != nullptr;
    });
    if (all) return &link;
  }
  return nullptr;
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

struct Group {
  Family family;
  Prefix senders;
  std::vector<Address> groups;
  std::uint8_t protocol;
};

void add_policy(NodeSetup& setup, const Profile& profile, const Group& group, const Prefix& source,
                const Prefix& destination, const Address& template_destination, Direction direction) {
  ManualPolicy policy;
  policy.source = source;
  policy.destination = destination;
  policy.upper_protocol = group.protocol;
  policy.direction = direction;
  policy.protocol = profile.protocol;
  policy.mode = Mode::transport;
  policy.tunnel_source = Address::any(group.family);
  policy.tunnel_destination = template_destination;
  policy.request_id = manual_request_id;
  setup.policies.push_back(policy);
}

}  // namespace

std::vector<NodeSetup> render_group(const Case& subject) {
  std::vector<NodeSetup> setups;
  const auto* link = group_link(subject);
  if (link == nullptr) return setups;
  const auto family = group_family(subject);
  Group group{family, senders(*link, family), groups_of(subject, family), 89};
  for (const auto& selector : subject.profile.selectors)
    if (const auto number = protocol_number(selector.protocol); number && *number != 0) group.protocol = *number;

  // The same SAs everywhere: one for each destination, whoever sends. A replay window, where the profile insists on one,
  // discards genuine packets, since the senders share no counter; lint says so.
  auto destinations = group.groups;
  for (const auto& member : parties(subject.profile, subject.topology))
    if (const auto address = member_address(*link, member, family)) destinations.push_back(*address);
  const auto any = Address::any(family);
  for (const auto& member : subject.protected_nodes()) {
    const auto& profile = *subject.profile_of(member);
    NodeSetup setup;
    setup.node = member;
    for (const auto& destination : destinations) {
      auto sa = keyed_sa(subject, profile, "group", any, destination);
      setup.sas.push_back(sa);
    }
    const auto own = member_address(*link, member, family);
    if (!own) continue;
    for (const auto& destination : group.groups) {
      add_policy(setup, profile, group, Prefix::host(*own), Prefix::host(destination), destination, Direction::out);
      add_policy(setup, profile, group, group.senders, Prefix::host(destination), destination, Direction::in);
    }
    // Between members: in transport mode the kernel takes the packet's own addresses, so the template names none.
    add_policy(setup, profile, group, Prefix::host(*own), group.senders, any, Direction::out);
    add_policy(setup, profile, group, group.senders, Prefix::host(*own), any, Direction::in);
    setups.push_back(std::move(setup));
  }
  return setups;
}

}  // namespace useipsec
