// What a bad file in the catalogue is told: file, place, expected, found; exit code 2.
#include <gmock/gmock.h>

#include <string>

#include "base/error.h"
#include "claims/catalogue.h"
#include "unit/claims/folder.h"

namespace useipsec {
namespace {

using testing::CatalogueFolder;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::StartsWith;

class BadCatalogue : public ::testing::Test {
 protected:
  /// What loading the folder says, without the folder's own path; "" where it loads.
  std::string complaint() const {
    try {
      load_catalogue(folder_.path());
    } catch (const Error& error) {
      EXPECT_EQ(error.exit_code(), ExitCode::invalid);
      std::string text = error.what();
      const std::string prefix = folder_.path().string() + "/";
      for (auto at = text.find(prefix); at != text.npos; at = text.find(prefix)) text.erase(at, prefix.size());
      return text;
    }
    return "";
  }

  /// The claim of the folder with `field` changed.
  void change_claim(const std::string& field, const nlohmann::json& value) {
    nlohmann::json claim = CatalogueFolder::claim("nat-one", "nat", 1);
    claim[field] = value;
    folder_.write("nat/nat-one.json", claim);
  }

  CatalogueFolder folder_;
};

TEST_F(BadCatalogue, TheUnbrokenFolderLoads) {
  EXPECT_EQ(complaint(), "");
  EXPECT_THAT(load_catalogue(folder_.path()).claims, SizeIs(1));
}

TEST_F(BadCatalogue, MissingFolder) {
  try {
    load_catalogue(folder_.path() / "nowhere");
    FAIL() << "loaded";
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::invalid);
    EXPECT_THAT(error.what(), HasSubstr("nowhere/terms.json: (top): expected a readable file"));
  }
}

TEST_F(BadCatalogue, NotJsonSaysLineAndColumn) {
  folder_.write_text("nat/nat-one.json", "{\n  \"claim\": nat-one\n}\n");
  // The n of nat-one could begin null; its second letter cannot.
  EXPECT_THAT(complaint(), StartsWith("nat/nat-one.json:2:13: (top): expected JSON, found "));
}

TEST_F(BadCatalogue, EmptyFile) {
  folder_.write_text("nat/nat-one.json", "");
  EXPECT_THAT(complaint(), StartsWith("nat/nat-one.json:1:1: (top): expected JSON, found "));
}

TEST_F(BadCatalogue, NotAnObject) {
  folder_.write("nat/nat-one.json", nlohmann::json::array());
  EXPECT_EQ(complaint(), "nat/nat-one.json: (top): expected an object, found an empty list");
}

TEST_F(BadCatalogue, MissingField) {
  nlohmann::json claim = CatalogueFolder::claim("nat-one", "nat", 1);
  claim.erase("control");
  folder_.write("nat/nat-one.json", claim);
  EXPECT_EQ(complaint(), "nat/nat-one.json: /control: expected a text, found nothing");
}

TEST_F(BadCatalogue, UnknownField) {
  change_claim("contrl", "x");
  EXPECT_THAT(complaint(), StartsWith("nat/nat-one.json: /contrl: expected one of $schema, claim, group, number"));
  EXPECT_THAT(complaint(), HasSubstr("found \"contrl\""));
}

TEST_F(BadCatalogue, WrongTypes) {
  change_claim("statement", 7);
  EXPECT_EQ(complaint(), "nat/nat-one.json: /statement: expected a text, found 7");
  change_claim("source", "RFC 1");
  EXPECT_EQ(complaint(), "nat/nat-one.json: /source: expected a list of texts, found \"RFC 1\"");
  change_claim("source", {"RFC 1", 2});
  EXPECT_EQ(complaint(), "nat/nat-one.json: /source/1: expected a text, found 2");
  change_claim("number", 0);
  EXPECT_EQ(complaint(), "nat/nat-one.json: /number: expected a number from 1, found 0");
  change_claim("number", 4294967297);
  EXPECT_EQ(complaint(), "nat/nat-one.json: /number: expected a number from 1, found 4294967297");
}

TEST_F(BadCatalogue, EmptyValues) {
  change_claim("hypothesis", "");
  EXPECT_EQ(complaint(), "nat/nat-one.json: /hypothesis: expected a text that is not empty, found \"\"");
  change_claim("source", nlohmann::json::array());
  EXPECT_EQ(complaint(), "nat/nat-one.json: /source: expected a list of at least one text, found an empty list");
}

TEST_F(BadCatalogue, WrongWords) {
  change_claim("grade", "XL");
  EXPECT_EQ(complaint(), "nat/nat-one.json: /grade: expected one of S, M, L, found \"XL\"");
  change_claim("tier", {"K0", "K9"});
  EXPECT_EQ(complaint(), "nat/nat-one.json: /tier/1: expected one of K0, found \"K9\"");
}

TEST_F(BadCatalogue, FileNameAndIdDiffer) {
  change_claim("claim", "nat-two");
  EXPECT_EQ(complaint(), "nat/nat-one.json: /claim: expected \"nat-one\" (the file's name), found \"nat-two\"");
}

TEST_F(BadCatalogue, FolderAndGroupDiffer) {
  change_claim("group", "nd");
  EXPECT_EQ(complaint(), "nat/nat-one.json: /group: expected \"nat\" (the folder's name), found \"nd\"");
}

TEST_F(BadCatalogue, GroupWithoutItsFile) {
  folder_.write("nd/nd-one.json", CatalogueFolder::claim("nd-one", "nd", 2));
  EXPECT_EQ(complaint(), "nd/group.json: (top): expected a readable file, found none");
}

TEST_F(BadCatalogue, SameIdInTwoGroups) {
  folder_.write("nd/group.json", CatalogueFolder::group("nd", 2));
  folder_.write("nd/nat-one.json", CatalogueFolder::claim("nat-one", "nd", 2));
  EXPECT_EQ(complaint(),
            "nd/nat-one.json: /claim: expected a value of its own, found \"nat-one\", as in nat/nat-one.json");
}

TEST_F(BadCatalogue, SameNumberTwice) {
  folder_.write("nat/nat-two.json", CatalogueFolder::claim("nat-two", "nat", 1));
  EXPECT_EQ(complaint(), "nat/nat-two.json: /number: expected a value of its own, found \"1\", as in nat/nat-one.json");
}

TEST_F(BadCatalogue, SameOrderTwice) {
  folder_.write("nd/group.json", CatalogueFolder::group("nd", 1));
  EXPECT_EQ(complaint(), "nd/group.json: /order: expected a value of its own, found \"1\", as in nat/group.json");
}

TEST_F(BadCatalogue, NearestThatDoesNotExist) {
  nlohmann::json statement = {{"number", 1},
                              {"statement", "Style matters."},
                              {"source", {"RFC 1"}},
                              {"why_not", "A judgement."},
                              {"nearest", {"nat-one", "nat-none"}}};
  folder_.write("not-testable/style.json", statement);
  EXPECT_EQ(complaint(),
            "not-testable/style.json: /nearest/1: expected the id of a claim, or group: and the id of a group, found "
            "\"nat-none\"");
  statement["nearest"] = {"group:none"};
  folder_.write("not-testable/style.json", statement);
  EXPECT_THAT(complaint(), HasSubstr("/nearest/0: "));
}

TEST_F(BadCatalogue, GroupsAreOrderedByTheirOrderAndNotByName) {
  folder_.write("a/group.json", CatalogueFolder::group("a", 2));
  folder_.write("a/a-one.json", CatalogueFolder::claim("a-one", "a", 2));
  const Catalogue catalogue = load_catalogue(folder_.path());
  ASSERT_THAT(catalogue.claims, SizeIs(2));
  EXPECT_EQ(catalogue.groups[0].id, "nat");
  EXPECT_EQ(catalogue.claims[0].id, "nat-one");
  EXPECT_EQ(catalogue.claims[1].id, "a-one");
}

}  // namespace
}  // namespace useipsec
