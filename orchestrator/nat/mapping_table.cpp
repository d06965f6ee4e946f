#include "nat/mapping_table.h"

#include <netinet/in.h>

#include <algorithm>

namespace useipsec {
namespace {

constexpr std::uint16_t first_drawn = 20000, last_drawn = 60000;

// What the box does of its own accord: RFC 4787 REQ-5 (two minutes), RFC 5382 REQ-5 (2 h 4 min), RFC 5508 REQ-2 (60 s).
constexpr std::uint32_t udp_lifetime = 120, tcp_lifetime = 7440, icmp_lifetime = 60;

}  // namespace

MappingTable::MappingTable(const NatPolicy& policy, std::uint32_t seed)
    : behavior_(behavior_of(policy)), ports_(policy.ports), lifetimes_(policy.lifetimes), random_(seed) {
  for (const auto& each : policy.forwards) {
    Mapping mapping;
    mapping.protocol = each.protocol == PortedProtocol::udp ? IPPROTO_UDP : IPPROTO_TCP;
    mapping.inside = {each.to, each.to_port};
    mapping.outside_port = each.port;
    mapping.forward = true;
    mappings_.push_back(std::move(mapping));
  }
}

Endpoint MappingTable::scope(Dependence dependence, const Endpoint& remote) const {
  switch (dependence) {
    case Dependence::endpoint_independent:
      return {Address::any(Family::v4), 0};
    case Dependence::address_dependent:
      return {remote.address, 0};
    case Dependence::address_and_port_dependent:
      break;
  }
  return remote;
}

bool MappingTable::admits(const Mapping& mapping, const Endpoint& remote) const {
  if (mapping.forward) return true;
  const auto wanted = scope(behavior_.filtering, remote);
  return std::any_of(mapping.peers.begin(), mapping.peers.end(),
                     [&](const Endpoint& peer) { return scope(behavior_.filtering, peer) == wanted; });
}

/// One outside port may stand for several inside endpoints only where no packet from outside could be for both: what
/// decides is the looser of mapping and filtering.
bool MappingTable::is_free(std::uint8_t protocol, std::uint16_t port, const Endpoint& remote) const {
  const auto looser = std::min(behavior_.mapping, behavior_.filtering);
  return std::none_of(mappings_.begin(), mappings_.end(), [&](const Mapping& other) {
    if (other.protocol != protocol || other.outside_port != port) return false;
    return other.forward || scope(looser, other.remote) == scope(looser, remote);
  });
}

std::uint16_t MappingTable::draw_port(std::uint8_t protocol, const Endpoint& remote) {
  std::uniform_int_distribution<std::uint16_t> any(first_drawn, last_drawn);
  auto port = any(random_);
  while (!is_free(protocol, port, remote)) port = port == last_drawn ? first_drawn : port + 1;
  return port;
}

std::optional<std::uint16_t> MappingTable::choose_port(std::uint8_t protocol, const Endpoint& inside,
                                                       const Endpoint& remote, bool exact) {
  if (exact) {
    const bool taken = std::any_of(mappings_.begin(), mappings_.end(), [&](const Mapping& other) {
      return other.protocol == protocol && other.outside_port == inside.port && other.inside != inside;
    });
    return taken ? std::nullopt : std::optional(inside.port);
  }
  if (ports_ == PortMapping::preserve && is_free(protocol, inside.port, remote)) return inside.port;
  return draw_port(protocol, remote);
}

Mapping* MappingTable::outbound(std::uint8_t protocol, const Endpoint& inside, const Endpoint& remote, NatTime now,
                                bool exact) {
  const auto wanted = scope(behavior_.mapping, remote);
  auto found = std::find_if(mappings_.begin(), mappings_.end(), [&](const Mapping& each) {
    return each.protocol == protocol && each.inside == inside &&
           (each.forward || scope(behavior_.mapping, each.remote) == wanted);
  });
  if (found == mappings_.end()) {
    const auto port = choose_port(protocol, inside, remote, exact);
    if (!port) return nullptr;
    found = mappings_.insert(mappings_.end(), {protocol, inside, *port, remote, {}, now, false});
  }
  found->peers.insert(remote);
  found->used = now;
  return &*found;
}

Mapping* MappingTable::inbound(std::uint8_t protocol, std::uint16_t outside_port, const Endpoint& remote, NatTime now) {
  const auto found = std::find_if(mappings_.begin(), mappings_.end(), [&](const Mapping& each) {
    return each.protocol == protocol && each.outside_port == outside_port && admits(each, remote);
  });
  if (found == mappings_.end()) return nullptr;
  if (found->forward) found->peers.insert(remote);
  found->used = now;
  return &*found;
}

const Mapping* MappingTable::of_outside(std::uint8_t protocol, std::uint16_t outside_port,
                                        const Endpoint& remote) const {
  const auto found = std::find_if(mappings_.begin(), mappings_.end(), [&](const Mapping& each) {
    return each.protocol == protocol && each.outside_port == outside_port && each.peers.contains(remote);
  });
  return found == mappings_.end() ? nullptr : &*found;
}

const Mapping* MappingTable::of_inside(std::uint8_t protocol, const Endpoint& inside, const Endpoint& remote) const {
  const auto found = std::find_if(mappings_.begin(), mappings_.end(), [&](const Mapping& each) {
    return each.protocol == protocol && each.inside == inside && (each.forward || admits(each, remote));
  });
  return found == mappings_.end() ? nullptr : &*found;
}

bool MappingTable::knows_port(std::uint8_t protocol, std::uint16_t outside_port) const {
  return std::any_of(mappings_.begin(), mappings_.end(), [&](const Mapping& each) {
    return each.protocol == protocol && each.outside_port == outside_port;
  });
}

std::chrono::seconds MappingTable::lifetime(std::uint8_t protocol) const {
  if (protocol == IPPROTO_UDP) return std::chrono::seconds(lifetimes_.udp.value_or(udp_lifetime));
  if (protocol == IPPROTO_TCP) return std::chrono::seconds(lifetimes_.tcp.value_or(tcp_lifetime));
  return std::chrono::seconds(lifetimes_.icmp.value_or(icmp_lifetime));
}

void MappingTable::forget_expired(NatTime now) {
  std::erase_if(mappings_,
                [&](const Mapping& each) { return !each.forward && now - each.used >= lifetime(each.protocol); });
}

void MappingTable::forget() {
  std::erase_if(mappings_, [](const Mapping& each) { return !each.forward; });
}

void MappingTable::change_ports() {
  for (auto& each : mappings_)
    if (!each.forward) each.outside_port = draw_port(each.protocol, each.remote);
}

}  // namespace useipsec
