// Windows that are as much longer as the machine is slower.
#include "lab/pace.h"

#include <gtest/gtest.h>

using namespace std::chrono_literals;

namespace useipsec {
namespace {

TEST(Pace, LeavesWindowsAsTheyAreOnAMachineThatHasTime) {
  Pace pace;
  EXPECT_EQ(pace.of(8s), 8s) << "nothing was started yet";
  pace.ready(2, 900ms);
  EXPECT_EQ(pace.factor(), 1);
  EXPECT_EQ(pace.of(8s), 8s) << "never shorter than written";
}

TEST(Pace, IsWhatDaemonsTookToBeReady) {
  Pace pace;
  pace.ready(2, 12s);
  EXPECT_EQ(pace.factor(), 4);
  EXPECT_EQ(pace.of(1500ms), 6s);
}

TEST(Pace, CountsDaemonsForTheyStartOneAfterTheOther) {
  Pace two, eight;
  two.ready(2, 24s);
  eight.ready(8, 24s);
  EXPECT_GT(two.factor(), eight.factor());
}

TEST(Pace, HasAnEndAndDoesNotGoBack) {
  Pace pace;
  pace.ready(1, 10min);
  EXPECT_EQ(pace.factor(), Pace::longest);
  pace.ready(1, 100ms);
  EXPECT_EQ(pace.factor(), Pace::longest);
}

TEST(Pace, GivesDaemonsUpNoSoonerThanOnTheSlowestMachine) {
  Pace pace;
  pace.ready(20, Pace::longest_start(20));
  EXPECT_EQ(pace.factor(), Pace::longest);
  EXPECT_GE(Pace::longest_start(1), 30s) << "one may be held up by what else the machine does";
}

TEST(Pace, IsNotFeltWhereNoDaemonStarts) {
  Pace pace;
  pace.ready(0, 30s);
  EXPECT_EQ(pace.factor(), 1);
}

}  // namespace
}  // namespace useipsec
