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
  subject.profile.protocol = SecurityProtocol::ah;
  subject.profile.nat.traversal = Traversal::forced;
  EXPECT_THAT(rules_of(subject), ::testing::ElementsAre("ah-confidentiality", "ah-nat-traversal"));
}

TEST(LintTest, AhAndEspTogetherAreRarelyNeeded) {
  auto subject = routed();
  subject.profile.protocol = SecurityProtocol::ah_and_esp;
  subject.profile.integrity = false;  // ESP's own; AH has it
  const auto findings = lint(subject.profile, &subject.topology);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].rule, "ah-and-esp");
  EXPECT_EQ(findings[0].severity, Severity::warning);
  auto through_nat = behind_nat();
  through_nat.profile.protocol = SecurityProtocol::ah_and_esp;
  EXPECT_THAT(rules_of(through_nat), ::testing::ElementsAre("ah-and-esp", "ah-nat"));
}

TEST(LintTest, ManualKeysDoNotFollowAPortThatMoves) {
  auto subject = behind_nat();
  subject.profile.keying = Keying::manual;
  subject.profile.replay_protection = false;
  subject.profile.nat.traversal = Traversal::forced;
  EXPECT_THAT(rules_of(subject), ::testing::ElementsAre("manual-udp-encapsulation"));
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
  subject.profile.responder_accepts_any_identity = true;
  const auto findings = lint(subject.profile, &subject.topology);
  EXPECT_THAT(rules_of(subject),
              ::testing::ElementsAre("unmatched-unspecified", "authorize-empty-certificate", "dual-use-unspecified"));
  EXPECT_TRUE(std::all_of(findings.begin(), findings.end(),
                          [](const LintFinding& finding) { return finding.severity == Severity::warning; }));
}

Case certified() {
  auto subject = routed();
  subject.profile.authentication = AuthMethod::certificate;
  return subject;
}

TEST(LintTest, ADefaultCertificateCarriesTheIdentity) {
  auto subject = certified();
  EXPECT_THAT(rules_of(subject), IsEmpty());
  for (const Identity& identity : {Identity{IdentityKind::dn, "C=ZZ,O=elsewhere, CN=alice"},
                                   {IdentityKind::user_fqdn, "alice@example.org"},
                                   {IdentityKind::ipv4, "192.0.2.1"},
                                   {IdentityKind::ipv6, "2001:db8::1"}}) {
    subject.profile.identities["alice"] = identity;
    EXPECT_THAT(rules_of(subject), IsEmpty()) << identity.value;
  }
}

TEST(LintTest, AnIdentityThatTheCertificateDoesNotCarryIsAnError) {
  auto subject = certified();
  subject.profile.certificates["alice"].names = {{IdentityKind::fqdn, "printer"}};
  auto findings = lint(subject.profile, &subject.topology);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].rule, "identity-not-certified");
  EXPECT_EQ(findings[0].pointer, "/profile/certificates/alice/names");
  EXPECT_THAT(findings[0].message,
              ::testing::HasSubstr("alice says that it is fqdn alice, but its certificate has the subject "
                                   "O=useipsec lab, CN=alice and the subjectAltNames fqdn printer"));
  subject.profile.identities["alice"] = {IdentityKind::fqdn, "printer"};
  EXPECT_THAT(rules_of(subject), IsEmpty());
  subject.profile.certificates["alice"].subject = "O=useipsec lab,CN=alice";
  subject.profile.identities["alice"] = {IdentityKind::dn, "O=useipsec lab, CN=alice"};
  EXPECT_THAT(rules_of(subject), IsEmpty()) << "the subject";
  subject.profile.identities["alice"] = {IdentityKind::dn, "CN=alice, O=useipsec lab"};
  EXPECT_THAT(rules_of(subject), ::testing::ElementsAre("identity-not-certified")) << "order is part of a name";
  subject.profile.identities["alice"] = {IdentityKind::key_id, "alice"};
  findings = lint(subject.profile, &subject.topology);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].pointer, "/profile/identities/alice");
  EXPECT_THAT(findings[0].message, ::testing::HasSubstr("key id, which no certificate carries"));
  subject.profile.authentication = AuthMethod::psk;
  EXPECT_THAT(rules_of(subject), IsEmpty());
}

TEST(LintTest, CertificatesThatAPeerMustRefuseAreErrors) {
  auto subject = certified();
  subject.profile.certificates["alice"].validity = Validity::expired;
  subject.profile.certificates["bob"].revoked = true;
  EXPECT_THAT(rules_of(subject), ::testing::ElementsAre("certificate-not-valid", "certificate-not-valid"));
  subject.profile.certificates.clear();
  subject.profile.certificates["bob"].authority = "other";
  EXPECT_THAT(rules_of(subject), ::testing::ElementsAre("authority-not-trusted"));
  subject.profile.anchors = {"lab", "other"};
  EXPECT_THAT(rules_of(subject), IsEmpty());
  subject.profile.identity_on_certificate = false;
  EXPECT_THAT(rules_of(subject), ::testing::ElementsAre("identity-not-required"));
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
  EXPECT_EQ(names.size(), 25u);
}

}  // namespace
}  // namespace useipsec
