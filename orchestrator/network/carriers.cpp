#include <fmt/format.h>
#include <linux/rtnetlink.h>

#include <chrono>
#include <map>
#include <set>

#include "kernel/route.h"
#include "network/ethernet.h"
#include "network/network_impl.h"

namespace useipsec {

namespace {

/// An interface in a node, or in the fabric.
struct Interface {
  NetlinkSocket* socket = nullptr;  ///< of its namespace
  const NodeNamespaces* where = nullptr;
  std::string name;
  std::string node;
};

/// Leaves those that have a carrier, and yet drop what they are given: the kernel has not acted on the carrier so far.
void keep_what_drops(std::vector<Interface>& interfaces) {
  std::map<NetlinkSocket*, std::set<std::string>> in_service;  // each namespace is asked once
  for (const auto& one : interfaces) {
    if (!in_service.contains(one.socket)) in_service[one.socket] = links_in_service(*one.socket);
  }
  // Asked for after the status: it takes the lock under which the kernel acts, so that it is done with it.
  std::erase_if(interfaces, [&](const Interface& one) {
    return !has_carrier(one.socket->fd(), one.name) || in_service.at(one.socket).contains(one.name);
  });
}

}  // namespace

void Network::Impl::settle_carriers(const std::vector<const Link*>& links) {
  std::vector<Interface> waiting;
  for (const auto* link : links) {
    if (link->kind == LinkKind::gre) continue;  // it has no carrier to wait for
    for (std::size_t i = 0; i < link->ends.size(); ++i) {
      auto& node = nodes.at(link->ends[i].node);
      waiting.push_back({&*node.route, &node.namespaces, link->name, node.node->name});
      if (link->kind == LinkKind::shared)
        waiting.push_back({&*fabric_route, &fabric, port_name(*link, i), "the fabric"});
    }
  }
  keep_what_drops(waiting);
  if (waiting.empty()) return;
  std::map<const NodeNamespaces*, NetlinkSocket> listeners;
  std::vector<Watch> watches;
  for (const auto& interface : waiting) {
    if (listeners.contains(interface.where)) continue;
    thread.run_in(*interface.where,
                  [&] { listeners.try_emplace(interface.where, NETLINK_ROUTE, std::vector<int>{RTNLGRP_LINK}); });
    auto& listener = listeners.at(interface.where);
    watches.push_back(loop.watch_readable(listener.fd(), [&listener] { listener.drain(); }));
  }
  const auto settled = [&waiting] {
    keep_what_drops(waiting);
    return waiting.empty() ? Tri::holds : Tri::not_yet;
  };
  if (loop.wait(settled, Loop::Clock::now() + std::chrono::seconds(5)) != WaitResult::deadline) return;
  throw Error(fmt::format("link {} at {} has a carrier, but the kernel does not bring it into service",
                          waiting.front().name, waiting.front().node));
}

}  // namespace useipsec
