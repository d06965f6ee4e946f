#pragma once

// Cases built by hand for the tests of engines, routing and lint: small networks, every value settled.

#include <string>
#include <utility>
#include <vector>

#include "scenario/scenario.h"

namespace useipsec::samples {

inline Prefix prefix(const char* text) { return *Prefix::parse(text); }
inline Address address(const char* text) { return *Address::parse(text); }

inline End end(std::string node, std::vector<Prefix> addresses, std::uint8_t link, std::uint8_t number) {
  return {std::move(node), std::move(addresses), Mac{{0x02, 0x75, 0x69, 0x00, link, number}}};
}

inline Node node(std::string name, Role role, const char* gateway = nullptr) {
  Node made;
  made.name = std::move(name);
  made.role = role;
  if (gateway != nullptr) made.routes.push_back({prefix("0.0.0.0/0"), address(gateway)});
  return made;
}

/// alice 10.1.0.2 - middle 10.1.0.1 / 192.0.2.2 - inet 192.0.2.1 / 198.51.100.1 - bob 198.51.100.2; `middle` is a
/// router or, with random ports, a NAPT.
inline Topology wan(bool nat) {
  Topology topology;
  topology.name = nat ? "nat-wan" : "routed-wan";
  auto middle = node("middle", nat ? Role::nat : Role::router, "192.0.2.1");
  if (nat) middle.nat = NatPolicy{NatKind::masquerade, PortMapping::random, "wan", {}, {}};
  auto inet = node("inet", Role::router);
  if (!nat) inet.routes.push_back({prefix("10.1.0.0/24"), address("192.0.2.2")});
  topology.nodes = {node("alice", Role::host, "10.1.0.1"), middle, inet, node("bob", Role::host, "198.51.100.1")};
  const auto link = [](const char* name, const char* subnet, End a, End b) {
    Link made;
    made.name = name;
    made.subnets = {prefix(subnet)};
    made.ends = {std::move(a), std::move(b)};
    return made;
  };
  topology.links = {link("lan", "10.1.0.0/24", end("alice", {prefix("10.1.0.2/24")}, 1, 1),
                         end("middle", {prefix("10.1.0.1/24")}, 1, 2)),
                    link("wan", "192.0.2.0/24", end("middle", {prefix("192.0.2.2/24")}, 2, 1),
                         end("inet", {prefix("192.0.2.1/24")}, 2, 2)),
                    link("far", "198.51.100.0/24", end("inet", {prefix("198.51.100.1/24")}, 3, 1),
                         end("bob", {prefix("198.51.100.2/24")}, 3, 2))};
  return topology;
}

/// The same wan with a 1:1 NAT in the middle: alice appears as 192.0.2.77.
inline Topology one_to_one_wan() {
  auto topology = wan(true);
  topology.nodes[1].nat =
      NatPolicy{NatKind::one_to_one, PortMapping::preserve, "wan", address("10.1.0.2"), address("192.0.2.77")};
  return topology;
}

/// The wan with a second client, carol 10.1.0.3, behind the same box as alice.
inline Topology two_clients(bool nat) {
  auto topology = wan(nat);
  topology.nodes.push_back(node("carol", Role::host, "10.1.0.1"));
  topology.links[0].kind = LinkKind::shared;
  topology.links[0].ends.push_back(end("carol", {prefix("10.1.0.3/24")}, 1, 3));
  return topology;
}

/// alice and bob on one IPv6 link, 2001:db8::1 and ::2.
inline Topology pair_v6() {
  Topology topology;
  topology.name = "pair-v6";
  topology.nodes = {node("alice", Role::host), node("bob", Role::host)};
  Link link;
  link.name = "wire";
  link.subnets = {prefix("2001:db8::/64")};
  link.ends = {end("alice", {prefix("2001:db8::1/64")}, 1, 1), end("bob", {prefix("2001:db8::2/64")}, 1, 2)};
  topology.links = {link};
  return topology;
}

/// r1, r2, r3 on one shared link, loopbacks in both families.
inline Topology lan3() {
  Topology topology;
  topology.name = "lan3";
  Link link;
  link.name = "lan";
  link.kind = LinkKind::shared;
  link.subnets = {prefix("192.0.2.0/24")};
  for (std::uint8_t i = 1; i <= 3; ++i) {
    auto router = node("r" + std::to_string(i), Role::router);
    router.loopback = {prefix(("203.0.113." + std::to_string(i) + "/32").c_str()),
                       prefix(("2001:db8:" + std::to_string(i) + "::1/128").c_str())};
    topology.nodes.push_back(router);
    link.ends.push_back(end(router.name, {prefix(("192.0.2." + std::to_string(i) + "/24").c_str())}, 1, i));
  }
  topology.links = {link};
  return topology;
}

/// alice keys with bob: ESP transport, IKEv1 main mode, nothing unspecified.
inline Case pair_case(std::string id, Topology topology) {
  Case made;
  made.id = std::move(id);
  made.engine = "libreswan";
  made.topology = std::move(topology);
  auto& profile = made.profile;
  profile.initiators = {"alice"};
  profile.responder = "bob";
  profile.selectors = {Selector{}};
  profile.keying = Keying::ikev1_main;
  profile.unmatched = Unmatched::bypass;
  profile.dual_use = DualUse::exclusive;
  profile.psk = "correct-horse-battery-staple";
  for (const auto& one : made.topology.nodes)
    if (one.nat) profile.nat.expected = NatExpected::certain;
  return made;
}

/// The same by IKEv2 and certificates, behind a NAT.
inline Case certified() {
  auto subject = pair_case("certified", wan(true));
  subject.profile.keying = Keying::ikev2;
  subject.profile.authentication = AuthMethod::certificate;
  return subject;
}

inline void use_ah(Case& made) {
  made.profile.protocol = SecurityProtocol::ah;
  made.profile.confidentiality = false;
}

inline Case trapped_v6(std::string id) {
  auto made = pair_case(std::move(id), pair_v6());
  made.profile.before_sa = BeforeSa::trap;
  return made;
}

/// Three routers; r1 and r2 share manual keys.
inline Case ospf_case(std::string id, RoutingProtocol protocol) {
  Case made;
  made.id = std::move(id);
  made.engine = "manual";
  made.topology = lan3();
  made.routing = Routing{"bird", protocol, {"lan"}, {"r1", "r2", "r3"}, 1, 4, {}, {}, {}, {}};
  auto& profile = made.profile;
  profile.members = {"r1", "r2"};
  Selector hello;
  hello.protocol = "ospf";
  profile.selectors = {hello};
  for (const auto* group : protocol == RoutingProtocol::ospfv3 ? std::vector{"ff02::5", "ff02::6"}
                                                               : std::vector{"224.0.0.5", "224.0.0.6"}) {
    hello.remote = group;
    profile.selectors.push_back(hello);
  }
  profile.selectors.erase(profile.selectors.begin());
  profile.keying = Keying::manual;
  profile.replay_protection = false;
  profile.group_traffic = GroupTraffic::manual_group;
  profile.unmatched = Unmatched::bypass;
  profile.dual_use = DualUse::exclusive;
  use_ah(made);
  return made;
}

}  // namespace useipsec::samples
