#include "inside/release.h"

#include <gmock/gmock.h>

#include <fstream>

#include "base/error.h"
#include "helpers/temporary_folder.h"

namespace useipsec {
namespace {

using namespace std::chrono_literals;

TEST(Release, IsReadAsItWasAskedForUntilItIsCleared) {
  const TemporaryFolder inside;
  EXPECT_EQ(asked_release(inside.path()), std::nullopt);
  const Release release{.case_id = "a.b@c+d", .within = 1500ms};
  ask_for_release(inside.path(), release);
  EXPECT_EQ(asked_release(inside.path()), release);
  ask_for_release(inside.path(), {.case_id = "other"});
  EXPECT_EQ(asked_release(inside.path()), (Release{.case_id = "other", .within = 30s})) << "the later one counts";
  clear_release(inside.path());
  clear_release(inside.path());
  EXPECT_EQ(asked_release(inside.path()), std::nullopt);
}

TEST(Release, WhatIsNoneCountsForNothing) {
  const TemporaryFolder inside;
  for (const auto* bad : {"", "30000", "{}", R"({"case": 1, "within_ms": 2})"}) {
    std::ofstream(inside.path() / release_name, std::ios::trunc) << bad;
    EXPECT_EQ(asked_release(inside.path()), std::nullopt) << bad;
  }
}

TEST(Release, ARunThatIsGoneIsAnErrorAndIsNotMadeAnew) {
  const TemporaryFolder folder;
  EXPECT_THROW(ask_for_release(folder.path() / "gone", {.case_id = "c"}), Error);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "gone"));
}

}  // namespace
}  // namespace useipsec
