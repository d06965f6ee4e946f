#include "forge/ah.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "forge/checksum.h"
#include "unit/forge/sample_frames.h"
#include "wire/packet.h"

namespace useipsec {
namespace {

SaRecord sa() {
  SaRecord record;
  record.protocol = "ah";
  record.spi = 0x1234;
  record.integrity = "hmac(sha256)";
  record.integrity_key = std::string(64, 'a');
  record.integrity_truncation_bits = 128;
  return record;
}

std::vector<std::uint8_t> icv(const Frame& frame, std::size_t ip_header) {
  const auto at = static_cast<std::ptrdiff_t>(14 + ip_header + 12);
  return {frame.begin() + at, frame.begin() + at + 16};
}

TEST(UnderAh, KeepsWhatItCovers) {
  for (const auto& frame : {samples::datagram(), samples::datagram("2001:db8::1", "2001:db8::2")}) {
    const auto packet_frame = under_ah(frame, sa(), 7);
    const auto packet = read_packet(packet_frame, static_cast<std::uint32_t>(packet_frame.size()));
    EXPECT_EQ(packet.form, WireForm::ah);
    EXPECT_EQ(packet.spi, 0x1234u);
    EXPECT_EQ(packet.sequence, 7u);
    EXPECT_EQ(packet.destination_port, 7001);
    EXPECT_FALSE(packet.truncated);
    EXPECT_EQ(std::string(packet.payload.begin(), packet.payload.end()), "hello");
  }
  const auto frame = under_ah(samples::datagram(), sa(), 7);
  EXPECT_EQ(internet_checksum(std::span(frame).subspan(14, 20)), 0);
}

TEST(UnderAh, LeavesOutWhatRoutersChangeAndNothingElse) {
  const auto value = icv(under_ah(samples::datagram(), sa(), 7), 20);
  auto frame = samples::datagram();
  frame[14 + 8] = 9;   // time to live
  frame[14 + 1] = 32;  // type of service
  EXPECT_EQ(icv(under_ah(frame, sa(), 7), 20), value);
  frame[14 + 4] = 1;  // identification
  EXPECT_NE(icv(under_ah(frame, sa(), 7), 20), value);
  EXPECT_NE(icv(under_ah(samples::datagram("192.0.2.9"), sa(), 7), 20), value);
  EXPECT_NE(icv(under_ah(samples::datagram(), sa(), 8), 20), value);
  auto other = sa();
  other.integrity_key[0] = 'b';
  EXPECT_NE(icv(under_ah(samples::datagram(), other, 7), 20), value);
}

TEST(UnderAh, RefusesAnAlgorithmItDoesNotKnow) {
  auto other = sa();
  other.integrity = "xcbc(aes)";
  EXPECT_THROW(under_ah(samples::datagram(), other, 1), Error);
}

}  // namespace
}  // namespace useipsec
