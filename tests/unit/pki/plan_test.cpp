#include "pki/plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include "helpers/golden.h"
#include "helpers/sample_cases.h"

namespace useipsec {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::string text_of_plan(const PkiPlan& plan) {
  std::string text;
  for (const auto& each : plan.certificates) text += describe(each) + "\n";
  for (const auto& list : plan.lists) text += fmt::format("list of {}: {}\n", list.issuer, list.revoked);
  for (const auto& [node, chain, anchors, known, lists] : plan.stores)
    text += fmt::format("{} has chain {}, anchors {}, known {}, lists {}\n", node, chain, anchors, known, lists);
  return text;
}

TEST(PkiPlanTest, ASharedKeyNeedsNone) {
  auto subject = samples::certified();
  subject.profile.authentication = AuthMethod::psk;
  EXPECT_TRUE(pki_plan(subject).empty());
  subject = samples::certified();
  subject.without_ipsec = true;
  EXPECT_TRUE(pki_plan(subject).empty());
}

TEST(PkiPlanTest, OneAuthorityAndACertificateForEachPeer) {
  const auto plan = pki_plan(samples::certified());
  ASSERT_EQ(plan.certificates.size(), 3u);
  EXPECT_EQ(plan.certificates[0].stem, "ca/lab");
  EXPECT_TRUE(plan.certificates[0].authority);
  EXPECT_EQ(plan.certificates[1].stem, "alice");
  EXPECT_EQ(plan.certificates[1].issuer, "ca/lab");
  EXPECT_THAT(plan.certificates[1].names, ElementsAre(Identity{IdentityKind::fqdn, "alice"}));
  ASSERT_NE(plan.store_of("bob"), nullptr);
  EXPECT_THAT(plan.store_of("bob")->anchors, ElementsAre("ca/lab"));
  EXPECT_THAT(plan.store_of("bob")->chain, IsEmpty());
  EXPECT_EQ(plan.store_of("middle"), nullptr);
}

TEST(PkiPlanTest, ANodeThatAuthenticatesOtherwiseHoldsNone) {
  auto subject = samples::certified();
  auto own = subject.profile;
  own.authentication = AuthMethod::psk;
  subject.profile_at = {{"bob", own}};
  EXPECT_NE(pki_plan(subject).store_of("alice"), nullptr);
  EXPECT_EQ(pki_plan(subject).store_of("bob"), nullptr);
}

TEST(PkiPlanTest, WhoIssuesResourcesHasThemAll) {
  auto subject = samples::certified();
  EXPECT_FALSE(pki_plan(subject).find("ca/lab")->resources);
  subject.profile.certificates["alice"].resources = NumberResources{{*Prefix::parse("10.1.0.0/24")}, {65001}};
  const auto plan = pki_plan(subject);
  EXPECT_TRUE(plan.find("ca/lab")->resources);
  EXPECT_FALSE(plan.find("bob")->resources);
  EXPECT_THAT(describe(*plan.find("alice")), ::testing::EndsWith("; addresses 10.1.0.0/24; AS 65001"));
  EXPECT_THAT(describe(*plan.find("ca/lab")), ::testing::EndsWith("; all addresses and autonomous systems"));
}

TEST(PkiPlanTest, Ikev1HasRsaUnlessToldOtherwise) {
  auto subject = samples::certified();
  subject.profile.keying = Keying::ikev1_main;
  for (const auto& each : pki_plan(subject).certificates) EXPECT_EQ(each.key, KeyKind::rsa_2048) << each.stem;
}

TEST(PkiPlanTest, ChainsListsAndStrangers) {
  auto subject = samples::certified();
  auto& profile = subject.profile;
  profile.authorities["lab"] = {KeyKind::rsa_4096, 2};
  profile.authorities["other"] = {};
  profile.identities["bob"] = {IdentityKind::dn, "C=ZZ,CN=bob"};
  profile.certificates["bob"].revoked = true;
  profile.certificates["bob"].send = SendCertificate::never;
  profile.certificates["bob"].names = {{IdentityKind::ipv4, "198.51.100.2"}, {IdentityKind::user_fqdn, "bob@example"}};
  profile.revocation.list = true;
  auto own = profile;
  own.certificates["alice"].authority = "other";
  own.certificates["alice"].validity = Validity::expired;
  subject.profile_at = {{"alice", own}};
  expect_golden("pki/chains.txt", text_of_plan(pki_plan(subject)));
}

}  // namespace
}  // namespace useipsec
