#include <fmt/format.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <chrono>

#include "kernel/conntrack.h"
#include "kernel/rule.h"
#include "nat/iptables.h"
#include "network/network_impl.h"
#include "proc/run_program.h"
#include "topology/path.h"

namespace useipsec {
namespace {

// The translator's device in its node, above the interfaces that attach() numbers, and the way to it. Packets for the
// outside address and all that comes from inside are looked up in its table before the table of local addresses, or the
// kernel would take them for itself.
const std::string device = "translator";
constexpr int device_index = 8000;
constexpr std::uint32_t to_translator = 100;
constexpr std::uint32_t from_device = 10, to_outside = 20, to_self = 30, from_inside = 40, local_addresses = 50;

RoutingRule outside_rule(const Address& outside) { return {to_outside, Prefix::host(outside), "", to_translator}; }

std::vector<Message> detour(const LiveNode& live, const Address& outside) {
  std::vector<Message> requests;
  requests.push_back(set_link_up(device_index, true, "link " + device));
  requests.push_back(add_default_route(to_translator, device_index, "route to the translator"));
  requests.push_back(add_rule({from_device, {}, device, RT_TABLE_MAIN}));
  requests.push_back(add_rule(outside_rule(outside)));
  for (const auto& at : live.attachments) {
    for (const auto& own : at.end->addresses) {
      if (own.family() == Family::v4 && own.address != outside)
        requests.push_back(add_rule({to_self, Prefix::host(own.address), "", RT_TABLE_LOCAL}));
    }
    if (at.link->name != live.node->nat->outside)
      requests.push_back(add_rule({from_inside, {}, at.link->name, to_translator}));
  }
  requests.push_back(add_rule({local_addresses, {}, "", RT_TABLE_LOCAL}));
  requests.push_back(remove_rule({0, {}, "", RT_TABLE_LOCAL}));
  return requests;
}

/// What lies inside: the subnets of the other links, and what is routed over them.
std::vector<Prefix> inside_of(const LiveNode& live) {
  std::vector<Prefix> inside;
  for (const auto& at : live.attachments) {
    if (at.link->name == live.node->nat->outside) continue;
    for (const auto& own : at.end->addresses) {
      if (own.family() != Family::v4) continue;
      inside.push_back(own.network());
      for (const auto& route : live.node->routes)
        if (own.contains(route.via)) inside.push_back(route.to);
    }
  }
  return inside;
}

}  // namespace

void Network::Impl::make_nat(LiveNode& live) {
  if (beyond_kernel(*live.node->nat).empty())
    make_kernel_nat(live);
  else
    make_translator(live);
}

void Network::Impl::make_kernel_nat(LiveNode& live) {
  // The lock file would be the host's, and nobody else changes the rules of this namespace.
  const auto apply = [&](const std::string& program, const std::vector<std::string>& arguments,
                         const std::string& document) {
    return run_program(loop,
                       {.program = program,
                        .arguments = arguments,
                        .environment = {"XTABLES_LOCKFILE=/dev/null"},
                        .input = document,
                        .directory = {}},
                       live.namespaces.handles(), Loop::Clock::now() + longest_program);
  };
  const auto family = translated_family(topology, *live.node);
  const std::string program = family == Family::v4 ? "iptables-legacy-restore" : "ip6tables-legacy-restore";
  const auto first = apply(program, {}, iptables_document(*live.node->nat, live.node->name));
  if (!first.status.success()) {
    // A kernel without the old tables may have nf_tables NAT instead.
    const auto document = nft_document(*live.node->nat, live.node->name, family);
    if (document.empty())
      throw Error(fmt::format("making NAT: {} said: {}", program, first.output), ExitCode::precondition);
    const auto second = apply("nft", {"-f", "-"}, document);
    if (!second.status.success()) {
      throw Error(fmt::format("making NAT: {} said: {}; nft said: {}", program, first.output, second.output),
                  ExitCode::precondition);
    }
  }
  const auto wanted = conntrack_settings(*live.node->nat);
  if (wanted.empty()) return;
  run_in(live, [&] {
    for (const auto& [key, value] : wanted) settings.write(key, value);
  });
}

void Network::Impl::make_translator(LiveNode& live) {
  const auto& policy = *live.node->nat;
  const auto outside = outside_address(topology, *live.node);
  if (!outside) throw Error("making NAT: no IPv4 address outside");
  UniqueFd tun;
  run_in(live, [&] {
    tun = open_tun(device, device_index);
    settings.write("ipv4/conf/" + device + "/accept_local", "1");  // what comes from there has our own outside address
    // Where it is asked for, the outside address must be ours although it is no local one: proxy ARP, at once.
    settings.write("ipv4/conf/" + policy.outside + "/proxy_arp", "1");
    settings.write("ipv4/neigh/" + policy.outside + "/proxy_delay", "0");
  });
  in_context("making NAT", [&] { live.route->request(detour(live, *outside)); });
  const auto seed = static_cast<std::uint32_t>(std::chrono::steady_clock::now().time_since_epoch().count());
  live.translator =
      std::make_unique<LiveTranslator>(std::move(tun), policy, TranslatorPlace{*outside, inside_of(live)}, seed);
  live.outside = *outside;
}

void Network::flush_nat(const std::string& node) {
  if (auto& translator = impl_->live(node).translator) return translator->forget();
  std::optional<NetlinkSocket> socket;
  run_in(node, [&] { socket.emplace(NETLINK_NETFILTER); });
  socket->request(flush_conntrack());
}

void Network::change_mappings(const std::string& node) {
  if (auto& translator = impl_->live(node).translator) return translator->change_ports();
  flush_nat(node);  // the kernel draws a port anew for each connection
}

std::map<std::string, std::uint64_t> Network::nat_drops(const std::string& node) {
  auto& translator = impl_->live(node).translator;
  if (!translator) return {};
  if (const auto trouble = translator->trouble(); !trouble.empty())
    throw Error(fmt::format("the NAT of {}: {}", node, trouble));
  return translator->dropped();
}

void Network::Impl::move_outside(LiveNode& live, const Address& from, const Address& to) {
  if (!live.translator || live.outside != from) return;
  std::vector<Message> requests;
  requests.push_back(remove_rule(outside_rule(from)));
  requests.push_back(add_rule(outside_rule(to)));
  live.route->request(requests);
  live.translator->change_outside(to);
  live.outside = to;
}

}  // namespace useipsec
