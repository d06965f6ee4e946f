#include "run/restore.h"

#include <gmock/gmock.h>

#include "base/error.h"
#include "base/files.h"
#include "helpers/places.h"
#include "helpers/temporary_folder.h"
#include "library/library.h"
#include "record/record.h"
#include "topology/topology_writer.h"

namespace useipsec {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* name = "scenarios/nat/ah-transport-nat-manual.json";

/// A project of one scenario, and the folder of a run of it.
class RestoreTest : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(home());
    for (const auto* part : {"topologies", "claims"})
      fs::copy(source_dir() / part, place_.path() / "home" / part, fs::copy_options::recursive);
    fs::create_directories((home() / name).parent_path());
    fs::copy_file(source_dir() / name, home() / name);
    const auto project = Home::find(home());
    const Library library(project);
    const auto cases = library.read(home() / name).cases;
    stored_.folder = place_.path() / "run";
    stored_.run.record.files = used_files(project, library.claims(), cases);
    for (const auto& one : cases) {
      auto result = case_not_started(one, State::passed, "");
      result.file = project.name_of(one.file);
      result.topology_file = project.name_of(one.topology.file);
      stored_.run.cases.push_back(result);
      topology_ = result.topology_file;
      write_text(stored_.folder / one.id / "topology.json", topology_text(one.topology));
      fs::copy_file(home() / name, stored_.folder / one.id / "scenario.json");
    }
  }
  fs::path home() const { return place_.path() / "home"; }
  Restored restored(const std::string& id = "") {
    return restore(Home::find(home()), stored_, id, [&] {
      ++asked_;
      return place_.path() / "restored";
    });
  }
  void replace(const fs::path& file, const std::string& from, const std::string& to) {
    auto text = read_text(file);
    const auto at = text.find(from);
    ASSERT_NE(at, std::string::npos);
    write_text(file, text.replace(at, from.size(), to));
  }
  TemporaryFolder place_;
  StoredRun stored_;
  std::string topology_;
  int asked_ = 0;
};

TEST_F(RestoreTest, TakesOurFilesWhereTheyAreThoseOfTheRun) {
  const auto again = restored();
  EXPECT_EQ(asked_, 0);
  EXPECT_THAT(again.remarks, IsEmpty());
  ASSERT_EQ(again.cases.size(), stored_.run.cases.size());
  for (std::size_t at = 0; at < again.cases.size(); ++at) EXPECT_EQ(again.cases[at].id, stored_.run.cases[at].id);
}

TEST_F(RestoreTest, OneCaseComesWithItsSubjectAndControls) {
  const auto& control = stored_.run.cases[1];
  ASSERT_FALSE(control.control_of.empty());
  const auto again = restored(control.id);
  EXPECT_EQ(again.cases.front().id, control.control_of);
  EXPECT_EQ(again.cases.size(), 1 + again.cases.front().controls.size());
  EXPECT_LT(again.cases.size(), stored_.run.cases.size());
  EXPECT_THROW(restored("ah-transport-nat-manuel@manual"), Error);
}

TEST_F(RestoreTest, TakesTheKeptScenarioWhereOursIsAnother) {
  replace(home() / name, "\"title\": \"", "\"title\": \"Changed since: ");
  const auto again = restored();
  EXPECT_EQ(asked_, 1);
  EXPECT_EQ(again.cases.front().title, stored_.run.cases.front().title);
  EXPECT_THAT(again.remarks, ElementsAre(std::string(name) + " is another here; the one that the run kept is taken"));
  EXPECT_EQ(used_files(again.home, {}, again.cases).front().sha256, sha256_of(source_dir() / name))
      << "the record says so";
}

TEST_F(RestoreTest, TakesTheKeptScenarioWhereOursIsGone) {
  fs::remove(home() / name);
  EXPECT_EQ(restored().cases.size(), stored_.run.cases.size());
  for (const auto& each : stored_.run.cases) fs::remove(stored_.folder / each.id / "scenario.json");
  try {
    restored();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::invalid);
    EXPECT_THAT(error.what(), HasSubstr(std::string(name) + ": expected it here or a copy in "));
  }
}

TEST_F(RestoreTest, TakesTheKeptTopologyWhereOursIsAnother) {
  const auto before = restored().cases;
  write_text(home() / topology_, read_text(home() / topology_) + "\n");
  const auto again = restored();
  ASSERT_EQ(again.cases.size(), before.size());
  for (std::size_t at = 0; at < before.size(); ++at)
    EXPECT_EQ(topology_text(again.cases[at].topology), topology_text(before[at].topology)) << before[at].id;
  EXPECT_THAT(again.remarks,
              ElementsAre(HasSubstr(topology_ + " is another here; the one that the run kept is taken")));
}

TEST_F(RestoreTest, SaysWhereNothingWasKept) {
  replace(home() / name, "\"title\": \"", "\"title\": \"Changed since: ");
  for (const auto& each : stored_.run.cases) fs::remove(stored_.folder / each.id / "scenario.json");
  const auto again = restored();
  EXPECT_THAT(again.cases.front().title, HasSubstr("Changed since"));
  EXPECT_THAT(again.remarks, ElementsAre(HasSubstr("the run kept none, so this one is taken")));
}

TEST_F(RestoreTest, ARunWithoutARecordIsFoundByItsScenariosName) {
  stored_.run.record = {};
  for (auto& each : stored_.run.cases) each.file.clear(), each.topology_file.clear();
  EXPECT_EQ(restored().cases.size(), stored_.run.cases.size());
}

}  // namespace
}  // namespace useipsec
