#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <chrono>
#include <cstring>
#include <thread>

#include "base/unique_fd.h"
#include "helpers/golden.h"
#include "helpers/sample_cases.h"
#include "routing/bird/control.h"
#include "routing/bird/neighbors.h"
#include "routing/routing.h"

namespace useipsec {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(BirdRenderTest, OneConfigurationForEachRouter) {
  for (const auto protocol : {RoutingProtocol::ospfv2, RoutingProtocol::ospfv3}) {
    std::string text;
    for (const auto& setup : render_routing(samples::ospf_case("ospf", protocol))) {
      text += fmt::format("##### {}\n{}", setup.node, setup.files.at(0).text) + setup.daemons.at(0).command.program;
      for (const auto& argument : setup.daemons.at(0).command.arguments) text += " " + argument;
      text += "\n";
    }
    expect_golden(protocol == RoutingProtocol::ospfv2 ? "routing/bird-ospfv2.txt" : "routing/bird-ospfv3.txt", text);
  }
}

TEST(BirdRenderTest, RouterIdsLeadBackToNodes) {
  const auto ids = router_ids(*samples::ospf_case("ospf", RoutingProtocol::ospfv2).routing);
  EXPECT_EQ(ids.at("10.0.0.1"), "r1");
  EXPECT_EQ(ids.at("10.0.0.3"), "r3");
}

// What BIRD 2.0.12 said in a lab of three routers.
constexpr const char* bird_neighbors = R"(adjacency:
Router ID   	Pri	     State     	DTime	Interface  Router IP
10.0.0.2    	  1	Full/BDR  	 3.021	lan        fe80::75:69ff:fe00:102
10.0.0.9    	  1	2-Way/Other	 3.202	lan        fe80::75:69ff:fe00:103
)";

TEST(BirdNeighborsTest, StatesAreLowerCaseWithoutTheRole) {
  EXPECT_THAT(parse_ospf_neighbors(bird_neighbors, {{"10.0.0.2", "r2"}}),
              ElementsAre(AdjacencyRecord{"r2", "full"}, AdjacencyRecord{"10.0.0.9", "2-way"}));
  EXPECT_THAT(parse_ospf_neighbors("adjacency: is not up\n", {}), ::testing::IsEmpty());
}

TEST(BirdRenderTest, SpeakersPeerByTheirAddresses) {
  auto subject = samples::ospf_case("bgp", RoutingProtocol::bgp);
  subject.routing->links.clear();
  subject.routing->speakers = {{"r1",
                                {65001,
                                 {"r2"},
                                 {{"r2", "a-secret"}},
                                 {*Prefix::parse("203.0.113.0/24")},
                                 {{*Prefix::parse("198.51.100.0/24")}}}},
                               {"r2", {65002, {}, {}, {}, {}, true}},
                               {"r3", {65003, {"r2"}, {}, {*Prefix::parse("2001:db8:f::/48")}, {}}}};
  std::string text;
  for (const auto& setup : render_routing(subject))
    text += fmt::format("##### {}\n{}", setup.node, setup.files.at(0).text);
  expect_golden("routing/bird-bgp.txt", text);
}

TEST(BirdRenderTest, AdvertisementsTellALinksPrefixes) {
  auto subject = samples::ospf_case("ra", RoutingProtocol::router_advertisement);
  subject.routing->hello_s = 4;
  subject.routing->dead_s = 6;
  EXPECT_FALSE(unsupported_routing(subject));
  expect_golden("routing/bird-router-advertisement.txt", render_routing(subject).at(0).files.at(0).text);
  subject.routing->daemon = "frr";
  EXPECT_TRUE(unsupported_routing(subject));
}

TEST(BirdRenderTest, InstancesHaveTablesOfTheirOwn) {
  auto subject = samples::ospf_case("ospf", RoutingProtocol::ospfv3);
  subject.routing->instances["r1"] = {0, 1};
  const auto setup = render_routing(subject).at(0);
  EXPECT_THAT(setup.files.at(0).text, HasSubstr("ipv6 table instance1;"));
  EXPECT_THAT(setup.files.at(0).text, HasSubstr("instance id 1;"));
  EXPECT_EQ(setup.of_neighbors.text, "show ospf neighbors");  // of all
}

TEST(BirdRenderTest, VirtualLinksAreInTheirTransitAreaAndMakeABackbone) {
  auto subject = samples::ospf_case("ospf", RoutingProtocol::ospfv3);
  subject.routing->areas = {{"lan", "0.0.0.1"}};
  subject.routing->virtual_links = {{{"r1", "r3"}, "0.0.0.1"}};
  const auto setups = render_routing(subject);
  EXPECT_THAT(setups.at(0).files.at(0).text,
              HasSubstr("  area 0.0.0.0 {\n    interface \"lo\" { stub; };\n  };\n"
                        "  area 0.0.0.1 {\n    interface \"lan\" { type broadcast; hello 1; dead 4; wait 2; };\n"
                        "    virtual link 10.0.0.3 { hello 1; dead 4; wait 2; };\n  };\n"));
  EXPECT_THAT(setups.at(1).files.at(0).text, AllOf(HasSubstr("area 0.0.0.1"), HasSubstr("\"lo\""),
                                                   Not(HasSubstr("area 0.0.0.0")), Not(HasSubstr("virtual"))));
  EXPECT_THAT(setups.at(2).files.at(0).text, HasSubstr("virtual link 10.0.0.1"));
}

// What BIRD 2.0.12 says; the first line is a route of the kernel's.
constexpr const char* protocols = R"(Name       Proto      Table      State  Since         Info
device1    Device     ---        up     06:41:01.000
session1   BGP        ---        up     06:41:04.120  Established
session2   BGP        ---        start  06:41:01.000  Active        Socket: Connection refused
)";
constexpr const char* bgp_routes = R"(Table master4:
198.51.100.0/24      unicast [session1 06:41:04.121 from 10.0.0.2] * (100/?) [AS65002i]
	via 192.0.2.2 on one
                     unicast [session2 06:41:05.121 from 10.0.0.3] (100/?) [AS65003i]
203.0.113.0/24       unreachable [session2 06:41:05.121 from 10.0.0.3] * (100/-) [AS65003i]
)";

TEST(BirdSessionsTest, StatesAndRoutesByPeer) {
  const std::map<std::string, std::string> sessions{{"session1", "r2"}, {"session2", "r3"}};
  EXPECT_THAT(parse_bgp_sessions(protocols, sessions),
              ElementsAre(AdjacencyRecord{"r2", "established"}, AdjacencyRecord{"r3", "active"}));
  EXPECT_THAT(parse_routes(bgp_routes, sessions), ElementsAre(RouteRecord{*Prefix::parse("198.51.100.0/24"), "r2"},
                                                              RouteRecord{*Prefix::parse("203.0.113.0/24"), "r3"}));
}

TEST(BirdReplyTest, TakesRepliesApartHoweverTheyArrive) {
  const std::string bytes = "1013-adjacency:\n Router ID\n1013-10.0.0.2\n0000 \n0001 next\n";
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    BirdReply reply;
    if (!reply.feed(bytes.substr(0, cut))) {
      ASSERT_TRUE(reply.feed(bytes.substr(cut)));
      EXPECT_THAT(reply.take(), ElementsAre(BirdLine{1013, "adjacency:"}, BirdLine{1013, "Router ID"},
                                            BirdLine{1013, "10.0.0.2"}, BirdLine{0, ""}));
      ASSERT_TRUE(reply.feed(""));
      EXPECT_THAT(reply.take(), ElementsAre(BirdLine{1, "next"}));
    }
  }
}

/// A server that greets, then answers the first thing said with `answer` (or never, where empty).
class FakeBird {
 public:
  explicit FakeBird(std::string answer) : path_(::testing::TempDir() + "bird-" + std::to_string(::getpid()) + ".ctl") {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path_.c_str(), sizeof address.sun_path - 1);
    ::unlink(path_.c_str());
    listener_.reset(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::bind(listener_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::abort();
    if (::listen(listener_.get(), 1) != 0) std::abort();
    thread_ = std::jthread([this, said = std::move(answer)] {
      UniqueFd client(::accept(listener_.get(), nullptr, nullptr));
      constexpr std::string_view greeting = "0001 BIRD 2.0.12 ready.\n";
      (void)!::write(client.get(), greeting.data(), greeting.size());
      char buffer[256];
      (void)!::read(client.get(), buffer, sizeof buffer);
      if (!said.empty()) (void)!::write(client.get(), said.data(), said.size());
      (void)!::read(client.get(), buffer, sizeof buffer);  // until the other side closes
    });
  }
  ~FakeBird() { ::unlink(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  UniqueFd listener_;
  std::jthread thread_;
};

TEST(BirdControlTest, GivesTheTextOfTheAnswer) {
  FakeBird bird("1013-adjacency:\n 10.0.0.2 1 Full/DR\n0000 \n");
  const auto answer = ask_bird(bird.path(), "show ospf neighbors", 5s);
  ASSERT_TRUE(answer) << answer.error().what();
  EXPECT_EQ(*answer, "adjacency:\n10.0.0.2 1 Full/DR\n");
}

TEST(BirdControlTest, AnErrorIsBirdsOwnWords) {
  FakeBird bird("9001 syntax error, unexpected CF_SYM\n");
  const auto answer = ask_bird(bird.path(), "show nonsense", 5s);
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().what(), HasSubstr("show nonsense"));
  EXPECT_THAT(answer.error().what(), HasSubstr("unexpected CF_SYM"));
}

TEST(BirdControlTest, SilenceEndsAtTheDeadline) {
  FakeBird bird("");
  const auto answer = ask_bird(bird.path(), "show status", 50ms);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().exit_code(), ExitCode::deadline);
}

TEST(BirdControlTest, NobodyThereIsAnErrorAtOnce) {
  const auto answer = ask_bird(::testing::TempDir() + "no-such-socket", "show status", 5s);
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().what(), HasSubstr("ENOENT"));
}

}  // namespace
}  // namespace useipsec
