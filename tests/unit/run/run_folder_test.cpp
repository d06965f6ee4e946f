#include "run/run_folder.h"

#include <gtest/gtest.h>

#include "helpers/temporary_folder.h"

namespace useipsec {
namespace {

TEST(RunFolder, IsStoppedAtTheFirstCaseThatAsksForIt) {
  const TemporaryFolder folder;
  const auto run = RunFolder::create(folder.path(), folder.path() / "run");
  EXPECT_EQ(run.stopped_at(), std::nullopt);
  run.stop_at("a@x");
  run.stop_at("b@x");
  EXPECT_EQ(run.stopped_at(), "a@x");
  EXPECT_EQ(RunFolder::open(run.path()).stopped_at(), "a@x") << "as another worker sees it";
}

TEST(RunFolder, GivesEachCaseToOneWorker) {
  const TemporaryFolder folder;
  const auto run = RunFolder::create(folder.path(), folder.path() / "run");
  EXPECT_TRUE(run.claim("a@x"));
  EXPECT_FALSE(RunFolder::open(run.path()).claim("a@x"));
  EXPECT_TRUE(run.claim("b@x"));
}

TEST(RunFolder, SaysWhichWorkersAreToRest) {
  const TemporaryFolder folder;
  const auto run = RunFolder::create(folder.path(), folder.path() / "run");
  run.rest("worker-1", false);
  EXPECT_FALSE(run.is_to_rest("worker-1"));
  run.rest("worker-2", true);
  run.rest("worker-2", true);
  EXPECT_TRUE(RunFolder::open(run.path()).is_to_rest("worker-2")) << "as the worker sees it";
  EXPECT_FALSE(run.is_to_rest("worker-1"));
  run.rest("worker-2", false);
  EXPECT_FALSE(run.is_to_rest("worker-2"));
  EXPECT_FALSE(run.is_claimed("a@x"));
  run.claim("a@x");
  EXPECT_TRUE(run.is_claimed("a@x"));
}

}  // namespace
}  // namespace useipsec
