#pragma once

#include <optional>
#include <vector>

#include "kernel/message.h"
#include "kernel/socket.h"
#include "xfrm/values.h"

namespace useipsec {

// SAs and policies through NETLINK_XFRM (linux/xfrm.h, net/xfrm/xfrm_user.c).

Message add_sa(const ManualSa& sa);
/// Takes the SA of this destination, SPI and protocol out.
Message remove_sa(const ManualSa& sa);
/// `interface`: the index of the one that the policy is for; 0: any.
Message add_policy(const ManualPolicy& policy, int interface = 0);
/// The same, in the place of what there is for the same traffic.
Message replace_policy(const ManualPolicy& policy, int interface = 0);
/// Takes every SA out.
Message flush_sas();

/// Every SA, with its keys and counters.
std::vector<SaRecord> sas(NetlinkSocket& socket);
/// Every policy that is no socket's own.
std::vector<PolicyRecord> policies(NetlinkSocket& socket);

/// Which policies to take out; what is not named matches anything.
struct PolicyMatch {
  std::uint8_t upper_protocol = 0;
  std::optional<std::uint16_t> source_port, destination_port;  ///< ICMP: type, code
};
/// Takes the policies that match out, in every direction; gives how many.
std::size_t remove_policies(NetlinkSocket& socket, const PolicyMatch& match);

/// The acquire in a message of a listening socket; nothing where it is another one.
std::optional<AcquireRecord> acquire_in(const nlmsghdr& message);

/// The multicast groups that tell of SAs, policies and acquires, for a listening socket.
std::vector<int> xfrm_event_groups();

}  // namespace useipsec
