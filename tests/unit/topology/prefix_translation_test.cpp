#include "topology/prefix_translation.h"

#include <gtest/gtest.h>

#include "unit/topology/parsed.h"

namespace useipsec {
namespace {

// The example of RFC 6296 section 3.2 and appendix B.
TEST(PrefixTranslation, OfTheRfc) {
  const auto inside = prefix("fd01:203:405::/48"), outside = prefix("2001:db8:1::/48");
  EXPECT_EQ(translated_prefix(address("fd01:203:405:1::1234"), inside, outside), address("2001:db8:1:d550::1234"));
  EXPECT_EQ(translated_prefix(address("2001:db8:1:d550::1234"), outside, inside), address("fd01:203:405:1::1234"));
}

TEST(PrefixTranslation, ALongPrefixLeavesTheDifferenceToTheInterfaceIdentifier) {
  const auto inside = prefix("fd01:203:405:1::/64"), outside = prefix("2001:db8:1:2::/64");
  const auto shown = translated_prefix(address("fd01:203:405:1::1234"), inside, outside);
  EXPECT_TRUE(outside.contains(shown));
  EXPECT_NE(shown, address("2001:db8:1:2::1234"));
  EXPECT_EQ(translated_prefix(shown, outside, inside), address("fd01:203:405:1::1234"));
}

}  // namespace
}  // namespace useipsec
