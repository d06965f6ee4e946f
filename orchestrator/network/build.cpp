#include <fmt/format.h>
#include <linux/netlink.h>

#include <algorithm>

#include "network/ethernet.h"
#include "network/network_impl.h"
#include "network/requests.h"

namespace useipsec {

std::unique_ptr<Network> Network::build(Loop& loop, const Topology& topology, const BuildOptions& options) {
  auto impl = std::make_unique<Impl>(loop, topology);
  impl->make_nodes(options);
  impl->make_links();
  for (auto& [name, node] : impl->nodes) {
    in_context("node " + name, [&, &live = node] { impl->configure(live); });
  }
  std::vector<const Link*> links;
  for (const auto& link : impl->topology.links) links.push_back(&link);
  impl->settle_carriers(links);
  impl->settle_addresses();
  return std::unique_ptr<Network>(new Network(std::move(impl)));
}

void Network::Impl::settle_addresses() {
  for (auto& [name, node] : nodes) {
    const auto speaks = [](const Attachment& at) { return speaks_v6(*at.link); };
    if (std::none_of(node.attachments.begin(), node.attachments.end(), speaks)) continue;
    const auto settled = [&socket = *node.route] {
      const auto known = useipsec::addresses(socket);
      return std::any_of(known.begin(), known.end(), [](const auto& each) { return each.tentative; }) ? Tri::not_yet
                                                                                                      : Tri::holds;
    };
    // The kernel may have made the link-local address itself before we could, and is not done with it: its workers go
    // on without telling (net/ipv6/addrconf.c, addrconf_dad_work).
    if (loop.poll(settled, Loop::Clock::now() + std::chrono::seconds(5), std::chrono::milliseconds(1)) ==
        WaitResult::deadline)
      throw Error(fmt::format("an address of {} stays tentative", name));
  }
}

std::string port_name(const Link& link, std::size_t end) { return fmt::format("{}~{}", link.name.substr(0, 10), end); }

void Network::Impl::make_links() {
  fabric = thread.make("fabric", false);
  thread.run_in(fabric, [&] {
    settings.prepare(Role::host, false);
    fabric_route.emplace(NETLINK_ROUTE);
  });
  std::vector<Message> requests;
  std::map<std::string, int> queriers;  // switches that snoop, by link
  int next_index = 100;                 // in the fabric
  const auto at_node = [&](const Link& link, const End& end) {
    const auto& live = nodes.at(end.node);
    return VethEnd{.name = link.name,
                   .index = live.on(link.name).index,
                   .net_fd = live.namespaces.handles().net,
                   .mac = end.mac,
                   .bridge = 0,
                   .mtu = link.impairment.mtu};
  };
  for (const auto& link : topology.links) {
    if (link.kind == LinkKind::gre) continue;
    if (link.kind == LinkKind::point_to_point) {
      requests.push_back(make_veth(at_node(link, link.ends[0]), at_node(link, link.ends[1])));
      continue;
    }
    const int bridge = next_index++;
    requests.push_back(make_bridge(link.name, bridge, link.snooping));
    if (link.snooping) queriers.emplace(link.name, bridge);
    for (std::size_t i = 0; i < link.ends.size(); ++i) {
      const VethEnd port{.name = port_name(link, i),
                         .index = next_index++,
                         .net_fd = -1,
                         .mac = {},
                         .bridge = bridge,
                         .mtu = link.impairment.mtu};
      requests.push_back(make_veth(port, at_node(link, link.ends[i])));
    }
  }
  fabric_route->request(requests);
  thread.run_in(fabric, [&] {
    for (const auto& [name, index] : queriers)
      settings.write("ipv6/conf/" + name + "/disable_ipv6", "0");  // its address
  });
  for (const auto& [name, index] : queriers) fabric_route->request(make_querier(name, index));
  for (const auto& link : topology.links)
    if (link.kind == LinkKind::gre) make_tunnel(link);
}

void Network::Impl::make_tunnel(const Link& link) {
  auto outer = outer_addresses(topology, link);
  if (!outer) throw Error(fmt::format("tunnel {}: its ends have no addresses of one family", link.name));
  for (const auto& end : link.ends) {
    auto& live = nodes.at(end.node);
    try {
      live.route->request(useipsec::make_tunnel({.name = link.name,
                                                 .index = live.on(link.name).index,
                                                 .mac = end.mac,
                                                 .local = outer->first,
                                                 .remote = outer->second,
                                                 .mtu = link.impairment.mtu}));
    } catch (Error& error) {
      throw Error(fmt::format("{} (the kernel's ip_gre or ip6_gre is needed)", error.what()), ExitCode::precondition);
    }
    std::swap(outer->first, outer->second);
  }
}

void Network::Impl::configure(LiveNode& live) {
  const auto& node = *live.node;
  const bool has_v6 =
      std::any_of(live.attachments.begin(), live.attachments.end(), [](const auto& at) { return speaks_v6(*at.link); });
  if (has_v6) {
    run_in(live, [&] {
      for (const auto& at : live.attachments) {
        if (!speaks_v6(*at.link)) continue;
        const auto scope = "ipv6/conf/" + at.link->name + "/";
        if (node.autoconfigures) {
          settings.write(scope + "accept_ra", "1");
          settings.write(scope + "router_solicitations", "3");
        }
        settings.write(scope + "disable_ipv6", "0");
      }
    });
  }
  std::vector<Message> requests;
  requests.push_back(set_link_up(loopback_index, true, "lo"));
  for (const auto& prefix : node.loopback)
    requests.push_back(add_address(loopback_index, prefix, "address " + prefix.str()));
  for (const auto& at : live.attachments) {
    requests.push_back(set_link_up(at.index, true, "link " + at.link->name));
    auto addresses = at.end->addresses;
    if (speaks_v6(*at.link)) {
      // The kernel makes it too, some time after the carrier has come; daemons that start before that miss the link.
      const Prefix link_local{at.end->mac.link_local(), 64};
      if (std::find(addresses.begin(), addresses.end(), link_local) == addresses.end()) addresses.push_back(link_local);
    }
    if (node.nat && node.nat->kind == NatKind::one_to_one && node.nat->outside == at.link->name) {
      addresses.push_back(Prefix::host(*node.nat->outside_address));
    }
    for (const auto& prefix : addresses)
      requests.push_back(replacing(add_address(at.index, prefix, "address " + prefix.str())));
    if (at.link->static_neighbors) {
      for (auto& request : neighbor_requests(live, at)) requests.push_back(std::move(request));
    }
  }
  for (const auto& route : node.routes) requests.push_back(add_route(route, 0, "route to " + route.to.str()));
  live.route->request(requests);
  for (const auto& at : live.attachments) {
    switch_offloads_off(live.route->fd(), at.link->name);
    if (at.link->impairment.queued()) make_impairment(live, at);
  }
  if (node.nat) make_nat(live);
  if (!node.filter.empty()) make_filter(live);
}

void Network::Impl::make_impairment(LiveNode& live, const Attachment& at) {
  const auto& wanted = at.link->impairment;
  const auto what = "the impairment of " + at.link->name;
  try {
    live.route->request(impair(at.index, wanted, what));
  } catch (Error& error) {
    const bool rate_only =
        wanted.rate_kbit > 0 && !(wanted.delay_ms > 0 || wanted.jitter_ms > 0 || wanted.loss_percent > 0);
    if (!rate_only)
      throw Error(fmt::format("{} (netem is needed for delay, jitter and loss)", error.what()), ExitCode::precondition);
    live.route->request(token_bucket(at.index, wanted.rate_kbit, what));
  }
}

}  // namespace useipsec
