// Policies added and removed during a timeline.

#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>

#include "engine/manual/parts.h"
#include "lab/lab.h"
#include "profile/vantage.h"

namespace useipsec {

namespace {

/// A side of a selector as an address range: a node's address, a written address or prefix, or anything.
Prefix range(const Topology& topology, const std::string& side, Family family) {
  if (const auto written = Prefix::parse(side)) return *written;
  if (const auto address = topology.address_of(side, family)) return Prefix::host(*address);
  return Prefix::any(family);
}

/// The families a selector speaks of at a node: those it has addresses of, less what the selector's own words rule out.
std::vector<Family> families(const Topology& topology, const std::string& node, const Selector& selector) {
  std::vector<Family> found;
  for (const auto family : {Family::v4, Family::v6}) {
    const auto other = [&](const std::string& side) {
      const auto written = Prefix::parse(side);
      return written && written->family() != family;
    };
    const bool ruled_out =
        (selector.protocol == "icmp" && family == Family::v6) || (selector.protocol == "icmp6" && family == Family::v4);
    if (!ruled_out && !other(selector.local) && !other(selector.remote) && topology.address_of(node, family))
      found.push_back(family);
  }
  return found;
}

/// An empty list means every node.
std::vector<std::string> meant(const Topology& topology, const std::vector<std::string>& nodes) {
  if (!nodes.empty()) return nodes;
  std::vector<std::string> all;
  for (const auto& node : topology.nodes) all.push_back(node.name);
  return all;
}

/// An address as the node meets it: its own, or of another node behind a NAT the one that is shown outside.
Address met_by(const Topology& topology, const std::string& node, const Address& address) {
  if (topology.holds(node, address)) return address;
  const auto owners = topology.owners(address);
  return owners.size() == 1 ? address_seen_by(topology, node, owners.front()->name, address) : address;
}

/// Those between two addresses, each way one for each protocol: with the same keys wherever they are added, and of
/// request id 0, as the templates of added policies are.
std::vector<ManualSa> added_sas(const Case& subject, const std::string& node, const Address& one,
                                const Address& other) {
  const auto* own = subject.profile_of(node);
  const auto& profile = own == nullptr ? subject.profile : *own;
  std::vector<ManualSa> sas;
  for (const auto& [from, to] : {std::pair(one, other), std::pair(other, one)}) {
    for (const auto protocol : profile.protocols()) {
      const auto label =
          fmt::format("added {}, {} to {}", protocol == Protocol::ah ? "AH" : "ESP", from.str(), to.str());
      sas.push_back(keyed_sa(subject, profile, protocol, label, met_by(subject.topology, node, from),
                             met_by(subject.topology, node, to)));
      sas.back().request_id = 0;
    }
  }
  return sas;
}

}  // namespace

void Lab::add_policy(const AddPolicyStep& step) {
  const auto& selector = step.policy.selector;
  for (const auto& node : meant(case_.topology, step.nodes)) {
    std::vector<ManualPolicy> policies;
    std::vector<ManualSa> sas;
    for (const auto family : families(case_.topology, node, selector)) {
      ManualPolicy policy{.source = range(case_.topology, selector.local, family),
                          .destination = range(case_.topology, selector.remote, family),
                          .link = selector.link,
                          .upper_protocol = protocol_number(selector.protocol).value_or(0),
                          .source_port = selector.local_port,
                          .destination_port = selector.remote_port,
                          .direction = Direction::out,
                          .requirement = step.policy.requirement,
                          .priority = 1,
                          .protocols = case_.profile.protocols(),
                          .mode = case_.profile.mode,
                          .tunnel_source = Address::any(family),
                          .tunnel_destination = Address::any(family),
                          .request_id = 0};
      if (step.keyed) {
        for (auto& sa : added_sas(case_, node, policy.source.address, policy.destination.address))
          sas.push_back(std::move(sa));
        for (auto* side : {&policy.source, &policy.destination})
          *side = Prefix::host(met_by(case_.topology, node, side->address));
      }
      if (step.outwards.value_or(true)) policies.push_back(policy);
      policy.direction = Direction::in;
      std::swap(policy.source, policy.destination);
      // An ICMP type and code are no ports of two sides: they stay where they are.
      const bool icmp = policy.upper_protocol == IPPROTO_ICMPV6 || policy.upper_protocol == IPPROTO_ICMP;
      if (!icmp) std::swap(policy.source_port, policy.destination_port);
      if (!step.outwards.value_or(false)) policies.push_back(policy);
    }
    network_->install(node, sas, policies);
  }
}

void Lab::roll_keys(const RollKeysStep& step) {
  const auto* engine = find_engine(case_.engine);
  if (engine == nullptr || case_.without_ipsec) return;
  for (const auto& setup : engine->render_generation(case_, step.generation)) {
    const bool meant =
        step.nodes.empty() || std::find(step.nodes.begin(), step.nodes.end(), setup.node) != step.nodes.end();
    if (!meant) continue;
    switch (step.phase) {
      case RollPhase::add:
        network_->install(setup.node, setup.sas, {});
        break;
      case RollPhase::use: {
        auto sending = setup.policies;
        std::erase_if(sending, [](const auto& policy) { return policy.direction != Direction::out; });
        network_->replace_policies(setup.node, sending);
        break;
      }
      case RollPhase::remove:
        network_->remove_sas(setup.node, setup.sas);
        break;
    }
  }
}

std::size_t Lab::remove_policy(const RemovePolicyStep& step) {
  const PolicyMatch match{.upper_protocol = protocol_number(step.selector.protocol).value_or(0),
                          .source_port = step.selector.local_port,
                          .destination_port = step.selector.remote_port};
  std::size_t removed = 0;
  for (const auto& node : meant(case_.topology, step.nodes)) removed += network_->remove_policies(node, match);
  return removed;
}

}  // namespace useipsec
