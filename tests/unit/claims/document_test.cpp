#include "claims/document.h"

#include <gmock/gmock.h>

#include <string>

#include "claims/catalogue.h"
#include "helpers/places.h"

namespace useipsec {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(ClaimsMarkdown, HoldsEveryShippedClaimAndStatement) {
  const Catalogue catalogue = load_catalogue(source_dir() / "claims");
  const std::string page = claims_markdown(catalogue);
  EXPECT_THAT(page, StartsWith("# The claims\n"));
  EXPECT_THAT(page, HasSubstr("206 claims in 14 groups, and 22 statements that cannot be tested."));
  for (const Claim& claim : catalogue.claims) EXPECT_THAT(page, HasSubstr("\n### " + claim.id + "\n"));
  for (const ClaimGroup& group : catalogue.groups) EXPECT_THAT(page, HasSubstr("\n## " + group.title + "\n"));
  for (const NotTestable& statement : catalogue.not_testable) {
    EXPECT_THAT(page, HasSubstr("\n### " + statement.id + "\n"));
  }
}

Catalogue small() {
  Catalogue catalogue;
  catalogue.terms = {{"outcome", "blocked", "Not delivered."}, {"colour", "red", "Unused."}};
  catalogue.groups = {{.id = "nat",
                       .order = 1,
                       .title = "NAT",
                       .about = "About NAT.",
                       .sources = {"RFC 3715"},
                       .frame = "Topology NAT1.",
                       .notes = ""}};
  catalogue.claims = {{.id = "nat-one",
                       .group = "nat",
                       .number = 1,
                       .statement = "AH fails.",
                       .sources = {"RFC 3715 2.1(a)", "Arkko"},
                       .hypothesis = "right=<NAT address> *and* nothing arrives.",
                       .refuted_if = "Something arrives.",
                       .experiment = "Send.",
                       .control = "Route.",
                       .expected = "blocked",
                       .tiers = {"K1", "K2"},
                       .grade = Grade::medium,
                       .caveats = ""}};
  catalogue.not_testable = {{.id = "style",
                             .number = 1,
                             .statement = "Style matters.",
                             .sources = {"Ward"},
                             .why_not = "Editorial.",
                             .nearest = {"nat-one", "group:nat"}}};
  return catalogue;
}

TEST(ClaimsMarkdown, WritesOneEntryInFull) {
  EXPECT_THAT(claims_markdown(small()), HasSubstr(R"(
### nat-one

AH fails.

- **Source**: RFC 3715 2.1(a); Arkko
- **Hypothesis**: right=\<NAT address> \*and\* nothing arrives.
- **Refuted if**: Something arrives.
- **Experiment**: Send.
- **Control**: Route.
- **Expected**: blocked
- **Needs**: K1 or K2, size M
)"));
  EXPECT_THAT(claims_markdown(small()), Not(HasSubstr("Caveats")));
}

TEST(ClaimsMarkdown, LinksTheNotTestableToItsNearest) {
  EXPECT_THAT(claims_markdown(small()),
              AllOf(HasSubstr("- **Why not**: Editorial.\n"),
                    HasSubstr("- **Nearest that can be tested**: [nat-one](#nat-one), [NAT](#group-nat)\n"),
                    HasSubstr("<a id=\"group-nat\"></a>")));
}

TEST(ClaimsMarkdown, ExplainsTheTermsItKnows) {
  EXPECT_THAT(claims_markdown(small()), HasSubstr("### Outcomes\n\n- **blocked**: Not delivered.\n"));
  EXPECT_THAT(claims_markdown(small()), Not(HasSubstr("### Topologies")));
}

TEST(ClaimsMarkdown, AnEmptyCatalogueIsStillAPage) {
  EXPECT_THAT(claims_markdown(Catalogue{}),
              AllOf(HasSubstr("0 claims in 0 groups, and 0 statements"), Not(HasSubstr("## What cannot be tested"))));
}

}  // namespace
}  // namespace useipsec
