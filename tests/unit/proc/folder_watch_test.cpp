#include "proc/folder_watch.h"

#include <gmock/gmock.h>

#include <fstream>

#include "helpers/temporary_folder.h"

namespace useipsec {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::ElementsAre;

struct FolderWatchTest : testing::Test {
  TemporaryFolder folder;
  Loop loop;
  std::vector<std::string> seen;
  FolderWatch watch{loop, [this](const auto& changes) {
                      for (const auto& change : changes)
                        seen.push_back(std::to_string(change.folder) + (change.came ? " +" : " -") + change.name +
                                       (change.is_folder ? "/" : ""));
                    }};

  fs::path make(const std::string& name) {
    fs::create_directory(folder.path() / name);
    return folder.path() / name;
  }
  void write(const fs::path& file) { std::ofstream(file) << "x"; }
  void await(std::size_t count) {
    EXPECT_EQ(loop.wait([&] { return seen.size() >= count ? Tri::holds : Tri::not_yet; }, Loop::Clock::now() + 10s),
              WaitResult::holds);
  }
};

TEST_F(FolderWatchTest, TellsWhatComesWholeAndWhatGoes) {
  const auto place = make("place");
  const auto number = std::to_string(watch.add(place));
  write(place / "draft");  // not whole yet
  fs::rename(place / "draft", place / "file");
  fs::create_directory(place / "made");
  fs::rename(place / "made", place / "folder");
  fs::remove(place / "file");
  await(3);
  EXPECT_THAT(seen, ElementsAre(number + " +file", number + " +folder/", number + " -file"));
}

TEST_F(FolderWatchTest, FoldersAreToldApartAndHaveTheirOwnInterest) {
  const auto one = make("one"), two = make("two");
  const auto coming = std::to_string(watch.add(one, FolderInterest::coming)),
             going = std::to_string(watch.add(two, FolderInterest::going));
  for (const auto& place : {one, two}) {
    write(place / "draft");
    fs::rename(place / "draft", place / "file");
    fs::remove(place / "file");
  }
  await(2);
  EXPECT_THAT(seen, ElementsAre(coming + " +file", going + " -file"));
}

TEST_F(FolderWatchTest, AFolderIsWatchedUnderItsNewNameAndMayGo) {
  const auto before = make("before"), after = folder.path() / "after";
  const auto number = std::to_string(watch.add(before));
  fs::rename(before, after);
  write(after / "draft");
  fs::rename(after / "draft", after / "file");
  await(1);
  EXPECT_THAT(seen, ElementsAre(number + " +file"));
  fs::remove_all(after);
  await(2);
  EXPECT_EQ(watch.add(after), -1);
}

}  // namespace
}  // namespace useipsec
