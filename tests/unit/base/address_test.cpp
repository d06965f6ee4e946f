#include "base/address.h"

#include <gtest/gtest.h>

namespace useipsec {
namespace {

Address address(const char* text) { return Address::parse(text).value(); }

TEST(Address, IsReadAndWrittenAsTheRfcsWriteIt) {
  for (const auto* text : {"192.0.2.1", "0.0.0.0", "2001:db8::1", "::", "fe80::1"})
    EXPECT_EQ(address(text).str(), text);
  EXPECT_EQ(address("2001:DB8:0:0:0:0:0:1").str(), "2001:db8::1") << "RFC 5952";
  for (const auto* text : {"", "192.0.2", "192.0.2.256", "2001:db8::1::2", "192.0.2.1/24", "bob"})
    EXPECT_FALSE(Address::parse(text)) << text;
}

TEST(Address, KnowsWhatItsRangeIsFor) {
  EXPECT_TRUE(address("224.0.0.5").is_multicast() && address("ff02::5").is_multicast());
  EXPECT_FALSE(address("223.255.255.255").is_multicast() || address("fe80::5").is_multicast());
  EXPECT_TRUE(address("169.254.7.7").is_link_local() && address("febf::1").is_link_local());
  EXPECT_FALSE(address("169.253.7.7").is_link_local() || address("fec0::1").is_link_local());
  EXPECT_TRUE(address("127.0.0.1").is_loopback() && address("127.1.2.3").is_loopback() && address("::1").is_loopback());
  EXPECT_FALSE(address("128.0.0.1").is_loopback() || address("::2").is_loopback() || address("::").is_loopback());
  EXPECT_TRUE(address("0.0.0.0").is_any() && address("::").is_any());
  EXPECT_FALSE(address("0.0.0.1").is_any() || address("::1").is_any());
}

}  // namespace
}  // namespace useipsec
