#include <fmt/format.h>

#include <algorithm>

#include "engine/manual/parts.h"
#include "profile/vantage.h"

namespace useipsec {
namespace {

/// As the node that sends meets it; `reversed`: what comes back.
ManualPolicy policy_of(const Profile& profile, const Selector& selector, const Address& own, const Address& peer,
                       bool reversed) {
  ManualPolicy policy;
  policy.source = Prefix::host(reversed ? peer : own);
  policy.destination = Prefix::host(reversed ? own : peer);
  policy.link = selector.link;
  policy.upper_protocol = protocol_number(selector.protocol).value_or(std::uint8_t{0});
  policy.source_port = reversed ? selector.remote_port : selector.local_port;
  policy.destination_port = reversed ? selector.local_port : selector.remote_port;
  policy.direction = reversed ? Direction::in : Direction::out;
  policy.protocols = profile.protocols();
  policy.mode = profile.mode;
  policy.tunnel_source = policy.source.address;
  policy.tunnel_destination = policy.destination.address;
  policy.request_id = manual_request_id;
  return policy;
}

}  // namespace

std::vector<NodeSetup> render_mesh(const Case& subject) {
  const auto& topology = subject.topology;
  const auto family = family_of(subject.profile, topology);
  const auto members = parties(subject.profile, topology);
  std::vector<NodeSetup> setups;
  for (const auto& node : subject.protected_nodes()) {
    const auto& profile = *subject.profile_of(node);
    const auto own = topology.address_of(node, family);
    if (!own) continue;
    NodeSetup setup;
    setup.node = node;
    for (const auto& peer : members) {
      const auto other = topology.address_of(peer, family);
      if (peer == node || !other || !knows(profile, peer)) continue;
      const auto protocol = profile.protocols().front();
      setup.sas.push_back(keyed_sa(subject, profile, protocol, fmt::format("{} to {}", node, peer), *own, *other));
      setup.sas.push_back(keyed_sa(subject, profile, protocol, fmt::format("{} to {}", peer, node), *other, *own));
      for (const auto& selector : profile.selectors)
        for (const bool reversed : {false, true})
          setup.policies.push_back(policy_of(profile, selector, *own, *other, reversed));
    }
    setups.push_back(std::move(setup));
  }
  return setups;
}

}  // namespace useipsec
