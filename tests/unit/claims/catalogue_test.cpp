// The catalogue that ships with the program, claims/, loads and is whole.
#include "claims/catalogue.h"

#include <gmock/gmock.h>

#include <map>
#include <set>
#include <string>

#include "helpers/places.h"

namespace useipsec {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

const Catalogue& shipped() {
  static const Catalogue catalogue = load_catalogue(source_dir() / "claims");
  return catalogue;
}

TEST(ShippedCatalogue, HasAllClaimsOfEachGroupInOrder) {
  std::vector<std::pair<std::string, std::size_t>> counts;
  for (const ClaimGroup& group : shipped().groups) counts.emplace_back(group.id, shipped().of_group(group.id).size());
  EXPECT_THAT(counts, ElementsAre(Pair("nat", 51), Pair("nd", 14), Pair("mc", 20), Pair("bgp", 16), Pair("api", 11),
                                  Pair("sel", 19), Pair("spd", 9), Pair("pad", 9), Pair("dos", 17), Pair("ike", 12),
                                  Pair("avail", 5), Pair("km", 11), Pair("bcast", 4), Pair("proto", 8)));
  EXPECT_THAT(shipped().claims, SizeIs(206));
  EXPECT_THAT(shipped().not_testable, SizeIs(22));
}

TEST(ShippedCatalogue, NumbersRunFromOneWithoutGaps) {
  int expected = 0;
  for (const Claim& claim : shipped().claims) EXPECT_EQ(claim.number, ++expected) << claim.id;
  expected = 0;
  for (const NotTestable& statement : shipped().not_testable) EXPECT_EQ(statement.number, ++expected) << statement.id;
}

TEST(ShippedCatalogue, IdsAreUniqueAndLeadBackToTheirFile) {
  std::set<std::string> ids;
  for (const Claim& claim : shipped().claims) {
    EXPECT_TRUE(ids.insert(claim.id).second) << claim.id << " is there twice";
    EXPECT_TRUE(std::filesystem::exists(source_dir() / "claims" / claim.group / (claim.id + ".json"))) << claim.id;
    EXPECT_EQ(shipped().find(claim.id), &claim);
  }
}

TEST(ShippedCatalogue, NearestOfTheNotTestableExist) {
  for (const NotTestable& statement : shipped().not_testable) {
    for (const std::string& name : statement.nearest) {
      EXPECT_TRUE(name.starts_with("group:") ? shipped().find_group(name.substr(6)) != nullptr
                                             : shipped().find(name) != nullptr)
          << statement.id << " names " << name;
    }
  }
}

// Grade counts of the catalogue: 146 small, 57 medium, 3 large.
TEST(ShippedCatalogue, GradesAddUp) {
  std::map<Grade, int> grades;
  for (const Claim& claim : shipped().claims) ++grades[claim.grade];
  EXPECT_THAT(grades, ElementsAre(Pair(Grade::small, 146), Pair(Grade::medium, 57), Pair(Grade::large, 3)));
}

TEST(ShippedCatalogue, EveryExpectedNamesAnOutcome) {
  for (const Claim& claim : shipped().claims) {
    bool names_one = false;
    for (const Term& term : shipped().terms) {
      names_one = names_one || (term.kind == "outcome" && claim.expected.find(term.name) != std::string::npos);
    }
    EXPECT_TRUE(names_one) << claim.id << ": " << claim.expected;
  }
}

TEST(ShippedCatalogue, AHeadlineClaimReadsAsWritten) {
  const Claim* claim = shipped().find("nat-ah-icv");
  ASSERT_NE(claim, nullptr);
  EXPECT_EQ(claim->group, "nat");
  EXPECT_EQ(claim->number, 1);
  EXPECT_THAT(claim->sources, ElementsAre("RFC 3715 2.1(a)", "RFC 5406 3.1", "RFC 3948 1", "Arkko DISCUSS 2007-03-08"));
  EXPECT_EQ(claim->refuted_if, "Any AH packet is delivered after translation.");
  EXPECT_EQ(claim->expected, "blocked");
  EXPECT_THAT(claim->tiers, ElementsAre("K2"));
  EXPECT_EQ(letter(claim->grade), "S");
  EXPECT_THAT(claim->caveats, Not(IsEmpty()));
}

TEST(ShippedCatalogue, UnknownIdsAreNotFound) {
  EXPECT_EQ(shipped().find("nat-no-such-claim"), nullptr);
  EXPECT_EQ(shipped().find_group("NAT"), nullptr);
}

}  // namespace
}  // namespace useipsec
