#pragma once

#include <string>
#include <vector>

#include "engine/peering.h"
#include "engine/strongswan/vici.h"

namespace useipsec {

/// The pool of inner addresses, where the profile has one.
inline constexpr const char* strongswan_pool = "inner";

/// How strongSwan writes the identity of `node`, e.g. "fqdn:alice", as `profile` has it.
std::string strongswan_identity(const Profile& profile, const Topology& topology, const std::string& node);

/// What a file of the case's PKI holds, as requests say it.
std::string strongswan_credential(const std::string& file);

/// The connection to the peer under its name (peering_name), with a child for each selector. For a member of a group:
/// one towards each group that the selectors name, with a child of the same name.
std::vector<ViciEntry> strongswan_connections(const Peering& peering);

/// Bypasses and discards as children of one connection that no peer can match, "rules".
ViciEntry strongswan_rules(const std::vector<Rule>& rules);

}  // namespace useipsec
