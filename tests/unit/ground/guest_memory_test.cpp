#include "ground/guest_memory.h"

#include <gmock/gmock.h>

namespace useipsec {
namespace {

using testing::HasSubstr;

TEST(GuestMemory, TakesTheFirstThatCanHoldIt) {
  const auto place = choose_memory_place({{"/dev/shm", 64, true, true}, {"/tmp", 4096, true, true}}, 512);
  ASSERT_TRUE(place);
  EXPECT_EQ(*place, "/tmp");
}

TEST(GuestMemory, SaysWhatIsWrongWithEach) {
  const auto place =
      choose_memory_place({{"/dev/shm", 64, true, true}, {"/a", 9999, false, true}, {"/b", 9999, true, false}}, 512);
  ASSERT_FALSE(place);
  EXPECT_EQ(place.error().exit_code(), ExitCode::precondition);
  EXPECT_THAT(place.error().what(), HasSubstr("/dev/shm has 64 MiB free"));
  EXPECT_THAT(place.error().what(), HasSubstr("/a is not writable"));
  EXPECT_THAT(place.error().what(), HasSubstr("/b is mounted noexec"));
}

TEST(GuestMemory, TheRoomiestThatCanBeUsed) {
  EXPECT_EQ(largest_room_mib({{"/dev/shm", 64, true, true},
                              {"/a", 9999, false, true},
                              {"/b", 9999, true, false},
                              {"/tmp", 4096, true, true}}),
            4096U);
  EXPECT_EQ(largest_room_mib({}), 0U);
}

}  // namespace
}  // namespace useipsec
