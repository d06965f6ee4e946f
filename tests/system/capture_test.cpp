// Captures in real network namespaces: needs root over a network namespace. What a probe's packets look like to them is
// in probe_test.cpp.
#include <gmock/gmock.h>

#include "system/probe_fixture.h"

namespace useipsec {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using namespace testing_network;

TEST_F(ProbeTest, CaptureSurvivesItsInterfaceGoingDownAndUp) {
  CaptureSession captures(loop_, run_in_node(), described(), folder_);
  const auto before = job(ProbeKind::udp, Family::v4, "alice", "bob");
  ASSERT_EQ(run(before).answers_arrived, numbers(3));
  network_->set_up("bob", "wan", false);
  auto during = job(ProbeKind::udp, Family::v4, "alice", "bob");
  during.probe.wait_ms = 100;
  ASSERT_THAT(run(during).arrived, IsEmpty());
  network_->set_up("bob", "wan", true);
  network_->change_route("bob", "10.1.0.0/24", "10.2.0.1", RTN_UNICAST,
                         true);  // the kernel drops routes of a link that goes down
  const auto after = job(ProbeKind::udp, Family::v4, "alice", "bob");
  ASSERT_EQ(run(after).answers_arrived, numbers(3));
  const auto records = captures.stop();
  EXPECT_THAT(captures.troubles(), IsEmpty());
  ASSERT_THAT(records, SizeIs(4));
  EXPECT_THAT(seen(folder_ / "captures/wan-bob.pcap", before.token), SizeIs(3));
  EXPECT_THAT(seen(folder_ / "captures/wan-bob.pcap", during.token), IsEmpty());
  EXPECT_THAT(seen(folder_ / "captures/wan-bob.pcap", after.token), SizeIs(3));
}

TEST_F(ProbeTest, CaptureIsBoundedAndSaysSo) {
  CaptureSession captures(loop_, run_in_node(), described(), folder_, {.filter = "udp", .file_limit_bytes = 1000});
  auto probe = job(ProbeKind::udp, Family::v4, "alice", "bob");
  probe.probe.size = 400;
  probe.probe.count = 5;
  ASSERT_EQ(run(probe).answers_arrived, numbers(5));
  const auto records = captures.stop();
  for (const auto& record : records) {
    // 24 bytes of file header, then 16 + 14 + 20 + 8 + 400 each: two fit into 1000.
    EXPECT_EQ(record.packets, 2U) << record.file;
    EXPECT_EQ(record.dropped, 3U) << record.file;
    EXPECT_EQ(std::filesystem::file_size(folder_ / record.file), 24U + 2 * (16 + 14 + 20 + 8 + 400));
  }
  EXPECT_EQ(captures.packets(), 8U);
  EXPECT_THAT(captures.troubles(), SizeIs(4));
  EXPECT_THAT(captures.troubles(), Each(HasSubstr("the file is full at its limit of 1000 bytes")));
}

TEST_F(ProbeTest, CaptureTurnsToOtherFilesThatAreReadableAtOnce) {
  CaptureSession captures(loop_, run_in_node(), described(), folder_);
  const auto before = job(ProbeKind::udp, Family::v4, "alice", "bob");
  ASSERT_EQ(run(before).answers_arrived, numbers(3));
  const auto settled = captures.settle();
  ASSERT_THAT(settled, SizeIs(4));
  captures.turn_to("captures/held");
  const auto after = job(ProbeKind::udp, Family::v4, "alice", "bob");
  ASSERT_EQ(run(after).answers_arrived, numbers(3));
  loop_.run_until(Loop::Clock::now() + std::chrono::milliseconds(50));
  EXPECT_THAT(seen(folder_ / "captures/held/wan-bob.pcap", after.token), SizeIs(3)) << "without a drain";
  EXPECT_THAT(seen(folder_ / "captures/held/wan-bob.pcap", before.token), IsEmpty());
  EXPECT_THAT(seen(folder_ / "captures/wan-bob.pcap", before.token), SizeIs(3));
  EXPECT_THAT(seen(folder_ / "captures/wan-bob.pcap", after.token), IsEmpty());
  for (const auto& record : captures.stop()) EXPECT_EQ(record.file.rfind("captures/held/", 0), 0U) << record.file;
}

TEST_F(ProbeTest, BadCaptureFilterAndMissingInterfaceAreErrors) {
  EXPECT_THROW(CaptureSession(loop_, run_in_node(), described(), folder_, {.filter = "no such filter"}), Error);
  auto topology = described();
  topology.links.front().name = "nowhere";
  try {
    CaptureSession captures(loop_, run_in_node(), topology, folder_);
    FAIL() << "it was captured";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("capturing link nowhere at alice: "));
  }
}

}  // namespace
}  // namespace useipsec
