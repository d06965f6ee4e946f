#include "wire/packet.h"

#include <gmock/gmock.h>

#include <random>

#include "base/error.h"
#include "unit/wire/frames.h"
#include "wire/capture_file.h"

namespace useipsec {
namespace {

using namespace frames;

Packet read(const Octets& frame) { return read_packet(frame, static_cast<std::uint32_t>(frame.size())); }
Octets v4(std::uint8_t protocol, const Octets& inside) {
  return ethernet(0x0800, ipv4("10.0.0.2", "203.0.113.2", protocol, inside));
}
Octets v6(std::uint8_t next, const Octets& inside) {
  return ethernet(0x86dd, ipv6("2001:db8::1", "2001:db8::2", next, inside));
}

TEST(Packet, ClearPingWithOptions) {
  const auto frame =
      ethernet(0x0800, ipv4("10.0.0.2", "203.0.113.2", 1, icmp(8, 0, text("tok/000001/q/")), 0, {1, 1, 1, 0}));
  const auto packet = read(frame);
  EXPECT_EQ(packet.form, WireForm::clear);
  EXPECT_EQ(packet.source, address("10.0.0.2"));
  EXPECT_EQ(packet.icmp, (IcmpHeader{8, 0}));
  EXPECT_EQ(Bytes(packet.payload).text(), "tok/000001/q/");
}

TEST(Packet, EspAndAhShowSpiAndSequence) {
  const auto esp_frame = v4(50, esp(0xc0ffee01, 7));
  EXPECT_EQ(read(esp_frame).form, WireForm::esp);
  EXPECT_EQ(read(esp_frame).spi, 0xc0ffee01u);
  EXPECT_EQ(read(esp_frame).sequence, 7u);
  const auto ah_frame = v4(51, ah(17, 0x1001, 3, udp(4000, 7001, text("hello"))));
  const auto packet = read(ah_frame);
  EXPECT_EQ(packet.form, WireForm::ah);
  EXPECT_EQ(packet.spi, 0x1001u);
  EXPECT_EQ(packet.sequence, 3u);
  EXPECT_EQ(packet.protocol, 17);
  EXPECT_EQ(packet.destination_port, 7001);
  EXPECT_EQ(Bytes(packet.payload).text(), "hello");
}

TEST(Packet, EspInsideAhIsAFormOfItsOwn) {
  const auto packet = read(v4(51, ah(50, 0x1001, 3, esp(0xc0ffee01, 7))));
  EXPECT_EQ(packet.form, WireForm::ah_esp);
  EXPECT_EQ(packet.spi, 0x1001u) << "the outer header is first";
  EXPECT_EQ(packet.sequence, 3u);
  EXPECT_EQ(packet.inner_spi, 0xc0ffee01u);
  EXPECT_EQ(packet.protocol, 50);
  EXPECT_EQ(to_string(packet.form), "ah+esp");
  EXPECT_EQ(read(v4(51, ah(17, 1, 1, udp(4000, 7001, text("hello"))))).inner_spi, std::nullopt);
  EXPECT_EQ(read(v4(50, esp(1, 1))).inner_spi, std::nullopt);
}

TEST(Packet, NeighborDiscoveryInsideAhIsAhToTheWire) {
  EXPECT_EQ(read(v6(58, icmp(135, 0, Octets(16, 0)))).form, WireForm::neighbor_discovery);
  EXPECT_EQ(read(v6(58, icmp(137, 0, Octets(16, 0)))).form, WireForm::neighbor_discovery);
  EXPECT_EQ(read(v6(58, icmp(128, 0, Octets(16, 0)))).form, WireForm::clear);
  EXPECT_EQ(read(v6(51, ah(58, 1, 1, icmp(135, 0, Octets(16, 0))))).form, WireForm::ah);
}

TEST(Packet, ExtensionHeadersAreWalked) {
  const Octets hop_by_hop{60, 0, 1, 4, 0, 0, 0, 0}, options{50, 0, 1, 4, 0, 0, 0, 0};
  const auto packet = read(v6(0, join({hop_by_hop, options, esp(0x2002, 1)})));
  EXPECT_EQ(packet.form, WireForm::esp);
  EXPECT_EQ(packet.spi, 0x2002u);
}

TEST(Packet, Port4500TellsItsThreeKindsApart) {  // RFC 3948 section 2
  const auto esp_frame = v4(17, udp(61234, 4500, esp(0xabcdef01, 9)));
  EXPECT_EQ(read(esp_frame).form, WireForm::esp_in_udp);
  EXPECT_EQ(read(esp_frame).spi, 0xabcdef01u);
  EXPECT_EQ(read(v4(17, udp(4500, 61234, {0xff}))).form, WireForm::keepalive);
  const auto marked = v4(17, udp(4500, 61234, join({Octets(4, 0), ike(2, 35, 0x08, 1)})));
  const auto packet = read(marked);
  EXPECT_EQ(packet.form, WireForm::ike);
  ASSERT_TRUE(packet.ike);
  EXPECT_EQ(packet.ike->exchange_name(), "IKE_AUTH");
  EXPECT_EQ(packet.ike->initiator_spi, 0x1122334455667788u);
  EXPECT_EQ(packet.ike->message_id, 1u);
}

TEST(Packet, IkeOnAPortThatANaptChanged) {
  const auto packet = read(v4(17, udp(443, 500, ike(1, 2, 0, 0))));
  EXPECT_EQ(packet.form, WireForm::ike);
  EXPECT_EQ(packet.ike->exchange_name(), "main mode");
  EXPECT_EQ(read(v4(17, udp(500, 443, ike(1, 32, 1, 5)))).ike->exchange_name(), "quick mode");
  EXPECT_EQ(read(v4(17, udp(500, 500, text("tok/000001/q/ is not IKE, however long it may be")))).form,
            WireForm::clear);
}

TEST(Packet, AnIcmpErrorIsNotThePacketItQuotes) {
  EXPECT_TRUE(read(v4(1, icmp(3, 1, text("quoted")))).is_icmp_error());
  EXPECT_FALSE(read(v4(1, icmp(0, 0, {}))).is_icmp_error());
  EXPECT_TRUE(read(v6(58, icmp(1, 0, {}))).is_icmp_error());
  EXPECT_FALSE(read(v6(58, icmp(129, 0, {}))).is_icmp_error());
}

TEST(Packet, NeverReadsOutside) {  // AddressSanitizer watches: each frame is in a buffer of exactly its size
  std::vector<Octets> seeds{v4(51, ah(4, 1, 1, ipv4("10.0.0.1", "10.0.0.2", 6, tcp(1, 2, 2, text("x"))))),
                            v4(17, udp(4500, 4500, join({Octets(4, 0), ike(2, 34, 8, 0)}))),
                            v4(17, udp(4500, 4500, esp(5, 5))),
                            v6(0, join({Octets{44, 0, 0, 0, 0, 0, 0, 0}, Octets{51, 0, 0, 1, 0, 0, 0, 9},
                                        ah(58, 1, 1, icmp(128, 0, text("y")))})),
                            ethernet(0x0806, Octets(28, 1)),
                            ethernet(0x8100, Octets{0, 1, 8, 0, 0x45})};
  std::mt19937 random(5406);
  for (int round = 0; round < 20000; ++round) {
    auto frame = seeds[random() % seeds.size()];
    for (auto flips = random() % 4; flips > 0; --flips)
      frame[random() % frame.size()] = static_cast<std::uint8_t>(random());
    frame.resize(random() % (frame.size() + 1));
    frame.shrink_to_fit();
    const auto packet = read_packet(frame, static_cast<std::uint32_t>(frame.size() + random() % 3));
    ASSERT_LE(packet.payload.size(), frame.size());
    if (!packet.payload.empty()) {
      ASSERT_LE(packet.payload.data() + packet.payload.size(), frame.data() + frame.size());
    }
  }
}

class CaptureFileTest : public testing::Test {
 protected:
  std::filesystem::path file_ = std::filesystem::path(testing::TempDir()) /
                                (std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) + ".pcap");
  void TearDown() override { std::filesystem::remove(file_); }
};

TEST_F(CaptureFileTest, LaterFragmentsAreWhatTheirFirstWas) {
  const auto whole = udp(4500, 4500, esp(0x77, 1, Octets(56, 1)));
  const Octets head(whole.begin(), whole.begin() + 32), tail(whole.begin() + 32, whole.end());
  write_pcap(file_, {{100.25, ethernet(0x0800, ipv4("10.0.0.1", "10.0.0.2", 17, head, 0x2000))},
                     {100.5, ethernet(0x0800, ipv4("10.0.0.1", "10.0.0.2", 17, tail, 4))}});
  const CaptureFile capture(file_, "wan", "nat", 100.0);
  ASSERT_EQ(capture.packets().size(), 2u);
  EXPECT_NEAR(capture.packets()[0].time, 0.25, 1e-6);
  EXPECT_EQ(capture.packets()[0].link, "wan");
  EXPECT_EQ(capture.packets()[1].form, WireForm::esp_in_udp);
  EXPECT_EQ(capture.packets()[1].spi, 0x77u);
}

TEST_F(CaptureFileTest, ACutFileKeepsWhatIsWholeAndSaysSo) {
  write_pcap(file_, {{1, v4(50, esp(1, 1))}, {2, v4(50, esp(1, 2))}});
  std::filesystem::resize_file(file_, std::filesystem::file_size(file_) - 5);
  const CaptureFile capture(file_, "wan", "nat", 0);
  EXPECT_EQ(capture.packets().size(), 1u);
  EXPECT_FALSE(capture.problem().empty());
}

TEST_F(CaptureFileTest, SaysWhatIsNoCapture) {
  EXPECT_THROW(CaptureFile(file_, "wan", "nat", 0), Error);
  std::ofstream(file_) << "not a capture, but long enough to be taken for one by a careless reader";
  EXPECT_THROW(CaptureFile(file_, "wan", "nat", 0), Error);
}

}  // namespace
}  // namespace useipsec
