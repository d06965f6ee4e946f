// As many workers as the machine has time for.
#include "run/admission.h"

#include <gtest/gtest.h>

namespace useipsec {
namespace {

/// A machine whose processors do `busy` of each hundred ticks.
class Ticks {
 public:
  ProcessorTime after(std::uint64_t busy) {
    time_.busy += busy;
    time_.all += 100;
    return time_;
  }

 private:
  ProcessorTime time_{.busy = 5000, .all = 9000};
};

TEST(Admission, GrowsWhileTheMachineHasTimeAndNoFurther) {
  Ticks machine;
  Admission admission(2, 4);
  admission.look(machine.after(0));
  EXPECT_EQ(admission.allowed(), 2U) << "the first look only begins";
  for (const unsigned expected : {3U, 4U, 4U}) {
    admission.look(machine.after(60));
    EXPECT_EQ(admission.allowed(), expected);
  }
}

TEST(Admission, ShrinksOnAMachineThatHasNoneLeftAndStopsAtTheLeast) {
  Ticks machine;
  Admission admission(2, 4);
  for (int n = 0; n < 3; ++n) admission.look(machine.after(10));
  ASSERT_EQ(admission.allowed(), 4U);
  for (const unsigned expected : {3U, 2U, 2U}) {
    admission.look(machine.after(100));
    EXPECT_EQ(admission.allowed(), expected);
  }
}

TEST(Admission, StaysWhereTheMachineIsJustBusyEnough) {
  Ticks machine;
  Admission admission(1, 4);
  for (int n = 0; n < 2; ++n) admission.look(machine.after(10));
  for (int n = 0; n < 5; ++n) admission.look(machine.after(85));
  EXPECT_EQ(admission.allowed(), 2U);
}

TEST(Admission, OfAWantedNumberIsThatNumber) {
  Ticks machine;
  Admission admission(6, 6);
  for (int n = 0; n < 4; ++n) admission.look(machine.after(100));
  EXPECT_EQ(admission.allowed(), 6U);
  EXPECT_EQ(Admission(2, 1).allowed(), 1U) << "fewer cases than cores";
  EXPECT_EQ(Admission(0, 0).allowed(), 0U);
}

TEST(ProcessorTime, IsReadFromWhatTheKernelPrints) {
  EXPECT_EQ(processor_time("cpu  10 1 20 300 40 2 3 4 5 6\ncpu0 1 1 1 1 1 1 1 1 1 1\n"),
            (ProcessorTime{.busy = 40, .all = 380}));
  EXPECT_EQ(processor_time("cpu0 10 1 20 300 40 2 3 4 5 6\n"), std::nullopt);
  EXPECT_EQ(processor_time(""), std::nullopt);
  const auto here = processor_time();
  ASSERT_TRUE(here);
  EXPECT_GT(here->all, here->busy);
}

}  // namespace
}  // namespace useipsec
