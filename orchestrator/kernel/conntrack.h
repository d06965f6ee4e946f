#pragma once

#include "kernel/message.h"

namespace useipsec {

/// Forgets every connection, and so every mapping, of a NAT box (nf_conntrack_netlink.c: a delete without a tuple).
/// For a socket of NETLINK_NETFILTER.
Message flush_conntrack();

}  // namespace useipsec
