#pragma once

#include <string>
#include <utility>
#include <vector>

#include "topology/topology.h"

namespace useipsec {

/// What iptables-restore, or ip6tables-restore for IPv6, needs to make a node the NAT box that `policy` describes.
/// Every rule says whose it is. `name`: the node, for the comments.
std::string iptables_document(const NatPolicy& policy, const std::string& name);

/// The same as an nft document, for kernels with nf_tables NAT; empty for what nft has no words for: prefixes.
std::string nft_document(const NatPolicy& policy, const std::string& name, Family family = Family::v4);

/// Files below /proc/sys/net and their values that give the kernel's mappings the lifetimes of `policy`
/// (Documentation/networking/nf_conntrack-sysctl.rst).
std::vector<std::pair<std::string, std::string>> conntrack_settings(const NatPolicy& policy);

}  // namespace useipsec
