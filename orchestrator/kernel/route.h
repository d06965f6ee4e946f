#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "kernel/message.h"
#include "kernel/socket.h"
#include "observe/observations.h"
#include "topology/topology.h"

namespace useipsec {

// Requests of NETLINK_ROUTE (rtnetlink(7)) as values; NetlinkSocket::request carries them out.

/// One end of a veth pair at its making. An index chosen by us saves asking the kernel for it.
struct VethEnd {
  std::string name;
  int index = 0;
  int net_fd = -1;
  std::optional<Mac> mac;
  int bridge = 0;  ///< the index of the bridge it is a port of; first end only
  std::uint16_t mtu = 0;
};

Message make_veth(const VethEnd& first, const VethEnd& second);
/// One end of a GRE tunnel that carries Ethernet frames (gretap), so that it is a link like any other.
struct TunnelEnd {
  std::string name;
  int index = 0;
  Mac mac;
  Address local, remote;  ///< of the packets that carry what it is given
  std::uint16_t mtu = 0;
};
Message make_tunnel(const TunnelEnd& end);
/// A bridge that forwards at once, without a spanning tree. It floods multicast, or where it snoops knows listeners:
/// asked every second and forgotten after 2.5 s (RFC 3810 section 9 has 125 s and 260 s).
Message make_bridge(const std::string& name, int index, bool snooping);
/// Such a bridge asks for listeners itself. Its times must be set: until its present response time is over it floods
/// all the same (net/bridge/br_multicast.c: `delay_time`).
Message make_querier(const std::string& name, int index);
Message set_link_up(int index, bool up, const std::string& what);
/// `detect`: IPv6 duplicate address detection comes first, where the interface has it on (RFC 4862 section 5.4).
Message add_address(int index, const Prefix& address, const std::string& what, bool detect = false);
Message remove_address(int index, const Prefix& address, const std::string& what);
Message add_route(const Route& route, int index, const std::string& what);
/// A permanent entry (NUD_PERMANENT): no ARP or ND for this address.
Message set_neighbor(int index, const Address& address, const Mac& mac, const std::string& what);
Message remove_neighbor(int index, const Address& address, const std::string& what);
/// A netem queue with the link's delay, jitter, loss and rate (tc-netem(8)).
Message impair(int index, const Impairment& impairment, const std::string& what);

/// The names of the namespace's interfaces that the kernel has brought into service: RFC 2863's ifOperStatus is up. A
/// new interface counts only once the kernel has acted on its carrier (net/core/link_watch.c); IFF_RUNNING says nothing
/// of that, as it is set while the status is still unknown (netif_oper_up()).
std::set<std::string> links_in_service(NetlinkSocket& socket);

/// The addresses of the namespace's interfaces.
struct InterfaceAddress {
  int index = 0;
  Address address;
  bool tentative = false, duplicate = false;  ///< IFA_F_TENTATIVE, IFA_F_DADFAILED
};
std::vector<InterfaceAddress> addresses(NetlinkSocket& socket);

/// The addresses that routes to others say to send from (RTA_PREFSRC), whatever their table.
std::vector<Address> preferred_sources(NetlinkSocket& socket);

/// The node's neighbor entries; `name_of` gives an interface's name.
struct NeighborEntry {
  int index = 0;
  Address address;
  std::string mac, state;
};
std::vector<NeighborEntry> neighbors(NetlinkSocket& socket);

}  // namespace useipsec
