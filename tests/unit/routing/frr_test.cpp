#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include "helpers/golden.h"
#include "helpers/sample_cases.h"
#include "routing/frr/control.h"
#include "routing/frr/neighbors.h"
#include "routing/routing.h"

namespace useipsec {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(FrrRenderTest, ZebraFirstThenTheProtocol) {
  std::string text;
  for (const auto protocol : {RoutingProtocol::ospfv3, RoutingProtocol::isis, RoutingProtocol::pim}) {
    auto subject = samples::ospf_case("frr", protocol);
    subject.routing->daemon = "frr";
    subject.routing->routers = {"r1"};
    for (const auto& setup : render_routing(subject)) {
      for (const auto& daemon : setup.daemons)
        text += fmt::format("##### {}: {} {}\n", setup.node, daemon.command.program,
                            fmt::join(daemon.command.arguments, " "));
      for (const auto& file : setup.files) text += fmt::format("### {}\n{}", file.path, file.text);
      text += fmt::format("### asked at {}: {}\n", setup.of_neighbors.socket, setup.of_neighbors.text);
    }
  }
  expect_golden("routing/frr.txt", text);
}

TEST(FrrRenderTest, SaysWhatItDoesNotSpeak) {
  auto subject = samples::ospf_case("frr", RoutingProtocol::isis);
  EXPECT_THAT(unsupported_routing(subject).value_or(""), HasSubstr("FRR does"));
  subject.routing->daemon = "frr";
  EXPECT_EQ(unsupported_routing(subject), std::nullopt);
  subject.routing->protocol = RoutingProtocol::ospfv2;
  EXPECT_THAT(unsupported_routing(subject).value_or(""), HasSubstr("ospfd"));
  subject.routing->protocol = RoutingProtocol::ospfv3;
  subject.routing->virtual_links = {{{"r1", "r3"}, "0.0.0.1"}};
  EXPECT_THAT(unsupported_routing(subject).value_or(""), HasSubstr("no virtual links"));
}

TEST(VtyAnswerTest, EndsWithThreeZerosAndAStatus) {
  const std::string bytes("one\0two\0\0\0\0", 11);
  for (std::size_t cut = 0; cut < bytes.size(); ++cut) {
    VtyAnswer answer;
    ASSERT_FALSE(answer.feed(bytes.substr(0, cut)));
    ASSERT_TRUE(answer.feed(bytes.substr(cut)));
    EXPECT_EQ(answer.text(), std::string("one\0two", 7));
    EXPECT_TRUE(answer.understood());
  }
  VtyAnswer refused;
  ASSERT_TRUE(refused.feed(std::string("% Unknown command\0\0\0\x02", 21)));
  EXPECT_FALSE(refused.understood());
}

// What FRR 8.4.4 said.
TEST(FrrNeighborsTest, FromItsJson) {
  EXPECT_THAT(parse_isis_neighbors(R"({"areas":[{"area":"core","circuits":[{"circuit":2,"adj":"0000.0000.0002",
      "interface":"lan","level":2,"state":"Up","expires-in":"4s","snpa":"7e21.be1a.9af6"}]}]})",
                                   {{"0000.0000.0002", "r2"}}),
              ElementsAre(AdjacencyRecord{"r2", "up"}));
  EXPECT_THAT(parse_ospf6_neighbors(R"({"neighbors":[{"neighborId":"10.0.0.2","state":"Full"},
      {"neighborId":"10.0.0.9","state":"Twoway"}]})",
                                    {{"10.0.0.2", "r2"}}),
              ElementsAre(AdjacencyRecord{"r2", "full"}, AdjacencyRecord{"10.0.0.9", "2-way"}));
  EXPECT_THAT(parse_pim_neighbors(R"({"lan":{"192.0.2.2":{"interface":"lan"}}})", [](const Address&) { return "r2"; }),
              ElementsAre(AdjacencyRecord{"r2", "up"}));
  EXPECT_THAT(parse_isis_neighbors("% Unknown command", {}), IsEmpty());
}

TEST(FrrNeighborsTest, BgpByTheNeighborsAddress) {
  const std::map<std::string, std::string> sessions{{"192.0.2.2", "r2"}};
  constexpr const char* neighbors =
      R"({"192.0.2.2":{"remoteAs":65002,"bgpState":"Established"},"192.0.2.9":{"bgpState":"Idle"}})";
  constexpr const char* routes = R"json({"vrfName":"default","routes":{
      "198.51.100.0/24":[{"valid":true,"bestpath":true,"peerId":"192.0.2.2","nexthops":[]}],
      "203.0.113.0/24":[{"valid":true,"peerId":"(unspec)"}]}})json";
  EXPECT_THAT(parse_bgp_neighbors(neighbors, sessions), ElementsAre(AdjacencyRecord{"r2", "established"}));
  EXPECT_THAT(parse_bgp_routes(routes, sessions), ElementsAre(RouteRecord{*Prefix::parse("198.51.100.0/24"), "r2"}));
}

// What ripngd says; the second gateway was heard a minute ago, and its route is on its way out.
constexpr const char* ripng_status = R"(Routing Protocol is "RIPng"
  Sending updates every 2 seconds with +/-50%, next due in 0 seconds
  Timeout after 8 seconds, garbage collect after 8 seconds
  Routing Information Sources:
    Gateway          BadPackets BadRoutes  Distance Last Update
    fe80::2
                        0          0        120      00:00:03
    fe80::3
                        0          0        120      00:01:00
)";
constexpr const char* ripng_routes = R"(Codes: R - RIPng, C - connected, S - Static, O - OSPF, B - BGP
   Network      Next Hop                      Via     Metric Tag Time
C(r) 2001:db8:1::1/128
                  ::                          self       1    0
R(n) 2001:db8:2::1/128
                  fe80::2                     lan        2    0  00:06
R(n) 2001:db8:3::1/128
                  fe80::3                     lan       16    0  00:07
)";

TEST(FrrNeighborsTest, RipngFromItsText) {
  const auto name = [](const Address& address) { return address.str() == "fe80::2" ? "r2" : "r3"; };
  EXPECT_THAT(parse_ripng_status(ripng_status, 8, name), ElementsAre(AdjacencyRecord{"r2", "up"}));
  EXPECT_THAT(parse_ripng_routes(ripng_routes), ElementsAre(RouteRecord{*Prefix::parse("2001:db8:2::1/128"), ""}));
}

}  // namespace
}  // namespace useipsec
