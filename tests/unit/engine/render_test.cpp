#include <fmt/format.h>
#include <gmock/gmock.h>

#include "engine/engine.h"
#include "helpers/golden.h"
#include "helpers/sample_cases.h"

namespace useipsec {
namespace {

std::string text_of(const Command& command) {
  auto text = command.program;
  for (const auto& argument : command.arguments) text += " " + argument;
  return text + "\n";
}

std::string text_of(const ManualSa& sa) {
  return fmt::format("sa {} -> {} {} {} spi {:#x} reqid {} window {} enc {}:{} auth {}:{}/{} aead {}:{}/{}\n",
                     sa.source.str(), sa.destination.str(), sa.protocol == Protocol::ah ? "ah" : "esp",
                     sa.mode == Mode::tunnel ? "tunnel" : "transport", sa.spi, sa.request_id, sa.replay_window,
                     sa.encryption, sa.encryption_key.size() * 4, sa.integrity, sa.integrity_key.size() * 4,
                     sa.integrity_truncation_bits, sa.aead, sa.aead_key.size() * 4, sa.aead_icv_bits);
}

std::string text_of(const ManualPolicy& policy) {
  constexpr const char* directions[] = {"in", "out", "fwd"};
  constexpr const char* requirements[] = {"require", "use", "bypass", "discard"};
  const auto port = [](const std::optional<std::uint16_t>& number) {
    return number ? fmt::format("{}", *number) : "any";
  };
  return fmt::format("policy {} {} -> {} proto {} ports {} {} {} priority {} template {} -> {} {} {} reqid {}\n",
                     directions[static_cast<int>(policy.direction)], policy.source.str(), policy.destination.str(),
                     policy.upper_protocol, port(policy.source_port), port(policy.destination_port),
                     requirements[static_cast<int>(policy.requirement)], policy.priority, policy.tunnel_source.str(),
                     policy.tunnel_destination.str(), policy.protocol == Protocol::ah ? "ah" : "esp",
                     policy.mode == Mode::tunnel ? "tunnel" : "transport", policy.request_id);
}

std::string text_of(const Case& subject) {
  const auto* engine = find_engine(subject.engine);
  EXPECT_EQ(engine->unsupported(subject), std::nullopt);
  std::string text;
  for (const auto& setup : engine->render(subject)) {
    text += fmt::format("##### {}\n", setup.node);
    for (const auto& file : setup.files)
      text += fmt::format("### {}{}\n{}", file.path, file.secret ? " (secret)" : "", file.text);
    if (setup.daemon) text += "### daemon\n" + text_of(setup.daemon->command);
    for (const auto& command : setup.after_ready) text += "### after ready\n" + text_of(command);
    if (setup.initiate) text += "### initiate\n" + text_of(*setup.initiate);
    for (const auto& command : setup.rekey_ike) text += "### rekey ike\n" + text_of(command);
    for (const auto& command : setup.rekey_child) text += "### rekey child\n" + text_of(command);
    for (const auto& sa : setup.sas) text += text_of(sa);
    for (const auto& policy : setup.policies) text += text_of(policy);
  }
  return text;
}

TEST(LibreswanRenderTest, EspTransportBehindNapt) {
  expect_golden("engine/libreswan-esp-nat.txt", text_of(samples::pair_case("esp-nat", samples::wan(true))));
}

TEST(LibreswanRenderTest, Ikev2TunnelBehindNaptNamesThePrivateAddress) {
  auto subject = samples::pair_case("tunnel-nat", samples::wan(true));
  subject.profile.keying = Keying::ikev2;
  subject.profile.mode = Mode::tunnel;
  expect_golden("engine/libreswan-v2-tunnel-nat.txt", text_of(subject));
}

TEST(LibreswanRenderTest, AggressiveAhWithTraversalRefused) {
  auto subject = samples::pair_case("aggressive", samples::wan(true));
  samples::use_ah(subject);
  subject.profile.keying = Keying::ikev1_aggressive;
  subject.profile.nat.traversal = Traversal::refused;
  subject.profile.responder_accepts_any_address = false;
  expect_golden("engine/libreswan-aggressive-ah.txt", text_of(subject));
}

TEST(LibreswanRenderTest, TrapOnIpv6) {
  expect_golden("engine/libreswan-trap-v6.txt", text_of(samples::trapped_v6("nd")));
}

TEST(LibreswanRenderTest, SeveralSelectorsAndRules) {
  auto subject = samples::pair_case("rules", samples::wan(false));
  subject.profile.selectors = {{"peer", "peer", "tcp", {}, std::uint16_t{179}},
                               {"peer", "peer", "tcp", std::uint16_t{179}, {}}};
  subject.profile.responder_policy = {{{"any", "peer", "tcp", {}, std::uint16_t{22}}, Requirement::bypass},
                                      {{"any", "peer", "tcp", {}, std::uint16_t{179}}, Requirement::require}};
  subject.profile.unmatched = Unmatched::discard;
  subject.profile.algorithms = {"aes256-cbc", "hmac-sha2-512-256", 3600};
  expect_golden("engine/libreswan-rules.txt", text_of(subject));
}

TEST(LibreswanRenderTest, AGroupAsPeer) {
  auto subject = samples::ospf_case("group", RoutingProtocol::ospfv3);
  subject.engine = "libreswan";
  subject.profile.keying = Keying::ikev1_main;
  subject.profile.before_sa = BeforeSa::trap;
  expect_golden("engine/libreswan-group.txt", text_of(subject));
}

TEST(LibreswanRenderTest, SeveralClientsEachWithAKeyOfItsOwn) {
  auto subject = samples::pair_case("two-clients", samples::two_clients(true));
  subject.profile.initiators = {"alice", "carol"};
  subject.profile.keying = Keying::ikev2;
  subject.profile.mode = Mode::tunnel;
  subject.profile.psks = {{"carol", "a-key-of-her-own"}};
  expect_golden("engine/libreswan-two-clients.txt", text_of(subject));
}

TEST(LibreswanRenderTest, NodesThatDisagree) {
  auto subject = samples::pair_case("disagree", samples::two_clients(false));
  subject.profile.initiators = {"alice", "carol"};
  auto own = subject.profile;
  own.protocol = Protocol::ah;
  own.confidentiality = false;
  own.psk = "another-key";
  own.nat.traversal = Traversal::refused;
  subject.profile_at = {{"bob", own}, {"carol", std::nullopt}};
  expect_golden("engine/libreswan-disagree.txt", text_of(subject));
}

TEST(ManualRenderTest, SeveralClientsThatDisagree) {
  auto subject = samples::pair_case("disagree", samples::two_clients(false));
  subject.engine = "manual";
  subject.profile.initiators = {"alice", "carol"};
  subject.profile.keying = Keying::manual;
  subject.profile.replay_protection = false;
  auto own = subject.profile;
  own.key_seed = 5406;
  subject.profile_at = {{"carol", own}};
  const auto setups = find_engine("manual")->render(subject);
  ASSERT_EQ(setups.size(), 3u);
  const auto& at_alice = setups[0].sas.at(0);
  const auto& bob = setups[1];
  const auto& at_carol = setups[2].sas.at(0);
  ASSERT_EQ(bob.sas.size(), 4u);
  EXPECT_EQ(bob.sas[1].spi, at_alice.spi) << "what alice sends with, bob receives with";
  EXPECT_EQ(bob.sas[1].encryption_key, at_alice.encryption_key);
  EXPECT_EQ(bob.sas[3].spi, at_carol.spi) << "the same SA";
  EXPECT_NE(bob.sas[3].encryption_key, at_carol.encryption_key) << "with another key";
  expect_golden("engine/manual-two-clients.txt", text_of(subject));
}

TEST(ManualRenderTest, ClientsThatLookAlikeAreTooManyForOneSpd) {
  auto subject = samples::pair_case("two-clients", samples::two_clients(true));
  subject.engine = "manual";
  subject.profile.initiators = {"alice", "carol"};
  subject.profile.keying = Keying::manual;
  EXPECT_THAT(find_engine("manual")->unsupported(subject),
              ::testing::Optional(::testing::HasSubstr("alice and carol look alike to bob (192.0.2.2/32)")));
  subject.profile.mode = Mode::tunnel;
  EXPECT_EQ(find_engine("manual")->unsupported(subject), std::nullopt) << "inside a tunnel each has its own address";
}

TEST(ManualRenderTest, AhTransportBehindNaptNamesTheOutsideAddressAtTheResponder) {
  auto subject = samples::pair_case("ah-nat", samples::wan(true));
  subject.engine = "manual";
  samples::use_ah(subject);
  subject.profile.keying = Keying::manual;
  subject.profile.replay_protection = false;
  expect_golden("engine/manual-ah-nat.txt", text_of(subject));
}

TEST(ManualRenderTest, EspTunnelWithRules) {
  auto subject = samples::pair_case("tunnel", samples::wan(false));
  subject.engine = "manual";
  subject.profile.keying = Keying::manual;
  subject.profile.mode = Mode::tunnel;
  subject.profile.responder_policy = {{{"any", "peer", "tcp", {}, std::uint16_t{22}}, Requirement::bypass}};
  subject.profile.unmatched = Unmatched::discard;
  expect_golden("engine/manual-esp-tunnel.txt", text_of(subject));
}

TEST(ManualRenderTest, GroupsShareOneSpiAndKey) {
  for (const auto protocol : {RoutingProtocol::ospfv2, RoutingProtocol::ospfv3}) {
    auto subject = samples::ospf_case("group", protocol);
    if (protocol == RoutingProtocol::ospfv2) subject.profile.protocol = Protocol::esp;
    const auto setups = find_engine("manual")->render(subject);
    ASSERT_EQ(setups.size(), 2u);
    EXPECT_EQ(setups[0].sas, setups[1].sas) << "figure 3 of RFC 4552: the same everywhere";
    for (const auto& sa : setups[0].sas) {
      EXPECT_EQ(sa.spi, setups[0].sas[0].spi);
      EXPECT_EQ(sa.integrity_key, setups[0].sas[0].integrity_key);
      EXPECT_EQ(sa.replay_window, 0u);
      EXPECT_TRUE(sa.source.is_any());
    }
  }
}

TEST(ManualRenderTest, OspfGroups) {
  expect_golden("engine/manual-ospfv3-ah.txt", text_of(samples::ospf_case("o3", RoutingProtocol::ospfv3)));
  auto null = samples::ospf_case("o2", RoutingProtocol::ospfv2);
  null.profile.protocol = Protocol::esp;
  expect_golden("engine/manual-ospfv2-esp-null.txt", text_of(null));
}

TEST(ManualRenderTest, TheTwoDirectionsOfAPairShareNothing) {
  auto subject = samples::pair_case("pair", samples::wan(false));
  subject.engine = "manual";
  subject.profile.keying = Keying::manual;
  const auto setups = find_engine("manual")->render(subject);
  ASSERT_EQ(setups.size(), 2u);
  const auto& [to, back] = std::tie(setups[0].sas[0], setups[0].sas[1]);
  EXPECT_NE(to.spi, back.spi);
  EXPECT_NE(to.encryption_key, back.encryption_key);
  EXPECT_NE(to.integrity_key, back.integrity_key);
  EXPECT_EQ(to.spi, setups[1].sas[1].spi) << "what alice sends with, bob receives with";
  EXPECT_EQ(to.encryption_key, setups[1].sas[1].encryption_key);
  auto other_seed = subject;
  other_seed.seed = 2;
  EXPECT_NE(find_engine("manual")->render(other_seed)[0].sas[0].integrity_key, to.integrity_key);
}

TEST(EngineTest, EachSaysWhatItCannotCarry) {
  using ::testing::HasSubstr;
  using ::testing::Optional;
  auto subject = samples::pair_case("x", samples::wan(false));
  EXPECT_THAT(find_engine("manual")->unsupported(subject), Optional(HasSubstr("no key exchange")));
  subject.profile.keying = Keying::manual;
  EXPECT_THAT(find_engine("libreswan")->unsupported(subject), Optional(HasSubstr("keys by IKE only")));
  EXPECT_EQ(find_engine("manual")->unsupported(subject), std::nullopt);
  subject.profile.keying = Keying::ikev2;
  subject.profile.integrity = false;
  EXPECT_THAT(find_engine("libreswan")->unsupported(subject), Optional(HasSubstr("without integrity")));
  subject.profile.integrity = true;
  subject.profile.authentication = AuthMethod::certificate;
  EXPECT_THAT(find_engine("libreswan")->unsupported(subject), Optional(HasSubstr("not carried yet")));
  subject.profile.authentication = AuthMethod::psk;
  auto own = subject.profile;
  own.integrity = false;
  subject.profile_at = {{"bob", own}};
  EXPECT_THAT(find_engine("libreswan")->unsupported(subject), Optional(HasSubstr("bob: libreswan refuses ESP")));
  subject.profile_at.clear();
  subject.profile.algorithms.encryption = "rot13";
  EXPECT_THAT(find_engine("libreswan")->unsupported(subject), Optional(HasSubstr("rot13")));
  EXPECT_EQ(find_engine("racoon"), nullptr);
}

TEST(EngineTest, ASecretThatQuotesCannotHoldIsWrittenInHexadecimal) {
  auto subject = samples::pair_case("x", samples::wan(false));
  subject.profile.psk = "a\"b\n";
  const auto setups = find_engine("libreswan")->render(subject);
  EXPECT_EQ(setups[0].files[1].text, "@alice @bob : PSK 0x6122620a\n");
}

}  // namespace
}  // namespace useipsec
