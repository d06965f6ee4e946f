#include "kernel/route.h"

#include <linux/if.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/if_tunnel.h>
#include <linux/neighbour.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

#include <cmath>
#include <limits>

namespace useipsec {

namespace {

constexpr int create = NLM_F_CREATE | NLM_F_EXCL;

ifinfomsg link_header(int index, bool up) {
  ifinfomsg header{};
  header.ifi_index = index;
  header.ifi_flags = up ? static_cast<unsigned>(IFF_UP) : 0U;
  header.ifi_change = IFF_UP;
  return header;
}

void put_end(Message& message, const VethEnd& end) {
  message.put(IFLA_IFNAME, end.name);
  if (end.mac) message.put(IFLA_ADDRESS, end.mac->bytes);
  if (end.net_fd >= 0) message.value(IFLA_NET_NS_FD, static_cast<std::uint32_t>(end.net_fd));
  if (end.mtu != 0) message.value(IFLA_MTU, static_cast<std::uint32_t>(end.mtu));
}

Message address_request(int type, int flags, int index, const Prefix& address, const std::string& what, bool detect) {
  Message message(type, flags, what);
  ifaddrmsg header{};
  header.ifa_family = family_number(address.family());
  header.ifa_prefixlen = address.length;
  header.ifa_index = static_cast<unsigned>(index);
  header.ifa_flags = address.family() == Family::v6 && !detect ? IFA_F_NODAD : 0;
  message.with(header).put(IFA_LOCAL, address.address).put(IFA_ADDRESS, address.address);
  return message;
}

ndmsg neighbor_header(int index, const Address& address) {
  ndmsg header{};
  header.ndm_family = family_number(address.family());
  header.ndm_ifindex = index;
  header.ndm_state = NUD_PERMANENT;
  return header;
}

std::string state_word(int state) {
  switch (state) {
    case NUD_INCOMPLETE:
      return "incomplete";
    case NUD_REACHABLE:
      return "reachable";
    case NUD_STALE:
      return "stale";
    case NUD_DELAY:
      return "delay";
    case NUD_PROBE:
      return "probe";
    case NUD_FAILED:
      return "failed";
    case NUD_NOARP:
      return "noarp";
    case NUD_PERMANENT:
      return "permanent";
    default:
      return "none";
  }
}

Address address_in(const nlattr* attribute) {
  const auto* bytes = static_cast<const std::uint8_t*>(nla_data(attribute));
  return Address(std::span(bytes, static_cast<std::size_t>(nla_len(attribute))));
}

}  // namespace

Message make_veth(const VethEnd& first, const VethEnd& second) {
  Message message(RTM_NEWLINK, create, "link " + second.name);
  message.with(link_header(first.index, first.bridge != 0));
  put_end(message, first);
  if (first.bridge != 0) message.value(IFLA_MASTER, static_cast<std::uint32_t>(first.bridge));
  message.nest(IFLA_LINKINFO).put(IFLA_INFO_KIND, std::string("veth")).nest(IFLA_INFO_DATA).nest(VETH_INFO_PEER);
  // Down: veth refuses to come up before its other end is there (drivers/net/veth.c: veth_open).
  message.with(link_header(second.index, false));
  put_end(message, second);
  message.end().end().end();
  return message;
}

Message make_tunnel(const TunnelEnd& end) {
  // Room for ESP or AH around what the tunnel makes of a packet: its own MTU counts the GRE header alone.
  constexpr std::uint32_t default_mtu = 1400;
  constexpr std::uint8_t hops = 64;  // else as many as the packet inside, of which OSPF gives one
  Message message(RTM_NEWLINK, create, "tunnel " + end.name);
  message.with(link_header(end.index, false)).put(IFLA_IFNAME, end.name).put(IFLA_ADDRESS, end.mac.bytes);
  message.value(IFLA_MTU, end.mtu != 0 ? std::uint32_t{end.mtu} : default_mtu);
  message.nest(IFLA_LINKINFO)
      .put(IFLA_INFO_KIND, std::string(end.local.family() == Family::v4 ? "gretap" : "ip6gretap"));
  message.nest(IFLA_INFO_DATA).put(IFLA_GRE_LOCAL, end.local).put(IFLA_GRE_REMOTE, end.remote);
  message.value(IFLA_GRE_TTL, hops).end().end();
  return message;
}

Message make_bridge(const std::string& name, int index, bool snooping) {
  Message message(RTM_NEWLINK, create, "bridge " + name);
  message.with(link_header(index, true))
      .put(IFLA_IFNAME, name)
      .nest(IFLA_LINKINFO)
      .put(IFLA_INFO_KIND, std::string("bridge"));
  message.nest(IFLA_INFO_DATA)
      .value(IFLA_BR_MCAST_SNOOPING, std::uint8_t{snooping})
      .value(IFLA_BR_FORWARD_DELAY, std::uint32_t{0});
  if (snooping) {
    message.value(IFLA_BR_MCAST_MLD_VERSION, std::uint8_t{2});
    for (const auto& [attribute, hundredths] :
         std::initializer_list<std::pair<int, std::uint64_t>>{{IFLA_BR_MCAST_QUERY_INTVL, 100},
                                                              {IFLA_BR_MCAST_STARTUP_QUERY_INTVL, 100},
                                                              {IFLA_BR_MCAST_QUERY_RESPONSE_INTVL, 50},
                                                              {IFLA_BR_MCAST_MEMBERSHIP_INTVL, 250}})
      message.value(attribute, hundredths);
  }
  message.end().end();
  return message;
}

Message make_querier(const std::string& name, int index) {
  Message message(RTM_NEWLINK, 0, "querier " + name);
  message.with(link_header(index, true)).nest(IFLA_LINKINFO).put(IFLA_INFO_KIND, std::string("bridge"));
  message.nest(IFLA_INFO_DATA).value(IFLA_BR_MCAST_QUERIER, std::uint8_t{1}).end().end();
  return message;
}

Message set_link_up(int index, bool up, const std::string& what) {
  Message message(RTM_NEWLINK, 0, what);
  message.with(link_header(index, up));
  return message;
}

Message add_address(int index, const Prefix& address, const std::string& what, bool detect) {
  return address_request(RTM_NEWADDR, create, index, address, what, detect);
}

Message remove_address(int index, const Prefix& address, const std::string& what) {
  return address_request(RTM_DELADDR, 0, index, address, what, false);
}

Message add_route(const Route& route, int index, const std::string& what) {
  Message message(RTM_NEWROUTE, create, what);
  rtmsg header{};
  header.rtm_family = family_number(route.to.family());
  header.rtm_dst_len = route.to.length;
  header.rtm_table = RT_TABLE_MAIN;
  header.rtm_protocol = RTPROT_STATIC;
  header.rtm_type = RTN_UNICAST;
  message.with(header).put(RTA_DST, route.to.network().address).put(RTA_GATEWAY, route.via);
  if (index != 0) message.value(RTA_OIF, index);
  return message;
}

Message set_neighbor(int index, const Address& address, const Mac& mac, const std::string& what) {
  Message message(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, what);
  message.with(neighbor_header(index, address)).put(NDA_DST, address).put(NDA_LLADDR, mac.bytes);
  return message;
}

Message remove_neighbor(int index, const Address& address, const std::string& what) {
  Message message(RTM_DELNEIGH, 0, what);
  message.with(neighbor_header(index, address)).put(NDA_DST, address);
  return message;
}

Message impair(int index, const Impairment& impairment, const std::string& what) {
  Message message(RTM_NEWQDISC, create, what);
  tcmsg header{};
  header.tcm_ifindex = index;
  header.tcm_parent = TC_H_ROOT;
  message.with(header).put(TCA_KIND, std::string("netem"));
  tc_netem_qopt options{};
  options.limit = 10000;  // packets; a queue that overflows would be loss nobody asked for
  options.loss = static_cast<std::uint32_t>(
      std::llround(impairment.loss_percent / 100 * std::numeric_limits<std::uint32_t>::max()));
  message.nest(TCA_OPTIONS);
  // The options of netem begin with a bare struct, attributes follow it (net/sched/sch_netem.c).
  message.with(options);
  const auto nanoseconds = [](double ms) { return static_cast<std::int64_t>(std::llround(ms * 1e6)); };
  if (impairment.delay_ms > 0) message.value(TCA_NETEM_LATENCY64, nanoseconds(impairment.delay_ms));
  if (impairment.jitter_ms > 0) message.value(TCA_NETEM_JITTER64, nanoseconds(impairment.jitter_ms));
  if (impairment.rate_kbit > 0) {
    tc_netem_rate rate{};
    rate.rate = impairment.rate_kbit * 125U;  // bytes per second
    message.value(TCA_NETEM_RATE, rate);
  }
  message.end();
  return message;
}

std::set<std::string> links_in_service(NetlinkSocket& socket) {
  Message message(RTM_GETLINK, 0, "links");
  message.with(ifinfomsg{});
  std::set<std::string> names;
  socket.dump(message, [&](const nlmsghdr& header) {
    auto* answer = const_cast<nlmsghdr*>(&header);
    const auto* status = nlmsg_find_attr(answer, sizeof(ifinfomsg), IFLA_OPERSTATE);
    const auto* name = nlmsg_find_attr(answer, sizeof(ifinfomsg), IFLA_IFNAME);
    if (status != nullptr && name != nullptr && nla_get_u8(status) == IF_OPER_UP) names.insert(nla_get_string(name));
  });
  return names;
}

std::vector<InterfaceAddress> addresses(NetlinkSocket& socket) {
  Message message(RTM_GETADDR, 0, "addresses");
  message.with(ifaddrmsg{});
  std::vector<InterfaceAddress> found;
  socket.dump(message, [&](const nlmsghdr& header) {
    const auto* info = static_cast<const ifaddrmsg*>(NLMSG_DATA(&header));
    const auto find = [&](int type) {
      return nlmsg_find_attr(const_cast<nlmsghdr*>(&header), sizeof(ifaddrmsg), type);
    };
    // IFA_LOCAL is the node's own where the link has two ends; IPv6 has IFA_ADDRESS alone.
    const auto* own = find(IFA_LOCAL) != nullptr ? find(IFA_LOCAL) : find(IFA_ADDRESS);
    if (own == nullptr || (info->ifa_family != AF_INET && info->ifa_family != AF_INET6)) return;
    found.push_back({.index = static_cast<int>(info->ifa_index),
                     .address = address_in(own),
                     .tentative = (info->ifa_flags & IFA_F_TENTATIVE) != 0,
                     .duplicate = (info->ifa_flags & IFA_F_DADFAILED) != 0});
  });
  return found;
}

std::vector<Address> preferred_sources(NetlinkSocket& socket) {
  Message message(RTM_GETROUTE, 0, "routes");
  message.with(rtmsg{});
  std::vector<Address> found;
  socket.dump(message, [&](const nlmsghdr& header) {
    const auto* route = static_cast<const rtmsg*>(NLMSG_DATA(&header));
    const auto* source = nlmsg_find_attr(const_cast<nlmsghdr*>(&header), sizeof(rtmsg), RTA_PREFSRC);
    if (source == nullptr || route->rtm_type != RTN_UNICAST) return;
    found.push_back(address_in(source));
  });
  return found;
}

std::vector<NeighborEntry> neighbors(NetlinkSocket& socket) {
  Message message(RTM_GETNEIGH, 0, "neighbor entries");
  message.with(ndmsg{});
  std::vector<NeighborEntry> entries;
  socket.dump(message, [&](const nlmsghdr& header) {
    const auto* neighbor = static_cast<const ndmsg*>(NLMSG_DATA(&header));
    const auto* destination = nlmsg_find_attr(const_cast<nlmsghdr*>(&header), sizeof(ndmsg), NDA_DST);
    if (destination == nullptr || (neighbor->ndm_family != AF_INET && neighbor->ndm_family != AF_INET6)) return;
    NeighborEntry entry{.index = neighbor->ndm_ifindex,
                        .address = address_in(destination),
                        .mac = {},
                        .state = state_word(neighbor->ndm_state)};
    if (const auto* link = nlmsg_find_attr(const_cast<nlmsghdr*>(&header), sizeof(ndmsg), NDA_LLADDR);
        link != nullptr && nla_len(link) == 6) {
      Mac mac;
      std::copy_n(static_cast<const std::uint8_t*>(nla_data(link)), 6, mac.bytes.begin());
      entry.mac = mac.str();
    }
    if (entry.state != "noarp") entries.push_back(std::move(entry));
  });
  return entries;
}

}  // namespace useipsec
