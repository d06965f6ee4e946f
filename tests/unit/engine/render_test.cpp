#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gmock/gmock.h>

#include "engine/engine.h"
#include "helpers/golden.h"
#include "helpers/sample_cases.h"

namespace useipsec {
namespace {

std::string text_of(const Command& command) {
  std::string text;
  for (const auto& variable : command.environment) text += variable + " ";
  text += command.program;
  for (const auto& argument : command.arguments) text += " " + argument;
  return text + "\n";
}

/// A request as swanctl.conf would say it: the settings in it are in the node's swanctl.conf already.
std::string text_of(const ViciRequest& request) {
  auto text = fmt::format("{}: {}", request.socket, request.command);
  for (const auto& [name, value] : request.message.entries) {
    if (const auto* list = std::get_if<std::vector<std::string>>(&value))
      text += fmt::format(" {}=[{}]", name, fmt::join(*list, ", "));
    else if (const auto* one = std::get_if<std::string>(&value))
      text += fmt::format(" {}={}", name, *one);
    else
      text += fmt::format(" {}={{...}}", name);
  }
  return text + "\n";
}

std::string text_of(const std::string& title, const std::vector<Order>& orders) {
  std::string text;
  for (const auto& order : orders)
    text += "### " + title + "\n" + std::visit([](const auto& one) { return text_of(one); }, order);
  return text;
}

std::string text_of(const ManualSa& sa) {
  const auto encapsulation =
      sa.encap_source_port == 0 ? "" : fmt::format(" in udp {} -> {}", sa.encap_source_port, sa.encap_destination_port);
  return fmt::format("sa {} -> {} {} {} spi {:#x} reqid {} window {} enc {}:{} auth {}:{}/{} aead {}:{}/{}{}\n",
                     sa.source.str(), sa.destination.str(), sa.protocol == Protocol::ah ? "ah" : "esp",
                     sa.mode == Mode::tunnel ? "tunnel" : "transport", sa.spi, sa.request_id, sa.replay_window,
                     sa.encryption, sa.encryption_key.size() * 4, sa.integrity, sa.integrity_key.size() * 4,
                     sa.integrity_truncation_bits, sa.aead, sa.aead_key.size() * 4, sa.aead_icv_bits, encapsulation);
}

std::string text_of(const ManualPolicy& policy) {
  constexpr const char* directions[] = {"in", "out", "fwd"};
  constexpr const char* requirements[] = {"require", "use", "bypass", "discard"};
  const auto port = [](const std::optional<std::uint16_t>& number) {
    return number ? fmt::format("{}", *number) : "any";
  };
  std::vector<std::string> protocols;
  for (const auto protocol : policy.protocols) protocols.emplace_back(protocol == Protocol::ah ? "ah" : "esp");
  return fmt::format("policy {} {} -> {} proto {} ports {} {} {} priority {} template {} -> {} {} {} reqid {}\n",
                     directions[static_cast<int>(policy.direction)], policy.source.str(), policy.destination.str(),
                     policy.upper_protocol, port(policy.source_port), port(policy.destination_port),
                     requirements[static_cast<int>(policy.requirement)], policy.priority, policy.tunnel_source.str(),
                     policy.tunnel_destination.str(), fmt::join(protocols, " in "),
                     policy.mode == Mode::tunnel ? "tunnel" : "transport", policy.request_id);
}

std::string text_of(const Case& subject) {
  const auto* engine = find_engine(subject.engine);
  EXPECT_EQ(engine->unsupported(subject), std::nullopt);
  std::string text;
  for (const auto& setup : engine->render(subject)) {
    text += fmt::format("##### {}\n", setup.node);
    for (const auto& [from, onto] : setup.overlays) text += fmt::format("### {} over {}\n", from, onto);
    for (const auto& path : setup.credentials) text += fmt::format("### pki/{} (issued)\n", path);
    for (const auto& file : setup.files)
      text += fmt::format("### {}{}\n{}", file.path, file.secret ? " (secret)" : "", file.text);
    for (const auto& command : setup.prepare) text += "### prepare\n" + text_of(command);
    if (setup.daemon) text += "### daemon\n" + text_of(setup.daemon->command);
    text += text_of("after ready", setup.after_ready);
    text += text_of("initiate", setup.initiate);
    text += text_of("rekey ike", setup.rekey_ike);
    text += text_of("rekey child", setup.rekey_child);
    for (const auto& sa : setup.sas) text += text_of(sa);
    for (const auto& policy : setup.policies) text += text_of(policy);
  }
  return text;
}

// What every engine that keys by IKE has to render, each with a golden file of its own.

Case with_engine(Case subject, const std::string& engine) {
  subject.engine = engine;
  return subject;
}

Case tunnel_behind_napt() {
  auto subject = samples::pair_case("tunnel-nat", samples::wan(true));
  subject.profile.keying = Keying::ikev2;
  subject.profile.mode = Mode::tunnel;
  return subject;
}

Case aggressive_ah() {
  auto subject = samples::pair_case("aggressive", samples::wan(true));
  samples::use_ah(subject);
  subject.profile.keying = Keying::ikev1_aggressive;
  subject.profile.responder_accepts_any_address = false;
  return subject;
}

Case several_selectors_and_rules() {
  auto subject = samples::pair_case("rules", samples::wan(false));
  subject.profile.selectors = {{"peer", "peer", "tcp", {}, std::uint16_t{179}},
                               {"peer", "peer", "tcp", std::uint16_t{179}, {}}};
  subject.profile.responder_policy = {{{"any", "peer", "tcp", {}, std::uint16_t{22}}, Requirement::bypass},
                                      {{"any", "peer", "tcp", {}, std::uint16_t{179}}, Requirement::require}};
  subject.profile.unmatched = Unmatched::discard;
  subject.profile.algorithms = {"aes256-cbc", "hmac-sha2-512-256", 3600};
  return subject;
}

Case a_group_as_peer() {
  auto subject = samples::ospf_case("group", RoutingProtocol::ospfv3);
  subject.profile.keying = Keying::ikev1_main;
  subject.profile.before_sa = BeforeSa::trap;
  return subject;
}

Case clients_with_keys_of_their_own() {
  auto subject = samples::pair_case("two-clients", samples::two_clients(true));
  subject.profile.initiators = {"alice", "carol"};
  subject.profile.keying = Keying::ikev2;
  subject.profile.mode = Mode::tunnel;
  subject.profile.psks = {{"carol", "a-key-of-her-own"}};
  return subject;
}

Case nodes_that_disagree() {
  auto subject = samples::pair_case("disagree", samples::two_clients(false));
  subject.profile.initiators = {"alice", "carol"};
  auto own = subject.profile;
  own.protocol = SecurityProtocol::ah;
  own.confidentiality = false;
  own.psk = "another-key";
  subject.profile_at = {{"bob", own}, {"carol", std::nullopt}};
  return subject;
}

Case certified() {
  auto subject = samples::pair_case("certificates", samples::wan(true));
  auto& profile = subject.profile;
  profile.keying = Keying::ikev2;
  profile.mode = Mode::tunnel;
  profile.authentication = AuthMethod::certificate;
  profile.authorities["lab"].intermediates = 2;
  profile.authorities["other"] = {};
  profile.anchors = {"lab", "other"};
  profile.identities = {{"alice", {IdentityKind::dn, "O=useipsec lab, CN=alice"}}};
  profile.certificates["alice"].send = SendCertificate::always;
  profile.certificates["bob"].send = SendCertificate::never;
  profile.revocation = {RevocationPolicy::strict, true};
  profile.ike_fragmentation = false;
  return subject;
}

Case certified_of_any_name() {
  auto subject = certified();
  subject.profile.keying = Keying::ikev1_main;
  subject.profile.authorities.clear();
  subject.profile.anchors = {"lab"};
  subject.profile.certificates.clear();
  subject.profile.revocation = {};
  subject.profile.responder_accepts_any_identity = true;
  return subject;
}

class IkeRenderTest : public ::testing::TestWithParam<const char*> {
 protected:
  void expect_rendered(const std::string& name, const Case& subject) {
    expect_golden(fmt::format("engine/{}-{}.txt", GetParam(), name), text_of(with_engine(subject, GetParam())));
  }
};

TEST_P(IkeRenderTest, EspTransportBehindNapt) {
  expect_rendered("esp-nat", samples::pair_case("esp-nat", samples::wan(true)));
}

TEST_P(IkeRenderTest, Ikev2TunnelBehindNaptNamesThePrivateAddress) {
  expect_rendered("v2-tunnel-nat", tunnel_behind_napt());
}

TEST_P(IkeRenderTest, TrapOnIpv6) { expect_rendered("trap-v6", samples::trapped_v6("nd")); }

TEST_P(IkeRenderTest, SeveralSelectorsAndRules) { expect_rendered("rules", several_selectors_and_rules()); }

TEST_P(IkeRenderTest, AGroupAsPeer) { expect_rendered("group", a_group_as_peer()); }

TEST_P(IkeRenderTest, SeveralClientsEachWithAKeyOfItsOwn) {
  expect_rendered("two-clients", clients_with_keys_of_their_own());
}

TEST_P(IkeRenderTest, NodesThatDisagree) {
  auto subject = nodes_that_disagree();
  if (std::string_view(GetParam()) == "libreswan") subject.profile_at["bob"]->nat.traversal = Traversal::refused;
  expect_rendered("disagree", subject);
}

TEST_P(IkeRenderTest, Certificates) { expect_rendered("certificates", certified()); }

TEST_P(IkeRenderTest, CertificatesOfAnyName) { expect_rendered("any-certificate", certified_of_any_name()); }

TEST_P(IkeRenderTest, InnerAddressesFromAPool) {
  auto subject = tunnel_behind_napt();
  subject.profile.inner_addresses = samples::prefix("10.77.0.0/24");
  expect_rendered("inner-addresses", subject);
}

INSTANTIATE_TEST_SUITE_P(Engines, IkeRenderTest, ::testing::Values("libreswan", "strongswan"));

TEST(LibreswanRenderTest, AggressiveAhWithTraversalRefused) {
  auto subject = aggressive_ah();
  subject.profile.nat.traversal = Traversal::refused;
  expect_golden("engine/libreswan-aggressive-ah.txt", text_of(subject));
}

TEST(StrongswanRenderTest, AggressiveEspNullWithTraversalForcedAndExemptions) {
  auto subject = with_engine(aggressive_ah(), "strongswan");
  auto& profile = subject.profile;
  profile.protocol = SecurityProtocol::esp;
  profile.nat.traversal = Traversal::forced;
  profile.nat.keepalive_s = 3;
  profile.replay_protection = false;
  profile.bootstrap_exemptions = {"icmp6/135", "ospf"};
  profile.identities = {{"alice", {IdentityKind::key_id, "group name"}}, {"bob", {IdentityKind::ipv4, ""}}};
  expect_golden("engine/strongswan-aggressive-null.txt", text_of(subject));
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

TEST(ManualRenderTest, AhAroundEsp) {
  auto subject = samples::pair_case("bundle", samples::wan(false));
  subject.profile.protocol = SecurityProtocol::ah_and_esp;
  for (const auto* daemon : {"libreswan", "strongswan"})
    EXPECT_THAT(find_engine(daemon)->unsupported(with_engine(subject, daemon)),
                ::testing::Optional(::testing::HasSubstr("AH")));
  subject.engine = "manual";
  subject.profile.keying = Keying::manual;
  subject.profile.replay_protection = false;
  std::string modes;
  for (const auto mode : {Mode::transport, Mode::tunnel}) {
    subject.profile.mode = mode;
    const auto setups = find_engine("manual")->render(subject);
    ASSERT_EQ(setups.at(0).sas.size(), 4u);
    EXPECT_NE(setups[0].sas[0].spi, setups[0].sas[1].spi);
    EXPECT_NE(setups[0].sas[0].integrity_key, setups[0].sas[1].integrity_key) << "no key serves two SAs";
    EXPECT_EQ(setups[0].sas[1].mode, Mode::transport) << "AH goes around the packet as it is by then";
    modes += text_of(subject);
  }
  expect_golden("engine/manual-ah-esp.txt", modes);
  subject.profile.integrity = false;
  const auto sas = find_engine("manual")->render(subject).at(0).sas;
  EXPECT_EQ(sas[0].integrity, "") << "ESP's own integrity";
  EXPECT_EQ(sas[1].integrity, "hmac(sha256)");
  subject.profile.nat.traversal = Traversal::forced;
  EXPECT_THAT(find_engine("manual")->unsupported(subject),
              ::testing::Optional(::testing::HasSubstr("carries ESP only")));
}

TEST(StrongswanRenderTest, MarkedSas) {
  auto subject = samples::pair_case("marks", samples::wan(true));
  subject.engine = "libreswan";
  subject.profile.marked_sas = true;
  EXPECT_THAT(find_engine("libreswan")->unsupported(subject),
              ::testing::Optional(::testing::HasSubstr("not one for each SA")));
  subject.engine = "strongswan";
  expect_golden("engine/strongswan-marks.txt", text_of(subject));
}

TEST(StrongswanRenderTest, SaysWhatItNegotiatesWhereTheScenarioAsksForIt) {
  auto subject = with_engine(samples::pair_case("esp-nat", samples::wan(true)), "strongswan");
  EXPECT_THAT(text_of(subject), ::testing::Not(::testing::HasSubstr("cfg = 2")));
  subject.log_negotiation = true;
  EXPECT_THAT(text_of(subject), ::testing::HasSubstr("cfg = 2\n"));
}

TEST(ManualRenderTest, EspInUdp) {
  auto subject = samples::pair_case("esp-in-udp", samples::wan(true));
  subject.engine = "manual";
  subject.profile.keying = Keying::manual;
  subject.profile.replay_protection = false;
  subject.profile.nat.traversal = Traversal::forced;
  expect_golden("engine/manual-esp-in-udp.txt", text_of(subject));
  samples::use_ah(subject);
  EXPECT_THAT(find_engine("manual")->unsupported(subject),
              ::testing::Optional(::testing::HasSubstr("carries ESP only")));
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
    if (protocol == RoutingProtocol::ospfv2) subject.profile.protocol = SecurityProtocol::esp;
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
  null.profile.protocol = SecurityProtocol::esp;
  expect_golden("engine/manual-ospfv2-esp-null.txt", text_of(null));
  auto group = samples::ospf_case("figures", RoutingProtocol::ospfv3);
  group.profile.members = {"r1", "r2", "r3"};
  std::string figures;
  for (const auto sas : {GroupSas::per_sender, GroupSas::directional, GroupSas::pairwise}) {
    group.profile.group_sas = sas;
    group.profile.knows =
        sas == GroupSas::directional ? std::nullopt : std::optional(std::vector<std::string>{"r1", "r2"});
    figures += fmt::format("######## {}\n{}", static_cast<int>(sas), text_of(group));
  }
  expect_golden("engine/manual-group-figures.txt", figures);
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

TEST(ManualRenderTest, SasMayHaveTheirSelectorsAddresses) {
  auto subject = samples::pair_case("pair", samples::wan(false));
  subject.engine = "manual";
  subject.profile.keying = Keying::manual;
  EXPECT_EQ(find_engine("manual")->render(subject)[0].sas[0].packet_source, std::nullopt);
  subject.profile.sa_selectors = true;
  subject.profile.selectors = {{"10.1.0.0/24", "peer", "any", {}, {}}};
  const auto setups = find_engine("manual")->render(subject);
  for (const auto& setup : setups) {
    const bool first = setup.node == subject.profile.initiators.front();
    const auto &out = setup.sas[0], &in = setup.sas[1];
    EXPECT_EQ(first ? out.packet_source : in.packet_source, Prefix::parse("10.1.0.0/24"));
    EXPECT_EQ(out.packet_source, in.packet_destination);
    EXPECT_EQ(out.packet_destination, in.packet_source);
  }
  subject.profile.selectors.push_back({});
  EXPECT_THAT(find_engine("manual")->unsupported(subject), ::testing::Optional(::testing::HasSubstr("one selector")));
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
  subject.profile.keying = Keying::ikev1_main;
  EXPECT_EQ(find_engine("libreswan")->unsupported(subject), std::nullopt);
  subject.profile.certificates["bob"].key = KeyKind::ecdsa_p384;
  EXPECT_THAT(find_engine("libreswan")->unsupported(subject), Optional(HasSubstr("have keys of different kinds")));
  subject.profile.certificates["alice"].key = KeyKind::ecdsa_p256;
  EXPECT_THAT(find_engine("libreswan")->unsupported(subject), Optional(HasSubstr("alice has an ECDSA certificate")));
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

TEST(EngineTest, StrongswanSaysWhatItCannotCarry) {
  using ::testing::HasSubstr;
  using ::testing::Optional;
  const auto* strongswan = find_engine("strongswan");
  const auto subject = with_engine(samples::pair_case("x", samples::wan(true)), "strongswan");
  EXPECT_EQ(strongswan->unsupported(subject), std::nullopt);
  const auto refusal = [&](const std::function<void(Profile&)>& change) {
    auto changed = subject;
    change(changed.profile);
    return strongswan->unsupported(changed);
  };
  EXPECT_THAT(refusal([](Profile& profile) { profile.keying = Keying::manual; }), Optional(HasSubstr("by IKE only")));
  EXPECT_THAT(refusal([](Profile& profile) { profile.nat.traversal = Traversal::refused; }),
              Optional(HasSubstr("no setting that refuses")));
  EXPECT_THAT(refusal([](Profile& profile) {
                profile.authentication = AuthMethod::certificate;
                profile.identity_on_certificate = false;
              }),
              Optional(HasSubstr("a certificate that has the peer's identity")));
  EXPECT_THAT(refusal([](Profile& profile) {
                profile.before_sa = BeforeSa::trap;
                profile.on_failure = OnFailure::pass;
              }),
              Optional(HasSubstr("hold traffic")));
  EXPECT_THAT(refusal([](Profile& profile) {
                profile.responder_policy = {{{}, Requirement::use}};
              }),
              Optional(HasSubstr("uses an SA where there is one")));
  EXPECT_THAT(refusal([](Profile& profile) { profile.authorize = {{"mallory", {}}}; }), Optional(HasSubstr("mallory")));
  EXPECT_EQ(refusal([](Profile& profile) { profile.integrity = false; }), std::nullopt)
      << "charon proposes ESP without integrity; whether the peer takes it is its business";
}

TEST(EngineTest, AMixedPairIsItsInitiatorsEngineAndItsRespondersEngine) {
  auto subject = samples::pair_case("two-clients", samples::two_clients(true));
  subject.profile.initiators = {"alice", "carol"};
  subject.profile.keying = Keying::ikev2;
  subject.profile.mode = Mode::tunnel;
  const auto* mixed = find_engine("libreswan-strongswan");
  ASSERT_NE(mixed, nullptr);
  const auto daemons = [](const std::vector<NodeSetup>& setups) {
    std::vector<std::string> names;
    for (const auto& setup : setups) names.push_back(setup.node + ": " + setup.daemon.value().name);
    return names;
  };
  using ::testing::ElementsAre;
  EXPECT_THAT(daemons(mixed->render(subject)), ElementsAre("alice: pluto", "bob: charon", "carol: pluto"));
  EXPECT_THAT(daemons(find_engine("strongswan-libreswan")->render(subject)),
              ElementsAre("alice: charon", "bob: pluto", "carol: charon"));
  EXPECT_EQ(mixed->seed().commands, find_engine("libreswan")->seed().commands);
  EXPECT_EQ(mixed->programs().size(),
            find_engine("libreswan")->programs().size() + find_engine("strongswan")->programs().size());
}

TEST(EngineTest, AMixedPairCarriesWhatBothCan) {
  using ::testing::HasSubstr;
  using ::testing::Optional;
  auto subject = samples::pair_case("x", samples::wan(true));
  const auto* mixed = find_engine("strongswan-libreswan");
  EXPECT_EQ(mixed->unsupported(subject), std::nullopt);
  subject.profile.integrity = false;
  EXPECT_THAT(mixed->unsupported(subject), Optional(HasSubstr("libreswan refuses ESP without integrity")));
  subject.profile.integrity = true;
  subject.profile.nat.traversal = Traversal::refused;
  EXPECT_THAT(mixed->unsupported(subject), Optional(HasSubstr("no setting that refuses")));
  EXPECT_THAT(mixed->unsupported(samples::ospf_case("group", RoutingProtocol::ospfv3)),
              Optional(HasSubstr("neither initiator nor responder")));
}

TEST(EngineTest, ASecretThatQuotesCannotHoldIsWrittenInHexadecimal) {
  auto subject = samples::pair_case("x", samples::wan(false));
  subject.profile.psk = "a\"b\n";
  const auto setups = find_engine("libreswan")->render(subject);
  EXPECT_EQ(setups[0].files[1].text, "@alice @bob : PSK 0x6122620a\n");
}

}  // namespace
}  // namespace useipsec
