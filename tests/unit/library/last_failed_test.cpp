// Which cases of a former run are run again: over the project's own scenarios, and runs that nobody ran.
#include "library/last_failed.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "helpers/places.h"
#include "unit/report/made_up_run.h"

namespace useipsec {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

const Library& library() {
  static const Library all(Home::find(source_dir()));
  return all;
}

/// The run of these scenarios with one engine in which everything passed.
RunResult all_passed(const std::vector<std::string>& scenarios) {
  std::vector<CaseResult> cases;
  for (const auto& each : select(library(), {.what = scenarios, .engines = {"libreswan"}, .claims = {}})) {
    auto result = made_up_case(each.id, State::passed);
    result.control_of = each.control_of;
    result.controls = each.controls;
    result.file = std::filesystem::relative(each.file, source_dir());
    cases.push_back(result);
  }
  return made_up_run(std::move(cases), {});
}

CaseResult& of(RunResult& run, const std::string& id) {
  for (auto& each : run.cases)
    if (each.id == id) return each;
  throw std::runtime_error("the test's run has no " + id);
}

std::vector<std::string> ids(const Again& again) {
  std::vector<std::string> found;
  for (const auto& each : again.cases) found.push_back(each.id);
  return found;
}

std::string refusal(const Wanted& wanted, const RunResult& run) {
  try {
    select_failed(library(), wanted, run, "results/latest");
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::nothing_selected);
    return error.what();
  }
  return "no error";
}

const std::string subject = "nd-ike-loop@libreswan", other = "esp-transport-napt@libreswan";

TEST(LastFailed, TakesASubjectWithAllItsControls) {
  auto run = all_passed({"nd-ike-loop", "esp-transport-napt"});
  of(run, other).verdict.state = State::failed;
  const auto again = select_failed(library(), {}, run, "results/latest");
  std::vector<std::string> expected{other};
  for (const auto& id : of(run, other).controls) expected.push_back(id);
  EXPECT_GT(expected.size(), 2U);
  EXPECT_EQ(ids(again), expected);
  EXPECT_THAT(again.gone, IsEmpty());
}

TEST(LastFailed, AControlThatFailedBringsItsSubject) {
  auto run = all_passed({"nd-ike-loop", "esp-transport-napt"});
  of(run, of(run, subject).controls.front()).verdict.state = State::failed;
  const auto again = ids(select_failed(library(), {}, run, "results/latest"));
  EXPECT_EQ(again.front(), subject);
  EXPECT_THAT(again, Not(Contains(other)));
}

TEST(LastFailed, TakesWhateverDidNotPassButWhatIsUnsupported) {
  for (const auto state :
       {State::failed, State::crashed, State::timeout, State::broken, State::precondition, State::not_run}) {
    auto run = all_passed({"nd-ike-loop", "esp-transport-napt"});
    of(run, subject).verdict.state = state;
    EXPECT_THAT(ids(select_failed(library(), {}, run, "results/latest")),
                AllOf(Contains(subject), Not(Contains(other))))
        << to_string(state);
  }
  auto run = all_passed({"nd-ike-loop", "esp-transport-napt"});
  of(run, subject).verdict.state = State::unsupported;
  of(run, other).flaky = true;
  EXPECT_THAT(ids(select_failed(library(), {}, run, "results/latest")), AllOf(Contains(other), Not(Contains(subject))));
}

TEST(LastFailed, KeepsToWhatIsAskedFor) {
  auto run = all_passed({"nd-ike-loop", "esp-transport-napt"});
  of(run, subject).verdict.state = of(run, other).verdict.state = State::failed;
  const auto again =
      ids(select_failed(library(), {.what = {"nd-*"}, .engines = {}, .claims = {}}, run, "results/latest"));
  EXPECT_THAT(again, AllOf(Contains(subject), Not(Contains(other))));
  EXPECT_EQ(refusal({.what = {"ospf*"}, .engines = {}, .claims = {}}, run),
            "results/latest: what failed there is not among what was asked for: esp-transport-napt@libreswan, "
            "nd-ike-loop@libreswan");
}

TEST(LastFailed, WhereNothingFailedThereIsNothingToRun) {
  auto run = all_passed({"nd-ike-loop"});
  const auto count = std::to_string(run.cases.size() - 1);
  run.cases.back().verdict.state = State::unsupported;
  EXPECT_EQ(refusal({}, run), "results/latest: nothing failed there (" + count +
                                  " passed, 1 unsupported), so there is nothing to run again");
}

TEST(LastFailed, FindsAScenarioThatMovedAndSaysWhatIsGone) {
  auto run = all_passed({"nd-ike-loop", "esp-transport-napt"});
  of(run, subject).verdict.state = State::failed;
  of(run, subject).file = "scenarios/elsewhere/nd-ike-loop.json";
  run.cases.push_back(made_up_case("esp-transport-napt@libreswan+dropped", State::failed));
  const auto again = select_failed(library(), {}, run, "results/ci");
  EXPECT_THAT(ids(again), AllOf(Contains(subject), Not(Contains(other))));
  EXPECT_THAT(
      again.gone,
      ElementsAre("esp-transport-napt@libreswan+dropped did not pass in results/ci, and no scenario has it any more"));
  run.cases = {made_up_case("never@libreswan", State::failed)};
  EXPECT_EQ(refusal({}, run), "results/latest: what failed there is in no scenario any more: never@libreswan");
}

}  // namespace
}  // namespace useipsec
