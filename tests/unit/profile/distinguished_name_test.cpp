#include "profile/distinguished_name.h"

#include <gtest/gtest.h>

namespace useipsec {
namespace {

TEST(DistinguishedNameTest, KeepsTheOrderAndTrimsSpaces) {
  const auto name = DistinguishedName::parse("C=ZZ,O=useipsec lab ,  CN=alice");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->str(), "C=ZZ, O=useipsec lab, CN=alice");
  EXPECT_EQ(DistinguishedName::parse(name->str()), name);
  EXPECT_NE(DistinguishedName::parse("CN=alice, O=useipsec lab, C=ZZ"), name);
}

TEST(DistinguishedNameTest, TakesNoNameThatReadersWouldTakeApartDifferently) {
  for (const char* text : {"", "alice", "CN=", "CN=a+O=b", "CN=a=b", "CN=a,,O=b", "CN=a,", "DC=example", "cn=alice",
                           "C=Zurich", "CN=\"quoted\"", "CN=M\xc3\xbcller", "CN=a\\,b", "CN=a_b", "CN=a@b"})
    EXPECT_EQ(DistinguishedName::parse(text), std::nullopt) << text;
  EXPECT_EQ(DistinguishedName::parse("CN=" + std::string(65, 'a')), std::nullopt) << "RFC 5280, ub-common-name";
}

}  // namespace
}  // namespace useipsec
