#include "topology/realms.h"

#include <gtest/gtest.h>

namespace useipsec {
namespace {

DraftNode host(const char* name) { return {name, Role::host, {}, {}, {}}; }
DraftNode router(const char* name) { return {name, Role::router, {}, {}, {}}; }
DraftNode box(const char* name, const char* outside) {
  NatPolicy policy;
  policy.outside = outside;
  return {name, Role::nat, {}, {}, policy};
}
DraftLink link(const char* name, const char* one, const char* other) {
  return {name, LinkKind::point_to_point, {}, {{one, true, {}}, {other, true, {}}}, {}, false};
}

TopologyDraft draft(std::vector<DraftNode> nodes, std::vector<DraftLink> links) {
  TopologyDraft result;
  result.nodes = std::move(nodes);
  result.links = std::move(links);
  return result;
}

TEST(Realms, TwoHomesAreApartAndTheInternetIsNot) {
  const Realms realms(
      draft({host("a"), host("c"), box("n", "wan"), box("m", "wan2"), router("inet")},
            {link("lan", "a", "n"), link("lan2", "c", "m"), link("wan", "n", "inet"), link("wan2", "m", "inet")}));
  EXPECT_TRUE(realms.apart("lan", "lan2"));
  EXPECT_FALSE(realms.apart("lan", "wan"));
  EXPECT_FALSE(realms.apart("lan", "wan2"));
  EXPECT_FALSE(realms.apart("wan", "wan2"));
  EXPECT_FALSE(realms.apart("lan", "lan"));
}

TEST(Realms, WhatIsOutsideOfAHomeIsSeenFromThere) {
  const Realms realms(draft({host("a"), box("n", "mid"), box("m", "wan"), router("inet")},
                            {link("lan", "a", "n"), link("mid", "n", "m"), link("wan", "m", "inet")}));
  EXPECT_FALSE(realms.apart("lan", "mid"));
  EXPECT_FALSE(realms.apart("lan", "wan"));
}

TEST(Realms, ARouterJoinsWhatItStandsBetween) {
  const Realms realms(draft({host("a"), router("r"), box("n", "wan"), router("inet")},
                            {link("lan", "a", "r"), link("mid", "r", "n"), link("wan", "n", "inet")}));
  EXPECT_FALSE(realms.apart("lan", "mid"));
}

}  // namespace
}  // namespace useipsec
