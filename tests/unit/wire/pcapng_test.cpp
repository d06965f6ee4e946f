#include "wire/pcapng.h"

#include <gtest/gtest.h>

#include <fstream>

#include "unit/wire/frames.h"
#include "wire/capture_file.h"

namespace useipsec {
namespace {

using namespace frames;

TEST(PcapngTest, LibpcapReadsItBackToTheNanosecond) {
  const auto frame = ethernet(0x0800, ipv4("10.0.0.2", "203.0.113.2", 50, esp(0x1001, 7, Octets(33, 0xa5))));
  PcapngWriter writer("a comment", "useipsec");
  EXPECT_EQ(writer.add_interface("lan-alice", "what left alice over lan"), 0u);
  EXPECT_EQ(writer.add_interface("lan-bob", ""), 1u);
  writer.add_packet(0, 1'700'000'000'123'456'789, frame, static_cast<std::uint32_t>(frame.size()), {"first", "second"});
  writer.add_packet(1, 1'700'000'001'000'000'001, std::span(frame).first(40), static_cast<std::uint32_t>(frame.size()));
  EXPECT_EQ(writer.bytes().size() % 4, 0u);

  const auto file = std::filesystem::path(testing::TempDir()) / "written.pcapng";
  std::ofstream(file, std::ios::binary) << writer.bytes();
  const CaptureFile capture(file, "lan", "alice", 1'700'000'000);
  EXPECT_EQ(capture.problem(), "");
  ASSERT_EQ(capture.packets().size(), 2u);
  EXPECT_EQ(capture.packets()[0].stamp, 1'700'000'000'123'456'789);
  EXPECT_NEAR(capture.packets()[0].time, 0.123456789, 1e-9);
  EXPECT_EQ(capture.packets()[0].spi, 0x1001u);
  EXPECT_EQ(capture.packets()[1].stamp, 1'700'000'001'000'000'001);
  EXPECT_TRUE(capture.packets()[1].truncated);
  EXPECT_EQ(capture.packets()[1].length, frame.size());
  std::filesystem::remove(file);
}

TEST(PcapngTest, ACommentThatIsTooLongEndsAtACharacter) {
  std::string longest(70000, 'x');
  longest.replace(65534, 2, "\xc3\xbc");
  PcapngWriter writer(longest, "useipsec");
  EXPECT_LT(writer.bytes().size(), 66000u);
  EXPECT_EQ(writer.bytes().find("\xc3"), std::string::npos);
}

}  // namespace
}  // namespace useipsec
