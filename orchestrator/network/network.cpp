#include "network/network.h"

#include <fmt/format.h>
#include <linux/netlink.h>

#include <algorithm>

#include "kernel/encap_socket.h"
#include "network/network_impl.h"
#include "network/requests.h"

namespace useipsec {

Network::Network(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Network::~Network() = default;

LiveNode& Network::Impl::live(const std::string& name) {
  const auto found = nodes.find(name);
  if (found == nodes.end()) throw Error("no node " + name);
  return found->second;
}

NetlinkSocket& Network::Impl::xfrm(const std::string& name) {
  auto& node = live(name);
  if (!node.xfrm) run_in(node, [&] { node.xfrm.emplace(NETLINK_XFRM); });
  return *node.xfrm;
}

std::vector<LiveNode*> Network::Impl::on_link(const std::string& link, const std::vector<std::string>& names) {
  std::vector<LiveNode*> found;
  for (auto& [name, node] : nodes) {
    const auto& all = node.attachments;
    if (std::none_of(all.begin(), all.end(), [&](const auto& at) { return at.link->name == link; })) continue;
    if (names.empty() || std::find(names.begin(), names.end(), name) != names.end()) found.push_back(&node);
  }
  return found;
}

const Attachment& LiveNode::on(const std::string& link) const {
  const auto found =
      std::find_if(attachments.begin(), attachments.end(), [&](const auto& at) { return at.link->name == link; });
  if (found == attachments.end()) throw Error(fmt::format("node {} is not on link {}", node->name, link));
  return *found;
}

std::vector<Message> Network::Impl::neighbor_requests(const LiveNode& node, const Attachment& attachment) {
  std::vector<Message> requests;
  for (const auto& end : attachment.link->ends) {
    if (end.node == node.node->name) continue;
    std::set<Address> addresses;
    for (const auto& prefix : end.addresses) addresses.insert(prefix.address);
    if (speaks_v6(*attachment.link)) addresses.insert(end.mac.link_local());
    for (const auto& address : addresses)
      requests.push_back(set_neighbor(attachment.index, address, end.mac, "neighbor " + address.str()));
  }
  return requests;
}

std::vector<Message> Network::Impl::routes_over(const LiveNode& node, const Attachment& attachment) {
  std::vector<Message> requests;
  const auto& own = attachment.end->addresses;
  for (const auto& route : node.node->routes) {
    if (std::none_of(own.begin(), own.end(), [&](const Prefix& prefix) { return prefix.contains(route.via); }))
      continue;
    requests.push_back(replacing(add_route(route, 0, "route to " + route.to.str())));
  }
  return requests;
}

const NodeNamespaces& Network::node(const std::string& name) const { return impl_->live(name).namespaces; }

void Network::run_in(const std::string& node, const std::function<void()>& work) {
  impl_->run_in(impl_->live(node), work);
}

void Network::set_forwarding(const std::string& node, bool on) {
  run_in(node, [&] {
    for (const auto* key : {"ipv4/ip_forward", "ipv6/conf/all/forwarding"}) impl_->settings.write(key, on ? "1" : "0");
  });
}

void Network::move_address(const std::string& node, const std::string& link, const Prefix& from, const Prefix& to) {
  auto& live = impl_->live(node);
  const int index = live.on(link).index;
  // Else the kernel would take the new address, second in its subnet, away with the first (__inet_del_ifa(),
  // devinet.c).
  impl_->run_in(live, [&] { impl_->settings.write("ipv4/conf/all/promote_secondaries", "1"); });
  std::vector<Message> requests;
  requests.push_back(add_address(index, to, "address " + to.str()));
  requests.push_back(remove_address(index, from, "address " + from.str()));
  in_context("node " + node, [&] {
    live.route->request(requests);
    impl_->move_outside(live, from.address, to.address);
  });
}

void Network::give_address(const std::string& node, const std::string& link, const Prefix& address) {
  auto& live = impl_->live(node);
  if (address.family() == Family::v6) {
    impl_->run_in(live, [&] {
      impl_->settings.write(fmt::format("ipv6/conf/{}/accept_dad", link), "1");
      impl_->settings.write(fmt::format("ipv6/conf/{}/dad_transmits", link), "1");
    });
  }
  const auto request = useipsec::add_address(live.on(link).index, address, "address " + address.str(), true);
  in_context("node " + node, [&] { live.route->request(request); });
}

void Network::set_link(const std::string& link, const std::string& node, bool up) {
  for (auto* live : impl_->on_link(link, node.empty() ? std::vector<std::string>{} : std::vector{node})) {
    const auto& at = live->on(link);
    std::vector<Message> requests;
    requests.push_back(set_link_up(at.index, up, "link " + link));
    // The kernel forgets routes over a link that goes down; a node's own configuration puts them back.
    if (up) {
      for (auto& request : impl_->routes_over(*live, at)) requests.push_back(std::move(request));
    }
    in_context("node " + live->node->name, [&] { live->route->request(requests); });
  }
  if (up) impl_->settle_carriers({impl_->topology.link(link)});
}

void Network::set_neighbors(const std::string& link, const std::vector<std::string>& nodes) {
  for (auto* node : impl_->on_link(link, nodes)) node->route->request(impl_->neighbor_requests(*node, node->on(link)));
}

void Network::flush_neighbors(const std::string& link, const std::vector<std::string>& nodes) {
  for (auto* node : impl_->on_link(link, nodes)) {
    const int index = node->on(link).index;
    std::vector<Message> requests;
    for (const auto& entry : useipsec::neighbors(*node->route)) {
      if (entry.index == index)
        requests.push_back(remove_neighbor(index, entry.address, "neighbor " + entry.address.str()));
    }
    node->route->request(requests);
  }
}

namespace {

int interface_of(const LiveNode& node, const ManualPolicy& policy) {
  return policy.link.empty() ? 0 : node.on(policy.link).index;
}

}  // namespace

void Network::replace_policies(const std::string& node, std::span<const ManualPolicy> policies) {
  std::vector<Message> requests;
  for (const auto& policy : policies)
    requests.push_back(replace_policy(policy, interface_of(impl_->live(node), policy)));
  in_context("node " + node, [&] { impl_->xfrm(node).request(requests); });
}

void Network::remove_sas(const std::string& node, std::span<const ManualSa> sas) {
  std::vector<Message> requests;
  for (const auto& sa : sas) requests.push_back(remove_sa(sa));
  in_context("node " + node, [&] { impl_->xfrm(node).request(requests); });
}

void Network::install(const std::string& node, std::span<const ManualSa> sas, std::span<const ManualPolicy> policies) {
  if (sas.empty() && policies.empty()) return;
  std::vector<Message> requests;
  for (const auto& sa : sas) requests.push_back(add_sa(sa));
  for (const auto& policy : policies) requests.push_back(add_policy(policy, interface_of(impl_->live(node), policy)));
  in_context("node " + node, [&] {
    impl_->open_encap_sockets(impl_->live(node), sas);
    impl_->xfrm(node).request(requests);
  });
}

void Network::Impl::open_encap_sockets(LiveNode& live, std::span<const ManualSa> sas) {
  for (const auto& sa : sas) {
    if (sa.encap_source_port == 0) continue;
    const auto port = topology.holds(live.node->name, sa.source) ? sa.encap_source_port : sa.encap_destination_port;
    auto& socket = live.encap_sockets[port];
    if (!socket) run_in(live, [&] { socket = open_encap_socket(sa.source.family(), port); });
  }
}

void Network::flush_ipsec(const std::string& node) {
  remove_policies(node, {});
  in_context("node " + node, [&] { impl_->xfrm(node).request(flush_sas()); });
}

std::size_t Network::remove_policies(const std::string& node, const PolicyMatch& match) {
  return useipsec::remove_policies(impl_->xfrm(node), match);
}

std::vector<SaRecord> Network::sas(const std::string& node) { return useipsec::sas(impl_->xfrm(node)); }
std::vector<PolicyRecord> Network::policies(const std::string& node) { return useipsec::policies(impl_->xfrm(node)); }

std::vector<NeighborRecord> Network::neighbors(const std::string& node) {
  auto& live = impl_->live(node);
  std::vector<NeighborRecord> records;
  for (const auto& entry : useipsec::neighbors(*live.route)) {
    for (const auto& at : live.attachments) {
      if (at.index == entry.index) records.push_back({at.link->name, entry.address, entry.mac, entry.state});
    }
  }
  return records;
}

std::vector<AddressRecord> Network::addresses(const std::string& node) {
  auto& live = impl_->live(node);
  std::vector<AddressRecord> records;
  for (const auto& each : useipsec::addresses(*live.route)) {
    const auto* state = each.duplicate ? "duplicate" : each.tentative ? "tentative" : "usable";
    for (const auto& at : live.attachments) {
      if (at.index == each.index) records.push_back({at.link->name, each.address, state});
    }
    // Pluto's script gives a client there what it was assigned (libreswan, _updown.xfrm: addsource).
    if (each.index == loopback_index && !each.address.is_loopback()) records.push_back({"lo", each.address, state});
  }
  return records;
}

std::vector<Address> Network::sources(const std::string& node) { return preferred_sources(*impl_->live(node).route); }

std::vector<AcquireRecord> Network::acquires(const std::string& node) {
  events(node);
  heard(node);
  return impl_->live(node).acquired;
}

void Network::listen_no_more(const std::string& node) {
  heard(node);
  impl_->live(node).events.reset();
}

int Network::events(const std::string& node) {
  auto& live = impl_->live(node);
  if (!live.events) impl_->run_in(live, [&] { live.events.emplace(NETLINK_XFRM, xfrm_event_groups()); });
  return live.events->fd();
}

bool Network::heard(const std::string& node) {
  auto& live = impl_->live(node);
  if (!live.events) return false;
  return live.events->drain([&](const nlmsghdr& message) {
    const auto acquire = acquire_in(message);
    if (!acquire) return;
    const auto known =
        std::ranges::find_if(live.acquired, [&](const auto& each) { return each.same_selector(*acquire); });
    if (known == live.acquired.end())
      live.acquired.push_back(*acquire);
    else
      ++known->count;
  });
}

}  // namespace useipsec
