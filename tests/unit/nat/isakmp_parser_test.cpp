#include "nat/isakmp_parser.h"

#include <gtest/gtest.h>

#include "sample_packets.h"

namespace useipsec {
namespace {

using sample::isakmp;

TEST(IsakmpComplaint, LetsRfc2408Pass) {
  EXPECT_EQ(isakmp_complaint(isakmp(1, {1})), "");
  EXPECT_EQ(isakmp_complaint(isakmp(1, {4, 10})), "");  // key exchange, nonce
}

TEST(IsakmpComplaint, NamesWhatItDoesNotKnow) {
  EXPECT_EQ(isakmp_complaint(isakmp(1, {1, 13})), "an ISAKMP payload of type 13");      // vendor ID
  EXPECT_EQ(isakmp_complaint(isakmp(1, {4, 10, 20})), "an ISAKMP payload of type 20");  // NAT-D, RFC 3947
  EXPECT_EQ(isakmp_complaint(isakmp(1, {4, 1})), "an ISAKMP SA payload that is not the first");
  EXPECT_EQ(isakmp_complaint(isakmp(1, {33}, 0x20)), "ISAKMP version 2");
}

TEST(IsakmpComplaint, NoticesLengths) {
  auto message = isakmp(1, {1, 4});
  message[31] = 200;
  EXPECT_EQ(isakmp_complaint(message), "an ISAKMP payload that is cut off");
  message[31] = 3;  // would go in a circle
  EXPECT_EQ(isakmp_complaint(message), "an ISAKMP payload that is cut off");
  EXPECT_EQ(isakmp_complaint(std::vector<std::uint8_t>{0xff}), "no ISAKMP header");  // a keepalive, RFC 3948
}

TEST(IsakmpComplaint, SeesNothingBehindEncryption) {
  auto message = isakmp(1, {13});
  message[19] = 1;
  EXPECT_EQ(isakmp_complaint(message), "");
}

}  // namespace
}  // namespace useipsec
