#include "profile/lint.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "helpers/sample_cases.h"

namespace useipsec {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

std::vector<std::string> rules_of(const Case& subject) {
  std::vector<std::string> rules;
  for (const auto& finding : lint(subject.profile, &subject.topology)) rules.push_back(finding.rule);
  return rules;
}

Case routed() { return samples::pair_case("routed", samples::wan(false)); }
Case behind_nat() { return samples::pair_case("nat", samples::wan(true)); }

TEST(LintTest, AWholeProfileHasNoFinding) {
  EXPECT_THAT(rules_of(routed()), IsEmpty());
  EXPECT_THAT(rules_of(behind_nat()), IsEmpty());
  EXPECT_THAT(rules_of(samples::ospf_case("ospf", RoutingProtocol::ospfv3)), IsEmpty());
}

TEST(LintTest, AhDoesNotGoWithNats) {
  auto subject = behind_nat();
  samples::use_ah(subject);
  const auto findings = lint(subject.profile, &subject.topology);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].rule, "ah-nat");
  EXPECT_EQ(findings[0].severity, Severity::error);
  EXPECT_EQ(findings[0].pointer, "/profile/protocol");
  EXPECT_THAT(findings[0].source, ::testing::HasSubstr("nat-ah-icv"));
  auto without_nat = routed();
  samples::use_ah(without_nat);
  EXPECT_THAT(rules_of(without_nat), IsEmpty());
}

TEST(LintTest, AhHasNeitherConfidentialityNorUdpEncapsulation) {
  auto subject = routed();
  subject.profile.protocol = Protocol::ah;
  subject.profile.nat.traversal = Traversal::forced;
  EXPECT_THAT(rules_of(subject), ::testing::ElementsAre("ah-confidentiality", "ah-nat-traversal"));
}

TEST(LintTest, ANatNobodyExpectsIsFoundInTheTopology) {
  auto subject = behind_nat();
  subject.profile.nat.expected = NatExpected::none;
  EXPECT_THAT(rules_of(subject), Contains("nat-not-expected"));
  EXPECT_THAT(lint(subject.profile, nullptr), IsEmpty()) << "without a topology nothing is known of NATs";
}

TEST(LintTest, RefusingTraversalIsAnErrorOnlyWhereNatsAreExpected) {
  auto subject = behind_nat();
  subject.profile.nat.traversal = Traversal::refused;
  EXPECT_THAT(rules_of(subject), Contains("nat-traversal-refused"));
  subject = routed();
  subject.profile.nat.traversal = Traversal::refused;
  EXPECT_THAT(rules_of(subject), IsEmpty());
}

TEST(LintTest, Ikev2TransportThroughANatIsUnsupportedAndTunnelIsNot) {
  auto subject = behind_nat();
  subject.profile.keying = Keying::ikev2;
  const auto findings = lint(subject.profile, &subject.topology);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].severity, Severity::unsupported);
  subject.profile.mode = Mode::tunnel;
  EXPECT_THAT(rules_of(subject), IsEmpty());
}

TEST(LintTest, ManualKeysGoWithNeitherReplayProtectionNorCounterModes) {
  auto subject = routed();
  subject.profile.keying = Keying::manual;
  subject.profile.algorithms.encryption = "aes128-gcm16";
  EXPECT_THAT(rules_of(subject), ::testing::ElementsAre("manual-replay", "manual-counter-mode"));
}

TEST(LintTest, AggressiveModeWithAPreSharedKeyIsAnError) {
  auto subject = routed();
  subject.profile.keying = Keying::ikev1_aggressive;
  EXPECT_THAT(rules_of(subject), ::testing::ElementsAre("aggressive-psk"));
}

TEST(LintTest, MainModeCannotTellSeveralNattedPeersApartByKey) {
  auto subject = behind_nat();
  subject.profile.authorize = {{"alice", {}}, {"carol", {}}};
  EXPECT_THAT(rules_of(subject), Contains("main-mode-psk-nat"));
  subject = behind_nat();
  subject.profile.initiators = {"alice", "carol"};
  subject.topology = samples::two_clients(true);
  EXPECT_THAT(rules_of(subject), IsEmpty()) << "one key for all";
  subject.profile.psks = {{"alice", "one"}, {"carol", "another"}};
  EXPECT_THAT(rules_of(subject), Contains("main-mode-psk-nat"));
}

TEST(LintTest, GroupsAreNotKeyedByIke) {
  auto subject = samples::ospf_case("ospf", RoutingProtocol::ospfv3);
  subject.profile.keying = Keying::ikev2;
  EXPECT_THAT(rules_of(subject), Contains("group-ike"));
  subject.profile.group_traffic = GroupTraffic::none;
  EXPECT_THAT(rules_of(subject), Contains("group-ike")) << "the selectors still name groups";
}

TEST(LintTest, NeighborDiscoveryMustBeExemptFromATrapThatCoversIt) {
  auto subject = samples::trapped_v6("nd");
  EXPECT_THAT(rules_of(subject), Contains("bootstrap-not-exempted"));
  subject.profile.bootstrap_exemptions = {"icmp6/135", "icmp6/136"};
  EXPECT_THAT(rules_of(subject), IsEmpty());
  auto v4 = routed();
  v4.profile.before_sa = BeforeSa::trap;
  EXPECT_THAT(rules_of(v4), IsEmpty()) << "ARP is not IP";
}

TEST(LintTest, OneSidedPortsAreAWarningUntilTheMirrorImageIsThere) {
  auto subject = routed();
  Selector to_server{"peer", "peer", "tcp", {}, std::uint16_t{179}};
  Selector from_server{"peer", "peer", "tcp", std::uint16_t{179}, {}};
  subject.profile.selectors = {to_server};
  EXPECT_THAT(rules_of(subject), ::testing::ElementsAre("one-sided-port"));
  subject.profile.selectors = {to_server, from_server};
  EXPECT_THAT(rules_of(subject), IsEmpty());
}

TEST(LintTest, PortsAtAGatewayLeakFragments) {
  auto subject = routed();
  subject.profile.mode = Mode::tunnel;
  subject.profile.selectors = {{"10.1.0.0/24", "peer", "udp", std::uint16_t{7001}, std::uint16_t{7001}}};
  EXPECT_THAT(rules_of(subject), ::testing::ElementsAre("port-selector-gateway"));
}

TEST(LintTest, TransportModeProtectsItsOwnEndPointsOnly) {
  auto subject = routed();
  subject.profile.selectors[0].local = "10.1.0.0/24";
  EXPECT_THAT(rules_of(subject), ::testing::ElementsAre("transport-endpoints"));
  subject.profile.selectors[0].local = "10.1.0.2";
  EXPECT_THAT(rules_of(subject), Not(Contains("transport-endpoints"))) << "alice's own address, written out";
}

TEST(LintTest, WhatIsLeftUnsaidIsAWarning) {
  auto subject = routed();
  subject.profile.unmatched = Unmatched::unspecified;
  subject.profile.dual_use = DualUse::unspecified;
  subject.profile.authentication = AuthMethod::certificate;
  const auto findings = lint(subject.profile, &subject.topology);
  EXPECT_THAT(rules_of(subject),
              ::testing::ElementsAre("unmatched-unspecified", "authorize-empty-certificate", "dual-use-unspecified"));
  EXPECT_TRUE(std::all_of(findings.begin(), findings.end(),
                          [](const LintFinding& finding) { return finding.severity == Severity::warning; }));
}

TEST(LintTest, EncryptionWithoutIntegrityIsAnError) {
  auto subject = routed();
  subject.profile.integrity = false;
  EXPECT_THAT(rules_of(subject), ::testing::ElementsAre("esp-without-integrity"));
}

TEST(LintTest, EveryRuleHasANameOfItsOwn) {
  auto names = lint_rules();
  std::sort(names.begin(), names.end());
  EXPECT_EQ(std::adjacent_find(names.begin(), names.end()), names.end());
  EXPECT_EQ(names.size(), 19u);
}

}  // namespace
}  // namespace useipsec
