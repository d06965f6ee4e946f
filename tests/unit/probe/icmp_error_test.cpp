#include "probe/icmp_error.h"

#include <gtest/gtest.h>

namespace useipsec {
namespace {

// RFC 792 and RFC 1812.
TEST(IcmpErrorText, NamesTypesAndCodesOfIpv4) {
  EXPECT_EQ(icmp_error_text(Family::v4, 3, 3, "192.0.2.1"),
            "ICMP: destination unreachable (port unreachable) from 192.0.2.1");
  EXPECT_EQ(icmp_error_text(Family::v4, 3, 4, "192.0.2.1"),
            "ICMP: destination unreachable (fragmentation needed) from 192.0.2.1");
  EXPECT_EQ(icmp_error_text(Family::v4, 11, 0, "192.0.2.1"), "ICMP: time exceeded (in transit) from 192.0.2.1");
}

// RFC 4443: the same numbers mean other things.
TEST(IcmpErrorText, NamesTypesAndCodesOfIpv6) {
  EXPECT_EQ(icmp_error_text(Family::v6, 1, 4, "2001:db8::1"),
            "ICMP: destination unreachable (port unreachable) from 2001:db8::1");
  EXPECT_EQ(icmp_error_text(Family::v6, 3, 0, "2001:db8::1"), "ICMP: time exceeded (in transit) from 2001:db8::1");
}

TEST(IcmpErrorText, GivesNumbersWhereThereIsNoName) {
  EXPECT_EQ(icmp_error_text(Family::v4, 3, 200, "a"), "ICMP: destination unreachable (code 200) from a");
  EXPECT_EQ(icmp_error_text(Family::v4, 99, 1, "a"), "ICMP: type 99 (code 1) from a");
}

}  // namespace
}  // namespace useipsec
