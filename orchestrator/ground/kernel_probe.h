#pragma once

#include <netinet/in.h>

#include "ground/netlink_try.h"

namespace useipsec {

/// Each tries one thing in the caller's network namespace, which must be a throw-away one.

/// Installs an SA of `protocol` (IPPROTO_ESP: AES-CBC and HMAC-SHA1, IPPROTO_AH: HMAC-SHA1) for `family` (AF_INET,
/// AF_INET6), inside UDP port 4500 where asked for (RFC 3948).
Answer try_sa(int family, int protocol, bool in_udp = false);
/// Empties the SA database: whether the kernel speaks XFRM at all.
Answer try_xfrm();
/// Makes a link of this kind.
Answer try_link(const char* kind);
/// Puts a netem queue on the loopback link.
Answer try_netem();
/// Loads a masquerading rule through iptables-legacy-restore, else through nft.
Answer try_nat();

}  // namespace useipsec
