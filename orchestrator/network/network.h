#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "kernel/xfrm.h"
#include "namespaces/namespaces.h"
#include "observe/observations.h"
#include "topology/topology.h"

namespace useipsec {

class Loop;

struct BuildOptions {
  std::set<std::string> with_mounts;  ///< nodes that run daemons: they get a /run and a /sys of their own
};

/// A topology, alive: namespaces, links, addresses, routes and NAT, made through netlink from this process. It lives in
/// descriptors alone and goes with the object, or with the process.
class Network {
 public:
  static std::unique_ptr<Network> build(Loop& loop, const Topology& topology, const BuildOptions& options);
  ~Network();
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  const NodeNamespaces& node(const std::string& name) const;
  void run_in(const std::string& node, const std::function<void()>& work);

  // Changes during a run.
  void flush_nat(const std::string& node);
  /// Every mapping of the NAT box gets another outside port; the kernel's only where it draws ports at random.
  void change_mappings(const std::string& node);
  /// Whether the node's kernel forwards packets between its links.
  void set_forwarding(const std::string& node, bool on);
  void move_address(const std::string& node, const std::string& link, const Prefix& from, const Prefix& to);
  /// A further address; in IPv6 duplicate address detection comes first, and the address is tentative meanwhile.
  void give_address(const std::string& node, const std::string& link, const Prefix& address);
  void set_link(const std::string& link, const std::string& node, bool up);
  /// Permanent entries at `nodes` (empty: all on the link) for every other node's addresses on the link.
  void set_neighbors(const std::string& link, const std::vector<std::string>& nodes);
  void flush_neighbors(const std::string& link, const std::vector<std::string>& nodes);
  void install(const std::string& node, std::span<const ManualSa> sas, std::span<const ManualPolicy> policies);
  /// Puts these in the place of policies for the same traffic.
  void replace_policies(const std::string& node, std::span<const ManualPolicy> policies);
  void remove_sas(const std::string& node, std::span<const ManualSa> sas);
  std::size_t remove_policies(const std::string& node, const PolicyMatch& match);
  /// Every SA and policy of the node is gone, as after a reboot.
  void flush_ipsec(const std::string& node);

  // What the kernel says of a node.
  std::vector<SaRecord> sas(const std::string& node);
  std::vector<PolicyRecord> policies(const std::string& node);
  std::vector<NeighborRecord> neighbors(const std::string& node);
  std::vector<AddressRecord> addresses(const std::string& node);
  /// The addresses that its routes say to send from.
  std::vector<Address> sources(const std::string& node);
  /// What the node's kernel has asked key management for since the first call for it, or the first of `events`.
  std::vector<AcquireRecord> acquires(const std::string& node);
  /// /proc/net/xfrm_stat: what the kernel dropped for IPsec's sake, and why (Documentation/networking/xfrm_proc.rst).
  std::map<std::string, std::uint64_t> xfrm_stat(const std::string& node);
  /// The counters of /proc/net/snmp that explain losses beside IPsec.
  std::map<std::string, std::uint64_t> network_stat(const std::string& node);
  /// How many packets each dropping rule of the node's filter has taken, by the rule's words; empty without a filter.
  std::map<std::string, std::uint64_t> filter_stat(const std::string& node);
  /// Why the lab's own translator in the node dropped packets, and how many; empty where the kernel is the NAT box.
  std::map<std::string, std::uint64_t> nat_drops(const std::string& node);
  /// A descriptor that becomes readable when the node's SAs or policies change; drained by `heard`.
  int events(const std::string& node);
  bool heard(const std::string& node);
  /// Closes what `events` opened, until it is called again; what was heard is kept.
  void listen_no_more(const std::string& node);

 private:
  struct Impl;
  explicit Network(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace useipsec
