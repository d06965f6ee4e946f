#include "forge/selection.h"

#include <gmock/gmock.h>

namespace useipsec {
namespace {

class Selection : public testing::Test {
 protected:
  Selection() {
    const ForgedEnds ends{.source_mac = {},
                          .destination_mac = {},
                          .source = *Address::parse("192.0.2.1"),
                          .destination = *Address::parse("192.0.2.2")};
    frames_ = {udp_frame(ends, 1, 2, "one"), keyless_frame(ends, Protocol::esp, 9, 1, "noise"), arp_reply(ends),
               keyless_frame(ends, Protocol::esp, 9, 2, "noise"), udp_frame(ends, 1, 2, "two")};
    for (const auto& frame : frames_) packets_.push_back(read_packet(frame, static_cast<std::uint32_t>(frame.size())));
  }
  std::vector<Frame> of(PacketSelection selection) { return selected_frames(packets_, selection); }

  std::vector<Frame> frames_;
  std::vector<Packet> packets_;
};

TEST_F(Selection, AnyIsEverythingInItsOrder) { EXPECT_EQ(of({}), frames_); }

TEST_F(Selection, TakesOneProtocol) {
  EXPECT_THAT(of({.protocol = "esp"}), testing::ElementsAre(frames_[1], frames_[3]));
  EXPECT_THAT(of({.protocol = "udp"}), testing::ElementsAre(frames_[0], frames_[4]));
  EXPECT_THAT(of({.protocol = "ospf"}), testing::IsEmpty());
}

TEST_F(Selection, TakesTheFirstOrTheLast) {
  EXPECT_THAT(of({.protocol = "esp", .first = 1}), testing::ElementsAre(frames_[1]));
  EXPECT_THAT(of({.protocol = "esp", .last = 1}), testing::ElementsAre(frames_[3]));
  EXPECT_EQ(of({.first = 100}), frames_);
}

TEST_F(Selection, LeavesOutWhatWasNotCapturedWhole) {
  packets_[1].truncated = true;
  EXPECT_THAT(of({.protocol = "esp"}), testing::ElementsAre(frames_[3]));
}

}  // namespace
}  // namespace useipsec
