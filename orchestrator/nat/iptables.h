#pragma once

#include <string>

#include "topology/topology.h"

namespace useipsec {

/// What iptables-restore needs to make a node the NAT box that `policy` describes. Every rule says whose it is.
/// `name`: the node, for the comments.
std::string iptables_document(const NatPolicy& policy, const std::string& name);

/// The same as an nft document, for kernels with nf_tables NAT.
std::string nft_document(const NatPolicy& policy, const std::string& name);

}  // namespace useipsec
