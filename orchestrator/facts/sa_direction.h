#pragma once

#include <algorithm>
#include <string_view>
#include <vector>

#include "topology/broadcast.h"
#include "xfrm/values.h"

namespace useipsec {

/// An SA that can carry traffic; one without keys only holds a place while IKE negotiates (net/key/af_key.c, "larval").
inline bool is_usable(const SaRecord& sa) { return sa.spi != 0 && !(sa.encryption.empty() && sa.integrity.empty()); }

/// Whether an SA with this address can be with `node`: its own, a NAT's behind which it may be, or nobody's.
inline bool may_be_of(const Topology& topology, std::string_view node, const Address& address) {
  const auto owners = topology.owners(address);
  return owners.empty() || std::any_of(owners.begin(), owners.end(), [node](const Node* each) {
           return each->name == node || each->role == Role::nat;
         });
}

/// What arrives at `node` under this SA is for it, or for a group it may be in. Such an SA is for both directions
/// (RFC 4301 section 4.1).
inline bool is_inbound(const Topology& topology, std::string_view node, const SaRecord& sa) {
  return is_usable(sa) && (is_group(topology, sa.destination) || topology.holds(node, sa.destination));
}

inline bool is_outbound(const Topology& topology, std::string_view node, const SaRecord& sa) {
  return is_usable(sa) && !topology.holds(node, sa.destination);
}

/// What leaves by it goes under SAs. A policy that blocks may have a template as well (libreswan's have), for nothing.
inline bool sends_under_sas(const PolicyRecord& policy) {
  return policy.direction == "out" && policy.action == "allow" && !policy.template_text.empty();
}

/// Whether the kernel finds one of these SAs for what the policy sends: a trap asks for others than those that a daemon
/// has just added, until it replaces the trap (net/xfrm/xfrm_state.c, xfrm_state_find). Then a packet between the two
/// is lost.
inline bool sends_under(const PolicyRecord& policy, const std::vector<SaRecord>& sas) {
  return sends_under_sas(policy) && std::any_of(sas.begin(), sas.end(), [&](const SaRecord& sa) {
           return is_usable(sa) && sa.request_id == policy.request_id;
         });
}

}  // namespace useipsec
