#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "kernel/route.h"
#include "network/live_translator.h"
#include "network/network.h"
#include "network/settings.h"

namespace useipsec {

/// A node's interface on a link.
struct Attachment {
  const Link* link = nullptr;
  const End* end = nullptr;
  int index = 0;  ///< of the interface, chosen by us
};

/// One node's live part.
struct LiveNode {
  const Node* node = nullptr;
  NodeNamespaces namespaces;
  std::optional<NetlinkSocket> route, xfrm, events;
  std::vector<AcquireRecord> acquired;                   ///< heard on `events` so far
  std::map<std::uint16_t, UniqueFd> encap_sockets;       ///< by port, for SAs that are set by hand
  UniqueFd xfrm_stat, snmp, snmp6, netstat, raw6, sctp;  ///< counters below /proc/net, open from the first look on
  std::vector<Attachment> attachments;                   ///< in the order of the topology's links

  std::unique_ptr<LiveTranslator> translator;  ///< where the kernel's NAT is not what the node is
  std::optional<Address> outside;              ///< the address that it shows

  const Attachment& on(const std::string& link) const;
};

/// Of "lo", which the kernel makes first in every namespace (include/net/flow.h, LOOPBACK_IFINDEX).
constexpr int loopback_index = 1;

struct Network::Impl {
  Impl(Loop& used, Topology wanted) : loop(used), topology(std::move(wanted)) {}

  Loop& loop;
  Topology topology;
  NamespaceThread thread;
  NodeSettings settings;
  NodeNamespaces fabric;  ///< the bridges of shared links, in a namespace of their own
  std::optional<NetlinkSocket> fabric_route;
  std::map<std::string, LiveNode> nodes;

  LiveNode& live(const std::string& name);
  void run_in(LiveNode& node, const std::function<void()>& work) { thread.run_in(node.namespaces, work); }
  NetlinkSocket& xfrm(const std::string& name);
  /// The node, with its counters open.
  LiveNode& with_counters(const std::string& name);
  /// The nodes of `names` (empty: all) that are on the link.
  std::vector<LiveNode*> on_link(const std::string& link, const std::vector<std::string>& names);
  std::vector<Message> neighbor_requests(const LiveNode& node, const Attachment& attachment);
  /// The node's routes whose next hop is on the link.
  std::vector<Message> routes_over(const LiveNode& node, const Attachment& attachment);
  /// Returns when every interface of the links that is up at both ends can send. Throws Error where one cannot.
  void settle_carriers(const std::vector<const Link*>& links);
  /// Returns when no node's address is tentative. Throws Error where one stays so.
  void settle_addresses();

  void make_nodes(const BuildOptions& options);
  void attach();
  void make_links();
  void make_tunnel(const Link& link);
  void configure(LiveNode& live);
  void make_impairment(LiveNode& live, const Attachment& at);
  void make_nat(LiveNode& live);
  void make_filter(LiveNode& live);
  /// What takes ESP in UDP for these SAs out of its UDP.
  void open_encap_sockets(LiveNode& live, std::span<const ManualSa> sas);
  void make_kernel_nat(LiveNode& live);
  void make_translator(LiveNode& live);
  /// The address that a NAT box shows changes with the one on its outside link.
  void move_outside(LiveNode& live, const Address& from, const Address& to);
};

/// Whether a link's interfaces speak IPv6: it has a v6 subnet or address, or no addresses at all (link-local ones
/// only).
bool speaks_v6(const Link& link);
/// The link's port on its bridge in the fabric, by the number of the end.
std::string port_name(const Link& link, std::size_t end);

}  // namespace useipsec
