#include "topology/broadcast.h"

#include <gtest/gtest.h>

#include "unit/topology/parsed.h"

namespace useipsec {
namespace {

Topology with(const char* first, const char* second = nullptr) {
  Topology topology;
  Link link{.name = "lan", .kind = LinkKind::shared};
  link.ends.push_back({.node = "alice", .addresses = {*Prefix::parse(first)}, .mac = {}});
  if (second != nullptr) link.ends.push_back({.node = "bob", .addresses = {*Prefix::parse(second)}, .mac = {}});
  topology.links.push_back(link);
  return topology;
}

TEST(Broadcast, IsTheLastAddressOfASubnetOrTheLimitedOne) {
  const auto lan = with("192.0.2.1/24");
  EXPECT_TRUE(is_broadcast(lan, address("192.0.2.255")));
  EXPECT_TRUE(is_broadcast(lan, address("255.255.255.255")));
  EXPECT_FALSE(is_broadcast(lan, address("192.0.2.1")));
  EXPECT_FALSE(is_broadcast(lan, address("198.51.100.255"))) << "no link has that subnet";
  EXPECT_EQ(broadcast_of(lan.links[0]), address("192.0.2.255"));
  EXPECT_EQ(broadcast_of(with("10.1.2.3/20").links[0]), address("10.1.15.255"));
}

TEST(Broadcast, NeitherIPv6NorASubnetOfTwoHasOne) {
  EXPECT_EQ(broadcast_of(with("2001:db8::1/64").links[0]), std::nullopt);
  EXPECT_EQ(broadcast_of(with("192.0.2.0/31").links[0]), std::nullopt);
  EXPECT_FALSE(is_broadcast(with("192.0.2.1/32"), address("192.0.2.1")));
  EXPECT_EQ(broadcast_of(with("2001:db8::1/64", "192.0.2.9/30").links[0]), address("192.0.2.11"));
}

TEST(Broadcast, AGroupIsMulticastOrBroadcast) {
  const auto lan = with("192.0.2.1/24");
  EXPECT_TRUE(is_group(lan, address("224.0.0.5")));
  EXPECT_TRUE(is_group(lan, address("ff02::5")));
  EXPECT_TRUE(is_group(lan, address("192.0.2.255")));
  EXPECT_FALSE(is_group(lan, address("192.0.2.2")));
}

}  // namespace
}  // namespace useipsec
