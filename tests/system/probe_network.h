#pragma once

#include <fcntl.h>
#include <net/if.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/veth.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <poll.h>
#include <sched.h>

#include <cerrno>
#include <exception>
#include <fstream>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/unique_fd.h"

namespace useipsec::testing_network {

/// alice -lan- router -wan- bob, IPv4 and IPv6, with as little code as will do: the probe's tests must not hang on the
/// network's own.
class ProbeNetwork {
 public:
  ProbeNetwork() {
    for (const auto* name : {"alice", "router", "bob"}) make_node(name);
    connect("lan", "alice", "router");
    connect("wan", "router", "bob");
    for (const auto& [node, interface] :
         {std::pair{"alice", "lan"}, {"router", "lan"}, {"router", "wan"}, {"bob", "wan"}}) {
      await_carrier(node, interface);
    }
    for (const auto* address : {"10.1.0.2/24", "2001:db8:1::2/64"}) add_address("alice", "lan", address);
    for (const auto* address : {"10.1.0.1/24", "2001:db8:1::1/64"}) add_address("router", "lan", address);
    for (const auto* address : {"10.2.0.1/24", "2001:db8:2::1/64"}) add_address("router", "wan", address);
    for (const auto* address : {"10.2.0.2/24", "2001:db8:2::2/64"}) add_address("bob", "wan", address);
    await_addresses("alice", 1);
    await_addresses("router", 2);
    await_addresses("bob", 1);
    change_route("alice", "10.2.0.0/24", "10.1.0.1", RTN_UNICAST, true);
    change_route("alice", "2001:db8:2::/64", "2001:db8:1::1", RTN_UNICAST, true);
    change_route("bob", "10.1.0.0/24", "10.2.0.1", RTN_UNICAST, true);
    change_route("bob", "2001:db8:1::/64", "2001:db8:2::1", RTN_UNICAST, true);
  }

  void run_in(const std::string& node, const std::function<void()>& work) {
    std::exception_ptr thrown;
    std::thread([&] {
      try {
        if (::setns(nodes_.at(node).get(), CLONE_NEWNET) != 0) throw system_error(errno, "setns");
        work();
      } catch (...) {
        thrown = std::current_exception();
      }
    }).join();
    if (thrown) std::rethrow_exception(thrown);
  }

  void set_up(const std::string& node, const std::string& interface, bool up) {
    with_socket(node, [&](nl_sock* socket) {
      auto change = own(rtnl_link_alloc(), rtnl_link_put);
      auto old = own(rtnl_link_alloc(), rtnl_link_put);
      rtnl_link_set_ifindex(old.get(), static_cast<int>(::if_nametoindex(interface.c_str())));
      if (up) rtnl_link_set_flags(change.get(), IFF_UP);
      if (!up) rtnl_link_unset_flags(change.get(), IFF_UP);
      check(rtnl_link_change(socket, old.get(), change.get(), 0), "rtnl_link_change");
    });
  }

  /// `type`: RTN_UNICAST with a gateway, RTN_BLACKHOLE, RTN_UNREACHABLE.
  void change_route(const std::string& node, const std::string& to, const std::string& via, std::uint8_t type,
                    bool add) {
    with_socket(node, [&](nl_sock* socket) {
      auto destination = parse(to);
      auto route = own(rtnl_route_alloc(), rtnl_route_put);
      rtnl_route_set_family(route.get(), static_cast<std::uint8_t>(nl_addr_get_family(destination.get())));
      rtnl_route_set_dst(route.get(), destination.get());
      rtnl_route_set_type(route.get(), type);
      if (type == RTN_UNICAST) {
        auto gateway = parse(via);
        auto* next = rtnl_route_nh_alloc();
        rtnl_route_nh_set_gateway(next, gateway.get());
        rtnl_route_add_nexthop(route.get(), next);
      }
      check(add ? rtnl_route_add(socket, route.get(), 0) : rtnl_route_delete(socket, route.get(), 0), "route " + to);
    });
  }

 private:
  template <class T>
  static std::unique_ptr<T, void (*)(T*)> own(T* object, void (*put)(T*)) {
    return {object, put};
  }
  static std::unique_ptr<nl_addr, void (*)(nl_addr*)> parse(const std::string& text) {
    nl_addr* address = nullptr;
    check(nl_addr_parse(text.c_str(), AF_UNSPEC, &address), text);
    return own(address, nl_addr_put);
  }
  static void check(int status, const std::string& what) {
    if (status < 0) throw Error(what + ": " + nl_geterror(status));
  }

  void with_socket(const std::string& node, const std::function<void(nl_sock*)>& work) {
    run_in(node, [&] {
      auto socket = own(nl_socket_alloc(), nl_socket_free);
      check(nl_connect(socket.get(), NETLINK_ROUTE), "nl_connect");
      work(socket.get());
    });
  }

  static void write_setting(const std::string& name, const std::string& value) {
    std::ofstream file("/proc/sys/net/" + name);
    file << value << std::flush;
    if (!file) throw Error("writing /proc/sys/net/" + name);
  }

  void make_node(const std::string& name) {
    std::exception_ptr thrown;
    std::thread([&] {
      try {
        if (::unshare(CLONE_NEWNET) != 0) throw system_error(errno, "unshare");
        nodes_[name].reset(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
        write_setting("ipv6/conf/all/accept_dad", "0");
        write_setting("ipv6/conf/default/accept_dad", "0");
        if (name == "router") {
          write_setting("ipv4/ip_forward", "1");
          write_setting("ipv6/conf/all/forwarding", "1");
        }
      } catch (...) {
        thrown = std::current_exception();
      }
    }).join();
    if (thrown) std::rethrow_exception(thrown);
    with_socket(name, [&](nl_sock*) {
      auto events = own(nl_socket_alloc(), nl_socket_free);
      nl_socket_disable_seq_check(events.get());
      check(nl_connect(events.get(), NETLINK_ROUTE), "nl_connect");
      check(nl_socket_add_membership(events.get(), RTNLGRP_IPV6_IFADDR), "RTNLGRP_IPV6_IFADDR");
      address_events_.emplace(name, std::move(events));
    });
    set_up(name, "lo", true);
  }

  void connect(const std::string& link, const std::string& from, const std::string& to) {
    with_socket(from, [&](nl_sock* socket) {
      auto pair = own(rtnl_link_veth_alloc(), rtnl_link_veth_release);
      auto peer = own(rtnl_link_veth_get_peer(pair.get()), rtnl_link_put);
      rtnl_link_set_name(pair.get(), link.c_str());
      rtnl_link_set_name(peer.get(), link.c_str());
      rtnl_link_set_ns_fd(peer.get(), nodes_.at(to).get());
      check(rtnl_link_add(socket, pair.get(), NLM_F_CREATE | NLM_F_EXCL), "veth " + link);
    });
    set_up(from, link, true);
    set_up(to, link, true);
  }

  /// Until the kernel has acted on the carrier (net/core/link_watch.c) an interface silently drops what it is given.
  void await_carrier(const std::string& node, const std::string& interface) {
    with_socket(node, [&](nl_sock* socket) {
      auto events = own(nl_socket_alloc(), nl_socket_free);
      nl_socket_disable_seq_check(events.get());
      check(nl_connect(events.get(), NETLINK_ROUTE), "nl_connect");
      check(nl_socket_add_membership(events.get(), RTNLGRP_LINK), "RTNLGRP_LINK");
      constexpr std::uint8_t operational = 6;  // IF_OPER_UP of linux/if.h, which clashes with net/if.h
      const auto ready = [&] {
        rtnl_link* found = nullptr;
        check(rtnl_link_get_kernel(socket, 0, interface.c_str(), &found), interface);
        const auto link = own(found, rtnl_link_put);
        const char* discipline = rtnl_link_get_qdisc(found);
        return rtnl_link_get_operstate(found) == operational && discipline != nullptr &&
               std::string(discipline) != "noop";
      };
      while (!ready()) {
        pollfd waiting{.fd = nl_socket_get_fd(events.get()), .events = POLLIN, .revents = 0};
        constexpr int patience_ms = 10000;
        if (::poll(&waiting, 1, patience_ms) <= 0) throw Error(interface + " of " + node + " has no carrier");
        check(nl_recvmsgs_default(events.get()), "nl_recvmsgs");
      }
    });
  }

  /// Until an IPv6 address has been announced, its solicited-node group is not joined and its local route not there
  /// (net/ipv6/addrconf.c, addrconf_dad_completed, on a work queue); a lost solicitation costs a second. Each
  /// interface has one link-local and one global address.
  void await_addresses(const std::string& node, std::size_t interfaces) {
    std::set<std::pair<int, int>> announced;
    auto* events = address_events_.at(node).get();
    const auto note = [](nl_msg* message, void* argument) -> int {
      const auto* header = nlmsg_hdr(message);
      const auto* address = static_cast<const ifaddrmsg*>(nlmsg_data(header));
      if (header->nlmsg_type == RTM_NEWADDR && (address->ifa_flags & IFA_F_TENTATIVE) == 0 &&
          address->ifa_scope != RT_SCOPE_HOST) {
        static_cast<std::set<std::pair<int, int>>*>(argument)->emplace(static_cast<int>(address->ifa_index),
                                                                       address->ifa_scope);
      }
      return NL_OK;
    };
    nl_socket_modify_cb(events, NL_CB_VALID, NL_CB_CUSTOM, note, &announced);
    while (announced.size() < 2 * interfaces) {
      pollfd waiting{.fd = nl_socket_get_fd(events), .events = POLLIN, .revents = 0};
      constexpr int patience_ms = 10000;
      if (::poll(&waiting, 1, patience_ms) <= 0) throw Error("the IPv6 addresses of " + node + " were not announced");
      check(nl_recvmsgs_default(events), "nl_recvmsgs");
    }
  }

  void add_address(const std::string& node, const std::string& interface, const std::string& text) {
    with_socket(node, [&](nl_sock* socket) {
      auto local = parse(text);
      auto address = own(rtnl_addr_alloc(), rtnl_addr_put);
      rtnl_addr_set_ifindex(address.get(), static_cast<int>(::if_nametoindex(interface.c_str())));
      check(rtnl_addr_set_local(address.get(), local.get()), text);
      // Usable at once: while an address is tentative the kernel takes another one as source, with accept_dad off too.
      if (nl_addr_get_family(local.get()) == AF_INET6) rtnl_addr_set_flags(address.get(), IFA_F_NODAD);
      check(rtnl_addr_add(socket, address.get(), 0), text);
    });
  }

  std::map<std::string, UniqueFd> nodes_;
  std::map<std::string, std::unique_ptr<nl_sock, void (*)(nl_sock*)>> address_events_;
};

}  // namespace useipsec::testing_network
