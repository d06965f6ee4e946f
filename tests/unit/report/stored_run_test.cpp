// What is said of result folders that are not whole: each must be tests/golden/errors/results/<name>.txt.
// USEIPSEC_ACCEPT=1 rewrites them.
#include "report/stored_run.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "helpers/golden.h"
#include "report/stored_json.h"
#include "unit/report/made_up_results.h"

namespace useipsec {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string error_of(const fs::path& where) {
  const auto before = fs::current_path();
  fs::current_path(where.parent_path());
  std::string words = "no error\n";
  try {
    const auto stored = read_stored_run(where.filename());
    words = "";
    for (const auto& each : stored.missing) words += "missing: " + each + "\n";
    for (const auto& each : stored.run.cases) words += each.id + ": " + to_string(each.verdict.state) + "\n";
    for (const auto& each : stored.run.claims) words += each.id + ": " + to_string(each.state) + ": " + each.why + "\n";
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::invalid);
    words = std::string(error.what()) + "\n";
  }
  fs::current_path(before);
  // The folder's name is that of the test.
  const auto name = where.filename().string();
  for (auto at = words.find(name); at != std::string::npos; at = words.find(name))
    words.replace(at, name.size(), "RUN");
  return words;
}

void change(const fs::path& file, const std::string& from, const std::string& to) {
  auto text = read_text(file);
  const auto at = text.find(from);
  ASSERT_NE(at, std::string::npos) << from;
  write_text(file, text.replace(at, from.size(), to));
}

constexpr const char* cut_off = "{\n  \"schema\": \"useipsec/run/1\",\n  \"cases\": [{\"id\": \"nat-";

class StoredRunTest : public testing::Test {
 protected:
  void SetUp() override {
    fill_with_ah_through_nat(folder_);
    folder_.finish();
  }
  void expect_says(const std::string& name) {
    expect_golden("errors/results/" + name + ".txt", error_of(folder_.path()));
  }
  fs::path file(const std::string& name) const { return folder_.path() / name; }
  ResultFolder folder_;
};

TEST_F(StoredRunTest, AWholeRunLacksNothing) {
  const auto stored = read_stored_run(folder_.path());
  EXPECT_THAT(stored.missing, IsEmpty());
  EXPECT_EQ(stored.run.claims[0].statement, "AH fails behind any NAT.");
  EXPECT_EQ(read_stored_run(file("run.json")).run.cases.size(), 2u);
  EXPECT_EQ(run_json_text(stored.run), read_text(file("run.json")));
}

TEST_F(StoredRunTest, CutOff) {
  write_text(file("run.json"), cut_off);
  expect_says("cut-off");
}

TEST_F(StoredRunTest, CutOffWithoutCases) {
  fs::remove_all(file("nat-ah@manual"));
  fs::remove_all(file("nat-ah.routed@manual"));
  write_text(file("run.json"), cut_off);
  expect_says("cut-off-alone");
}

TEST_F(StoredRunTest, Empty) {
  fs::remove_all(file("nat-ah@manual"));
  fs::remove_all(file("nat-ah.routed@manual"));
  write_text(file("run.json"), "");
  expect_says("empty-file");
}

TEST_F(StoredRunTest, NotARun) {
  fs::remove_all(folder_.path());
  fs::create_directories(folder_.path());
  write_text(file("notes.txt"), "nothing");
  expect_says("not-a-run");
}

TEST_F(StoredRunTest, NothingThere) {
  fs::remove_all(folder_.path());
  expect_says("nothing-there");
}

TEST_F(StoredRunTest, AnotherProgramsFile) {
  write_text(file("run.json"), R"({"version": 3, "tests": []})");
  expect_says("foreign");
}

TEST_F(StoredRunTest, ANewerVersion) {
  change(file("run.json"), "useipsec/run/1", "useipsec/run/2");
  expect_says("newer");
}

TEST_F(StoredRunTest, AWordNobodyKnows) {
  change(file("run.json"), "\"state\": \"passed\"", "\"state\": \"green\"");
  expect_says("unknown-state");
}

TEST_F(StoredRunTest, RunJsonIsGone) {
  fs::remove(file("run.json"));
  expect_says("without-run-json");
}

TEST_F(StoredRunTest, StillGoingOn) {
  folder_.run.complete = false;
  for (auto& each : folder_.run.cases)
    each = CaseResult{.id = each.id, .claims = each.claims, .control_of = each.control_of, .controls = each.controls};
  folder_.run.claims = judge_claims({"nat-ah-icv", "nd-ike-loop"}, {});
  fs::create_directories(file(".work"));
  fs::remove_all(file("nat-ah.routed@manual"));
  folder_.finish();
  expect_says("going-on");
}

TEST_F(StoredRunTest, OneCaseIsCutOff) {
  fs::remove(file("run.json"));
  write_text(file("nat-ah@manual") / "case.json", "{\"schema\": ");
  expect_says("case-cut-off");
}

TEST_F(StoredRunTest, EvidenceThatIsNotThereIsSaid) {
  fs::remove(file("nat-ah@manual") / "captures" / "far-nat.pcap");
  fs::remove(file("nat-ah@manual") / "topology.json");
  write_text(file("nat-ah.routed@manual") / "observations.json", "{\"schema\": \"useipsec/observations/2\"}");
  write_text(file("nat-ah.routed@manual") / "topology.json", "{\"topology\": \"x\", \"nodes\": {}, \"links\": {}}");
  const auto run = read_stored_run(folder_.path());
  EXPECT_THAT(read_stored_case(run, run.run.cases[0]).missing,
              ElementsAre(HasSubstr("topology.json is not there"), "captures/far-nat.pcap is not there"));
  EXPECT_THAT(
      read_stored_case(run, run.run.cases[1]).missing,
      ElementsAre(HasSubstr("topology.json cannot be used"), HasSubstr("which is all that this program reads")));
}

TEST_F(StoredRunTest, NamesThatLeadOutAreNotFollowed) {
  auto& first = folder_.run.cases[0];
  first.id = "../outside";
  const auto stored = folder_.finish();
  EXPECT_FALSE(case_folder(stored, "../outside").has_value());
  EXPECT_THAT(read_stored_case(stored, stored.run.cases[0]).missing, ElementsAre(HasSubstr("folder is not there")));

  change(file("nat-ah.routed@manual") / "observations.json", "captures/near-alice.pcap",
         "../../../../../../etc/passwd");
  EXPECT_THAT(read_stored_case(stored, stored.run.cases[1]).missing,
              ElementsAre(HasSubstr("leads out of the case's folder")));
}

TEST(BelowTest, StaysBelow) {
  const auto root = fs::path(testing::TempDir()) / "below-test";
  fs::create_directories(root / "inside");
  fs::create_symlink("/etc", root / "link");
  EXPECT_TRUE(below(root, "inside/file"));
  for (const auto* path : {"", "/etc/passwd", "../x", "inside/../../x", "link/passwd"})
    EXPECT_FALSE(below(root, path)) << path;
  fs::remove_all(root);
}

}  // namespace
}  // namespace useipsec
