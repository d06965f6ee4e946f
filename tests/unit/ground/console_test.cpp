#include "ground/console.h"

#include <gmock/gmock.h>

namespace useipsec {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Console, AQuietEndSaysNothing) {
  Console console;
  console.add("reboot: System halted");
  EXPECT_THAT(console.panic(), IsEmpty());
  EXPECT_THAT(console.out_of_memory(), IsEmpty());
  EXPECT_EQ(console.last_words(), "reboot: System halted");
}

TEST(Console, KeepsTheFirstPanic) {
  Console console;
  console.add("Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100");
  console.add("---[ end Kernel panic - not syncing: Attempted to kill init! ]---");
  EXPECT_EQ(console.panic(), "Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000100");
}

TEST(Console, WhatTheBootSaidIsNoReasonOfTheJob) {
  Console console;
  console.add("mmapper_init - find_iomem failed");
  console.add("useipsec: the job begins");
  EXPECT_THAT(console.last_words(), IsEmpty());
  console.add("BUG: soft lockup - CPU#0 stuck for 22s!");
  EXPECT_EQ(console.last_words(), "BUG: soft lockup - CPU#0 stuck for 22s!");
}

// mm/oom_kill.c: the victim's line, and the panic where there is no victim left.
TEST(Console, TellsWantOfMemory) {
  Console victim;
  victim.add("Out of memory: Killed process 42 (pluto) total-vm:476056kB");
  EXPECT_THAT(victim.out_of_memory(), HasSubstr("(pluto)"));
  Console none_left;
  none_left.add("Kernel panic - not syncing: System is deadlocked on memory");
  EXPECT_THAT(none_left.out_of_memory(), Not(IsEmpty()));
}

TEST(Console, KeepsOnlyTheLastLinesAndOnlyWhatCanBePrinted) {
  Console console;
  for (int i = 0; i < 100; ++i) console.add("line " + std::to_string(i) + "\r\x1b");
  EXPECT_EQ(console.last_words(), "line 95 | line 96 | line 97 | line 98 | line 99");
}

}  // namespace
}  // namespace useipsec
