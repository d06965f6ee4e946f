#include "record/record.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "base/files.h"
#include "helpers/places.h"
#include "helpers/temporary_folder.h"

namespace useipsec {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::MatchesRegex;

// FIPS 180-4's own examples, and the empty message.
TEST(Digest, IsSha256) {
  const TemporaryFolder folder;
  const auto sum = [&](const std::string& text) {
    write_text(folder.path() / "file", text);
    return sha256_of(folder.path() / "file");
  };
  EXPECT_EQ(sum("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sum(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sum(std::string(1000000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  EXPECT_EQ(sha256_of(folder.path() / "none"), "");
}

TEST(Record, NamesFilesByTheProjectAndOthersWhole) {
  const auto home = Home::find(source_dir());
  const TemporaryFolder elsewhere;
  Case own;
  own.file = (home.scenarios() / "nd" / ".." / "nd" / "nd-ike-loop.json").string();
  own.topology.file = (home.topologies() / "pair6.json").string();
  own.claims = {{"nd-ike-loop", Bearing::supports, ""}};
  auto control = own;
  Case other;
  other.file = (elsewhere.path() / "mine.json").string();
  write_text(other.file, "abc");
  std::vector<std::string> names;
  for (const auto& each :
       used_files(home,
                  {.groups = {},
                  .claims = {{.id = "nd-ike-loop", .group = "nd"}, {.id = "nd-other", .group = "nd"}},
                  .not_testable = {},
                  .terms = {}},
                  {own, control, other})) {
    names.push_back(each.file);
    EXPECT_EQ(each.sha256.size(), 64u) << each.file;
  }
  std::sort(names.begin(), names.end());
  EXPECT_THAT(names, ElementsAre(fs::canonical(other.file).string(), "claims/nd/nd-ike-loop.json",
                                 "scenarios/nd/nd-ike-loop.json", "topologies/pair6.json"));
}

TEST(Record, AsksOnlyWhatTheCasesRelyOn) {
  const auto home = Home::find(source_dir());
  const TemporaryFolder seed;
  Loop loop;
  Case one;
  one.engine = "libreswan";
  const auto names = [&](const std::vector<Case>& cases) {
    std::vector<std::string> all;
    for (const auto& each : used_programs(loop, home, cases, seed.path())) all.push_back(each.name);
    return all;
  };
  EXPECT_THAT(names({one}), ElementsAre("libreswan"));
  Case both = one;
  both.engine = "strongswan-libreswan";
  both.topology.nodes.resize(1);
  both.topology.nodes[0].nat.emplace();
  both.routing.emplace();
  EXPECT_THAT(names({one, both}), ElementsAre("libreswan", "strongswan", "bird", "iptables"));
  one.engine = "manual";
  EXPECT_THAT(names({one}), ElementsAre());
}

TEST(Record, OfThisProcess) {
  EXPECT_THAT(utc_now(), MatchesRegex("20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z"));
  ASSERT_FALSE(own_command().empty());
  EXPECT_THAT(own_command().front(), testing::HasSubstr("unit_record"));
  EXPECT_NE(this_kernel().release, "");
  EXPECT_EQ(this_kernel(), this_kernel());
}

}  // namespace
}  // namespace useipsec
