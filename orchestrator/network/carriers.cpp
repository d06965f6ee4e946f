#include <linux/rtnetlink.h>

#include <chrono>
#include <map>

#include <fmt/format.h>

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

  /// It has a carrier, and yet drops what it is given: the kernel has not acted on the carrier so far.
  bool drops() const {
    // In this order: asking for the carrier takes the lock under which the kernel acts, so that it is done with it.
    const bool can = can_send(socket->fd(), name);
    return has_carrier(socket->fd(), name) && !can;
  }
};

}  // namespace

void Network::Impl::settle_carriers(const std::vector<const Link*>& links) {
  std::vector<Interface> waiting;
  const auto look_at = [&waiting](Interface interface) {
    if (interface.drops()) waiting.push_back(std::move(interface));
  };
  for (const auto* link : links) {
    for (std::size_t i = 0; i < link->ends.size(); ++i) {
      auto& node = nodes.at(link->ends[i].node);
      look_at({&*node.route, &node.namespaces, link->name, node.node->name});
      if (link->kind == LinkKind::shared) look_at({&*fabric_route, &fabric, port_name(*link, i), "the fabric"});
    }
  }
  if (waiting.empty()) return;
  std::map<const NodeNamespaces*, NetlinkSocket> listeners;
  std::vector<Watch> watches;
  for (const auto& interface : waiting) {
    if (listeners.contains(interface.where)) continue;
    thread.run_in(*interface.where, [&] { listeners.try_emplace(interface.where, NETLINK_ROUTE, std::vector<int>{RTNLGRP_LINK}); });
    auto& listener = listeners.at(interface.where);
    watches.push_back(loop.watch_readable(listener.fd(), [&listener] { listener.drain(); }));
  }
  const auto settled = [&waiting] {
    std::erase_if(waiting, [](const Interface& interface) { return !interface.drops(); });
    return waiting.empty() ? Tri::holds : Tri::not_yet;
  };
  if (loop.wait(settled, Loop::Clock::now() + std::chrono::seconds(5)) != WaitResult::deadline) return;
  throw Error(fmt::format("link {} at {} has a carrier, but the kernel does not bring it into service",
                          waiting.front().name, waiting.front().node));
}

}  // namespace useipsec
