#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "helpers/places.h"
#include "topology/generate.h"
#include "topology/path.h"
#include "topology/settle.h"
#include "topology/topology_reader.h"
#include "topology/topology_writer.h"
#include "unit/topology/parsed.h"

namespace useipsec {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Topology read(const std::string& name) {
  Diagnostics diagnostics;
  const auto topology = read_topology(source_dir() / "topologies" / (name + ".json"), diagnostics);
  if (!topology) throw std::runtime_error(diagnostics.text());
  return *topology;
}

TopologyDraft pair(const std::string& subnet, std::size_t hosts) {
  TopologyDraft draft{"d", "", {}, {{"lan", LinkKind::shared, {*Prefix::parse(subnet)}, {}, {}, false}}};
  for (std::size_t index = 0; index < hosts; ++index) {
    draft.nodes.push_back({"h" + std::to_string(index), Role::host, {}, {}, {}});
    draft.links[0].ends.push_back({draft.nodes.back().name, true, {}});
  }
  return draft;
}

std::vector<std::string> complaints(const TopologyDraft& draft) {
  std::vector<std::string> result;
  settle(draft, [&result](const std::string& pointer, std::string message, const std::string& found,
                          const std::string&) { result.push_back(pointer + ": " + message + "; " + found); });
  return result;
}

TEST(TopologyTest, EveryFileReads) {
  for (const auto& entry : std::filesystem::directory_iterator(source_dir() / "topologies")) {
    Diagnostics diagnostics;
    const auto topology = read_topology(entry.path(), diagnostics);
    EXPECT_TRUE(topology.has_value()) << diagnostics.text();
    if (topology) {
      EXPECT_GT(topology->about.size(), 40U) << entry.path();
    }
  }
}

TEST(TopologyTest, WrittenOutItReadsAsTheSame) {
  for (const auto& entry : std::filesystem::directory_iterator(source_dir() / "topologies")) {
    const auto topology = read(entry.path().stem());
    const auto folder = std::filesystem::path(testing::TempDir()) / "topology-written";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / entry.path().filename(), std::ios::binary) << topology_text(topology);
    Diagnostics diagnostics;
    auto again = read_topology(folder / entry.path().filename(), diagnostics);
    ASSERT_TRUE(again.has_value()) << diagnostics.text();
    again->file = topology.file;  // where it stands and how its nodes were made is all that may differ
    again->generated = topology.generated;
    EXPECT_EQ(*again, topology) << entry.path();
    std::filesystem::remove_all(folder);
  }
}

TEST(TopologyTest, RoutesByNodeNameBecomeAddresses) {
  const auto napt = read("napt");
  ASSERT_EQ(napt.node("alice")->routes.size(), 1U);
  EXPECT_EQ(napt.node("alice")->routes[0], (Route{Prefix::any(Family::v4), address("10.1.0.1")}));
  EXPECT_TRUE(napt.node("inet")->routes.empty());
  EXPECT_EQ(read("routed").node("inet")->routes[0], (Route{*Prefix::parse("10.1.0.0/24"), address("192.0.2.2")}));
  EXPECT_EQ(read("routed").node("nat")->role, Role::router);
}

TEST(TopologyTest, AllottedAddressesGoRoundWrittenOnes) {
  auto draft = pair("192.0.2.0/24", 3);
  draft.links[0].ends[2] = {"h2", false, {"192.0.2.1"}};
  EXPECT_TRUE(complaints(draft).empty());
  const auto topology = settle(draft, [](auto&&...) {});
  EXPECT_EQ(topology.end("lan", "h0")->addresses, std::vector<Prefix>{*Prefix::parse("192.0.2.2/24")});
  EXPECT_EQ(topology.end("lan", "h1")->addresses, std::vector<Prefix>{*Prefix::parse("192.0.2.3/24")});
}

TEST(TopologyTest, SmallSubnetsHoldWhatTheRfcsSay) {
  EXPECT_TRUE(complaints(pair("192.0.2.0/30", 2)).empty());
  EXPECT_THAT(complaints(pair("192.0.2.0/30", 3)),
              ElementsAre(HasSubstr("/links/lan/ends/h2: expected a free address")));
  EXPECT_TRUE(complaints(pair("192.0.2.0/31", 2)).empty());  // RFC 3021
  EXPECT_EQ(complaints(pair("192.0.2.0/31", 3)).size(), 1U);
  EXPECT_EQ(complaints(pair("192.0.2.0/32", 2)).size(), 1U);
}

TEST(TopologyTest, AThousandNodesSettle) {
  const auto draft = pair("10.0.0.0/16", 1000);
  const auto topology = settle(draft, [](const std::string& pointer, auto&&...) { ADD_FAILURE() << pointer; });
  EXPECT_EQ(topology.end("lan", "h999")->addresses[0].str(), "10.0.3.232/16");
  EXPECT_EQ(topology.end("lan", "h999")->mac.str(), "02:75:69:00:13:e8");
}

TEST(TopologyTest, GeneratorsMakeAsManyAsAsked) {
  auto draft = pair("192.0.2.0/24", 1);
  const Generator routers{"r", 50, Role::router, {*Prefix::parse("10.0.0.0/24")}, {}, {"lan"}};
  generate(draft, {routers},
           [](const std::string& pointer, const std::string& message, const std::string&, const std::string&) {
             ADD_FAILURE() << pointer << ": " << message;
           });
  const auto topology = settle(draft, [](const std::string& pointer, const std::string& message, const std::string&,
                                         const std::string&) { ADD_FAILURE() << pointer << ": " << message; });
  ASSERT_EQ(topology.nodes.size(), 51U);
  EXPECT_EQ(topology.node("r50")->loopback, std::vector{*Prefix::parse("10.0.0.50/32")});
  EXPECT_EQ(topology.end("lan", "r50")->addresses, std::vector{*Prefix::parse("192.0.2.51/24")});
  // The written node is none of them.
  EXPECT_EQ(topology.generated, (std::map<std::string, std::uint32_t>{{"r", 50}}));
}

TEST(TopologyTest, SaysHowManyNodesWereGenerated) {
  EXPECT_EQ(read("router-lan").generated, (std::map<std::string, std::uint32_t>{{"r", 10}}));
  EXPECT_TRUE(read("napt").generated.empty());
}

TEST(TopologyTest, PartsOfGeneratedNodesAreWrittenOnce) {
  const std::vector<Generator> generators{{"r", 10, Role::router, {}, {}, {"lan"}}};
  EXPECT_EQ(written_at(generators, "/nodes/r7/routes/0/via"), "/generate/r/routes/0/via");
  EXPECT_EQ(written_at(generators, "/nodes/r11"), "/nodes/r11");
  EXPECT_EQ(written_at(generators, "/links/lan/ends/r7/0"), "/generate/r/on");
  EXPECT_EQ(written_at(generators, "/links/lan/subnets/0"), "/links/lan/subnets/0");
}

TEST(TopologyTest, LinkLocalOnlyLinksTakeAddressesFromMacs) {
  auto draft = pair("fe80::/64", 2);
  draft.nodes[0].routes.push_back({"default", "h1"});
  const auto topology = settle(draft, [](const std::string& pointer, auto&&...) { ADD_FAILURE() << pointer; });
  const auto own = topology.end("lan", "h1")->mac.link_local();
  EXPECT_EQ(topology.node("h0")->routes[0].via, own);
  EXPECT_EQ(topology.owner(own)->name, "h1");
  EXPECT_EQ(path(topology, "h0", own), (std::vector<Hop>{{"h0", "lan", "h1"}}));
  EXPECT_EQ(topology.address_of("h0", Family::v6), std::nullopt);
}

TEST(PathTest, FollowsRoutes) {
  EXPECT_EQ(path(read("napt"), "alice", address("198.51.100.2")),
            (std::vector<Hop>{{"alice", "lan", "nat"}, {"nat", "wan", "inet"}, {"inet", "far", "bob"}}));
  EXPECT_TRUE(path(read("napt"), "bob", address("10.1.0.2")).empty());
  EXPECT_EQ(path(read("routed"), "bob", address("10.1.0.2")),
            (std::vector<Hop>{{"bob", "far", "inet"}, {"inet", "wan", "nat"}, {"nat", "lan", "alice"}}));
}

TEST(PathTest, OutsideAddressLeadsInside) {
  const auto topology = read("nat-one-to-one");
  EXPECT_EQ(path(topology, "bob", address("192.0.2.10")),
            (std::vector<Hop>{{"bob", "far", "inet"}, {"inet", "wan", "nat"}, {"nat", "lan", "alice"}}));
  EXPECT_EQ(address_as_seen(topology, "bob", "alice", Family::v4), address("192.0.2.10"));
  EXPECT_EQ(address_as_seen(topology, "nat", "alice", Family::v4), address("10.1.0.2"));
}

TEST(PathTest, ForwardsLeadInside) {
  const auto topology = read("nat-both-ends-forwards");
  EXPECT_EQ(path(topology, "alice", address("198.51.100.2")),
            (std::vector<Hop>{
                {"alice", "lan", "near"}, {"near", "wan", "inet"}, {"inet", "far", "gate"}, {"gate", "site", "bob"}}));
  EXPECT_EQ(address_as_seen(topology, "alice", "bob", Family::v4), address("198.51.100.2"));
  EXPECT_EQ(round_trip_gap(topology, "alice", address("198.51.100.2")), std::nullopt);
  EXPECT_EQ(address_as_seen(read("nat-both-ends"), "alice", "bob", Family::v4), address("10.2.0.2"));
}

TEST(PathTest, LongestPrefixWins) {
  auto topology = read("routed");
  topology.nodes[2].routes.push_back(
      {*Prefix::parse("10.1.0.2/32"), address("198.51.100.2")});  // inet: to bob, who forwards nothing
  const auto result = trace(topology, "nat", address("198.51.100.2"));
  EXPECT_TRUE(result.arrived);
  const auto wrong = trace(topology, "inet", address("10.1.0.2"));
  EXPECT_FALSE(wrong.arrived);
  EXPECT_THAT(wrong.why, HasSubstr("bob is a host"));
}

TEST(PathTest, CirclesEnd) {
  auto topology = read("napt");
  topology.nodes[2].routes.push_back(
      {Prefix::any(Family::v4), address("192.0.2.2")});  // inet and nat send it to each other
  const auto result = trace(topology, "alice", address("203.0.113.1"));
  EXPECT_FALSE(result.arrived);
  EXPECT_THAT(result.why, HasSubstr("circle"));
}

TEST(PathTest, TheWayBackGoesThroughTheTranslation) {
  for (const auto* name : {"napt", "napt-preserve", "nat-one-to-one", "routed"}) {
    EXPECT_EQ(round_trip_gap(read(name), "alice", address("198.51.100.2")), std::nullopt) << name;
  }
  EXPECT_EQ(round_trip_gap(read("nat-one-to-one"), "bob", address("192.0.2.10")), std::nullopt);
  auto topology = read("routed");
  topology.nodes[2].routes.clear();  // the Internet forgets the private subnet
  EXPECT_THAT(round_trip_gap(topology, "alice", address("198.51.100.2")).value_or(""),
              HasSubstr("the way back from bob to 10.1.0.2 ends at inet"));
}

TEST(PathTest, LoopbacksAreNotReachedWithoutRoutes) {
  const auto topology = read("ospf-lan");
  EXPECT_EQ(topology.address_of("r2", Family::v6), address("2001:db8:2::1"));
  EXPECT_TRUE(path(topology, "r1", address("2001:db8:2::1")).empty());
  EXPECT_EQ(path(topology, "r1", address("192.0.2.2")).size(), 1U);
}

TEST(Settle, OnlyAHostConfiguresItself) {
  auto draft = pair("2001:db8::/64", 2);
  draft.nodes[0].autoconfigures = true;
  EXPECT_THAT(complaints(draft), IsEmpty());
  draft.nodes[0].role = Role::router;
  EXPECT_THAT(complaints(draft), ElementsAre(HasSubstr("/autoconfigures: expected false, or the role host")));
}

TEST(Settle, OnlyASharedLinkHasASwitchThatSnoops) {
  auto draft = pair("2001:db8::/64", 2);
  draft.links[0].snooping = true;
  EXPECT_THAT(complaints(draft), testing::IsEmpty());
  draft.links[0].kind = LinkKind::point_to_point;
  EXPECT_THAT(complaints(draft), ElementsAre(HasSubstr("/links/lan/snooping: expected \"kind\": \"shared\"")));
}

TopologyDraft tunnel() {
  TopologyDraft draft{"t", "", {}, {}};
  draft.nodes = {{"a", Role::router, {}, {{"default", "inet"}}, {}},
                 {"inet", Role::router, {}, {}, {}},
                 {"b", Role::router, {}, {{"default", "inet"}}, {}}};
  draft.links = {
      {"t12", LinkKind::gre, {*Prefix::parse("10.0.12.0/24")}, {{"a", true, {}}, {"b", true, {}}}, {}, false},
      {"one", LinkKind::shared, {*Prefix::parse("192.0.2.0/24")}, {{"a", true, {}}, {"inet", true, {}}}, {}, false},
      {"two", LinkKind::shared, {*Prefix::parse("198.51.100.0/24")}, {{"b", true, {}}, {"inet", true, {}}}, {}, false}};
  return draft;
}

TEST(TunnelTest, WhatGoesOverItTakesTheWayOfItsPackets) {
  EXPECT_THAT(complaints(tunnel()), testing::IsEmpty());
  const auto topology = settle(tunnel(), [](const auto&...) {});
  EXPECT_EQ(topology.address_of("a", Family::v4), address("192.0.2.1"));
  const auto outer = outer_addresses(topology, *topology.link("t12"));
  ASSERT_TRUE(outer);
  EXPECT_EQ(outer->second, address("198.51.100.1"));
  const auto hops = path(topology, "a", topology.end("t12", "b")->addresses.front().address);
  EXPECT_THAT(hops, ElementsAre(Hop{"a", "one", "inet"}, Hop{"inet", "two", "b"}));
}

TEST(TunnelTest, ItsEndsNeedAWayToEachOther) {
  auto draft = tunnel();
  draft.nodes[0].routes.clear();
  EXPECT_THAT(complaints(draft), ElementsAre(HasSubstr("a way to each other")));
  draft.links.erase(draft.links.begin() + 1);
  EXPECT_THAT(complaints(draft), testing::Contains(HasSubstr("addresses of one family")));
}

}  // namespace
}  // namespace useipsec
