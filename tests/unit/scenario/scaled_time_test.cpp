#include "scenario/scaled_time.h"

#include <gmock/gmock.h>

#include "helpers/sample_cases.h"

namespace useipsec {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(ScaledTime, WhatIsAsTheDocumentsHaveItIsNotScaled) {
  auto subject = samples::pair_case("nat", samples::wan(true));
  EXPECT_THAT(scaled_times(subject), IsEmpty()) << "20 s between keepalives, and the box's own lifetimes";
  subject.topology.nodes[1].nat->lifetimes.udp = 120;
  subject.profile.nat.keepalive_s = 30;
  EXPECT_THAT(scaled_times(subject), IsEmpty()) << "longer is not faster";
  subject.profile.nat.keepalive_s = 0;
  EXPECT_THAT(scaled_times(subject), IsEmpty()) << "none at all is not faster either";
}

TEST(ScaledTime, MappingsAndKeepalivesBesideWhatTheyAreOutside) {
  auto subject = samples::pair_case("nat", samples::wan(true));
  subject.topology.nodes[1].nat->lifetimes = {.udp = 3, .tcp = {}, .icmp = {}, .other = 5};
  auto own = subject.profile;
  own.nat.keepalive_s = 1;
  subject.profile_at["alice"] = own;
  EXPECT_THAT(
      scaled_times(subject),
      ElementsAre(ScaledTime{"middle forgets a UDP mapping", 120, 3, "RFC 4787 section 4.3"},
                  ScaledTime{"middle forgets a mapping without ports", 600, 5, "Linux, nf_conntrack_generic_timeout"},
                  ScaledTime{"alice sends a NAT keepalive", 20, 1, "RFC 3948 section 4"}));
  EXPECT_EQ(scaled_times(subject).front().str(),
            "middle forgets a UDP mapping: 3 s for 120 s (RFC 4787 section 4.3), 40 times as fast");
}

TEST(ScaledTime, ManualKeysSendNoKeepalive) {
  auto subject = samples::pair_case("nat", samples::wan(true));
  subject.profile.keying = Keying::manual;
  subject.profile.nat.keepalive_s = 1;
  EXPECT_THAT(scaled_times(subject), IsEmpty());
}

TEST(ScaledTime, RoutersByTheirProtocol) {
  auto subject = samples::ospf_case("ospf", RoutingProtocol::ospfv3);
  EXPECT_THAT(scaled_times(subject),
              ElementsAre(ScaledTime{"a router says that it is there", 10, 1, "RFC 5340 appendix C.3"},
                          ScaledTime{"a router that is silent is given up", 40, 4, "RFC 5340 appendix C.3"}));
  subject.routing->hello_s = 10;
  subject.routing->dead_s = 40;
  EXPECT_THAT(scaled_times(subject), IsEmpty());
}

}  // namespace
}  // namespace useipsec
