#include "unit/facts/trial.h"

namespace useipsec {
namespace {

frames::Octets with_iv(std::uint8_t first) {
  frames::Octets hidden(48, 0xa5);
  hidden[0] = first;
  return hidden;
}

frames::Octets from_alice(std::uint32_t spi, std::uint32_t sequence, std::uint8_t iv) {
  return frames::ethernet(0x0800, frames::ipv4("10.0.0.2", "203.0.113.2", 50, frames::esp(spi, sequence, with_iv(iv))));
}

TEST(Ivs, AreCountedWhereTheyComeAgainUnderOneSpi) {
  Trial trial;
  trial.packet("near", "alice", 2.1, from_alice(7, 1, 1));
  trial.packet("near", "alice", 2.2, from_alice(7, 2, 2));
  trial.packet("near", "alice", 2.3, from_alice(8, 1, 1));  // of another SA
  auto ivs = trial.facts().ivs;
  EXPECT_EQ(ivs.at("alice").packets, 3u);
  EXPECT_EQ(ivs.at("alice").repeated, 0u);
  trial.packet("near", "alice", 2.4, from_alice(7, 1, 2));  // the SA was set again
  ivs = trial.facts().ivs;
  EXPECT_EQ(ivs.at("alice").packets, 4u);
  EXPECT_EQ(ivs.at("alice").repeated, 1u);
}

TEST(Ivs, OfWhatARouterPassesOnAreNotItsOwn) {
  Trial trial;
  trial.packet("far", "nat", 2.1, from_alice(7, 1, 1));
  trial.packet("far", "nat", 2.2, from_alice(7, 2, 1));
  EXPECT_FALSE(trial.facts().ivs.contains("nat"));
}

}  // namespace
}  // namespace useipsec
