#include <fmt/format.h>
#include <linux/netlink.h>
#include <sys/resource.h>

#include <algorithm>

#include "network/network_impl.h"

namespace useipsec {

namespace {

/// Each node takes two descriptors while it is built, and the usual soft limit is 1024.
void allow_descriptors(std::size_t nodes) {
  rlimit limit{};
  const rlim_t wanted = 256 + 6 * nodes;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return;
  limit.rlim_cur = std::min(limit.rlim_max, wanted);
  ::setrlimit(RLIMIT_NOFILE, &limit);  // where that is too few, opening the next one says so
}

}  // namespace

bool speaks_v6(const Link& link) {
  const auto v6 = [](const Prefix& prefix) { return prefix.family() == Family::v6; };
  const auto& ends = link.ends;
  if (std::any_of(link.subnets.begin(), link.subnets.end(), v6)) return true;
  if (std::any_of(ends.begin(), ends.end(),
                  [&](const End& end) { return std::any_of(end.addresses.begin(), end.addresses.end(), v6); })) {
    return true;
  }
  return link.subnets.empty() &&
         std::all_of(ends.begin(), ends.end(), [](const End& end) { return end.addresses.empty(); });
}

void Network::Impl::attach() {
  for (const auto& link : topology.links) {
    for (std::size_t i = 0; i < link.ends.size(); ++i) {
      const auto& end = link.ends[i];
      auto& attachments = nodes.at(end.node).attachments;
      // From 10: the kernel's own devices (lo, sit0 ...) are below. Never the same at both ends of a pair: the kernel
      // would take the pair for no pair, and a lost carrier for one it may act on a second later
      // (linkwatch_urgent_event(), net/core/link_watch.c).
      attachments.push_back({&link, &end, 10 + 2 * static_cast<int>(attachments.size()) + static_cast<int>(i % 2)});
    }
  }
}

void Network::Impl::make_nodes(const BuildOptions& options) {
  allow_descriptors(topology.nodes.size());
  for (const auto& node : topology.nodes) nodes[node.name].node = &node;
  attach();
  for (auto& [name, live] : nodes) {
    const auto& loopback = live.node->loopback;
    const bool v6 = std::any_of(loopback.begin(), loopback.end(),
                                [](const Prefix& prefix) { return prefix.family() == Family::v6; }) ||
                    std::any_of(live.attachments.begin(), live.attachments.end(),
                                [](const auto& at) { return speaks_v6(*at.link); });
    in_context("node " + name, [&, &node = live] {
      node.namespaces = thread.make(node.node->name, options.with_mounts.contains(node.node->name));
      run_in(node, [&] {
        settings.prepare(node.node->role, v6);
        node.route.emplace(NETLINK_ROUTE);
      });
    });
  }
}

}  // namespace useipsec
