#include "report/cost.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "report/story.h"
#include "unit/report/made_up_run.h"

namespace useipsec {
namespace {

using testing::HasSubstr;

RunResult of_two_cases() {
  auto quick = made_up_case("a@x", State::passed), slow = made_up_case("b@x", State::passed);
  quick.duration_s = 1;
  quick.own_s = 0.1;
  slow.duration_s = 3;
  slow.own_s = 0.1;
  return made_up_run({quick, slow});
}

TEST(Cost, TheRunsShareIsThatOfAllItsCasesTime) {
  const auto run = of_two_cases();
  EXPECT_DOUBLE_EQ(own_time(run).share(), 0.05);
  EXPECT_EQ(own_time_text(own_time(run)), "0.20 s of 4.00 s (5.0 %)");
  EXPECT_DOUBLE_EQ(run_json(run)["cost"]["own_share"].get<double>(), 0.05);
}

TEST(Cost, ACaseThatWasNotRunCostsNothing) {
  CaseResult none = made_up_case("a@x", State::not_run);
  none.duration_s = 0;
  EXPECT_EQ(own_time_text(own_time(none)), "");
  EXPECT_EQ(cost_text(made_up_run({none})), "");
}

TEST(Cost, MemoryIsSaidAsFarAsItIsKnown) {
  auto run = of_two_cases();
  EXPECT_THAT(cost_text(run), testing::Not(HasSubstr("memory")));
  run.cost = {.supervisor_mib = 31.4, .worker_mib = 24, .guest_mib = 143, .guest_size_mib = 512};
  EXPECT_THAT(cost_text(run), HasSubstr("supervisor 31 MiB, a worker 24 MiB, a guest 143 of 512 MiB"));
  run.cost.guest_mib = 0;
  EXPECT_THAT(cost_text(run), testing::Not(HasSubstr("guest")));
}

TEST(Cost, TheStorySaysTheCasesShareBesideTheRuns) {
  const auto run = of_two_cases();
  EXPECT_THAT(story(run.cases[0], run, false),
              HasSubstr("0.10 s of 1.00 s (10.0 %); of the whole run 0.20 s of 4.00 s (5.0 %)"));
}

}  // namespace
}  // namespace useipsec
