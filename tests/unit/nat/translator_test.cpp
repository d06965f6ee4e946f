#include "nat/translator.h"

#include <gtest/gtest.h>

#include "sample_packets.h"

namespace useipsec {
namespace {

using namespace sample;
using namespace std::chrono_literals;

const Endpoint alice = endpoint("10.1.0.2", 5000), carol = endpoint("10.1.0.3", 5000);
const Endpoint bob = endpoint("198.51.100.2", 7001), bob_other_port = endpoint("198.51.100.2", 7002);
const Endpoint dave = endpoint("203.0.113.9", 7001);
const Address outside = address("192.0.2.2");

/// A box that says what a packet became.
class Box {
 public:
  explicit Box(NatPolicy policy)
      : translator_(with_outside(std::move(policy)), {outside, {*Prefix::parse("10.1.0.0/24")}}, 1) {}

  std::optional<Ipv4Packet> pass(const PacketBytes& bytes) {
    const auto packets = translator_.translate(bytes, now_);
    if (packets.empty()) return {};
    if (const auto read = Ipv4Packet::read(packets.front()); read->begins() && !read->more_fragments()) {
      EXPECT_TRUE(is_sound(packets.front()));
    }
    return Ipv4Packet::read(packets.front());
  }
  /// The outside endpoint that `remote` sees; nothing where the packet is dropped.
  std::optional<Endpoint> send(const Endpoint& inside, const Endpoint& remote, PacketBytes data = {1, 2}) {
    const auto packet = pass(udp(inside, remote, std::move(data)));
    if (!packet) return {};
    EXPECT_EQ(packet->destination(), remote.address);
    return Endpoint{packet->source(), packet->source_port()};
  }
  /// The inside endpoint that gets it; nothing where the packet is dropped.
  std::optional<Endpoint> answer(const Endpoint& remote, const Endpoint& to, PacketBytes data = {1, 2}) {
    const auto packet = pass(udp(remote, to, std::move(data)));
    if (!packet) return {};
    return Endpoint{packet->destination(), packet->destination_port()};
  }
  void wait(std::chrono::seconds time) { now_ += time; }
  Translator& translator() { return translator_; }
  std::uint64_t dropped(const std::string& why) const {
    const auto found = translator_.dropped().find(why);
    return found == translator_.dropped().end() ? 0 : found->second;
  }

 private:
  static NatPolicy with_outside(NatPolicy policy) {
    policy.outside = "wan";
    return policy;
  }
  NatTime now_{1000s};
  Translator translator_;
};

NatPolicy behaving(Dependence mapping, Dependence filtering, PortMapping ports = PortMapping::preserve) {
  NatPolicy policy;
  policy.mapping = mapping;
  policy.filtering = filtering;
  policy.ports = ports;
  return policy;
}

constexpr auto independent = Dependence::endpoint_independent;
constexpr auto by_address = Dependence::address_dependent;
constexpr auto by_port = Dependence::address_and_port_dependent;

TEST(TranslatorMapping, DependsOnWhatThePolicySays) {
  for (const auto mapping : {independent, by_address, by_port}) {
    Box box(behaving(mapping, by_port, PortMapping::random));
    const auto first = box.send(alice, bob);
    EXPECT_EQ(first, box.send(alice, bob));
    EXPECT_EQ(first == box.send(alice, bob_other_port), mapping != by_port);
    EXPECT_EQ(first == box.send(alice, dave), mapping == independent);
  }
}

TEST(TranslatorFiltering, DependsOnWhatThePolicySays) {
  for (const auto filtering : {independent, by_address, by_port}) {
    Box box(behaving(independent, filtering));
    const auto seen = *box.send(alice, bob);
    EXPECT_EQ(box.answer(bob, seen), alice);
    EXPECT_EQ(box.answer(bob_other_port, seen) == alice, filtering != by_port);
    EXPECT_EQ(box.answer(dave, seen) == alice, filtering == independent);
    EXPECT_EQ(box.dropped("UDP to port 5000: filtered"), filtering == by_port ? 2U : filtering == by_address ? 1U : 0U);
  }
}

TEST(TranslatorMapping, KeepsPortsWhereItSaysAndCan) {
  Box box(behaving(independent, by_port));
  EXPECT_EQ(box.send(alice, bob), (Endpoint{outside, 5000}));
  const auto second = box.send(carol, bob);
  EXPECT_NE(second, (Endpoint{outside, 5000}));
  EXPECT_EQ(box.answer(bob, *second), carol);
  EXPECT_EQ(box.answer(bob, {outside, 5000}), alice);
}

TEST(TranslatorMapping, SharesAPortOnlyBetweenEndpointsThatItCanTellApart) {
  Box kernel_like(behaving(by_port, by_port));
  EXPECT_EQ(kernel_like.send(alice, bob)->port, 5000);
  EXPECT_EQ(kernel_like.send(carol, dave)->port, 5000);
  EXPECT_EQ(kernel_like.answer(dave, {outside, 5000}), carol);
  Box open(behaving(by_port, independent));
  EXPECT_EQ(open.send(alice, bob)->port, 5000);
  EXPECT_NE(open.send(carol, dave)->port, 5000);
}

TEST(TranslatorMapping, IsForgottenAfterItsLifetime) {
  NatPolicy policy;
  policy.lifetimes.udp = 5;
  Box box(policy);
  const auto seen = *box.send(alice, bob);
  box.wait(4s);
  EXPECT_EQ(box.answer(bob, seen), alice);
  box.wait(4s);
  EXPECT_EQ(box.answer(bob, seen), alice) << "traffic refreshes";
  box.wait(5s);
  EXPECT_EQ(box.answer(bob, seen), std::nullopt);
  EXPECT_EQ(box.dropped("UDP to port 5000: no mapping"), 1U);
}

TEST(TranslatorMapping, ChangesAndIsForgottenOnRequest) {
  Box box(behaving(independent, by_port));
  const auto before = *box.send(alice, bob);
  box.translator().change_ports();
  EXPECT_EQ(box.answer(bob, before), std::nullopt);
  const auto after = *box.send(alice, bob);
  EXPECT_NE(after, before);
  EXPECT_EQ(box.answer(bob, after), alice);
  box.translator().forget();
  EXPECT_EQ(box.answer(bob, after), std::nullopt);
  box.translator().change_outside(address("192.0.2.9"));
  EXPECT_EQ(box.send(alice, bob)->address, address("192.0.2.9"));
}

TEST(TranslatorHairpin, LetsInsideHostsMeetByTheOutsideAddress) {
  auto policy = behaving(independent, independent);
  policy.hairpin = true;
  Box box(policy);
  const auto of_carol = *box.send(carol, bob);
  const auto packet = box.pass(udp(alice, of_carol));
  ASSERT_TRUE(packet);
  EXPECT_EQ(packet->source(), outside);  // RFC 4787 REQ-9: the external address
  EXPECT_EQ(packet->destination(), carol.address);
  EXPECT_EQ(box.answer(carol, {outside, packet->source_port()}), alice);
  policy.hairpin = false;
  Box without(policy);
  const auto again = *without.send(carol, bob);
  EXPECT_FALSE(without.pass(udp(alice, again)));
}

TEST(TranslatorForward, LeadsInsideAndBack) {
  NatPolicy policy;
  policy.forwards = {{PortedProtocol::udp, 500, alice.address, 500}, {PortedProtocol::udp, 4500, alice.address, 4501}};
  Box box(policy);
  EXPECT_EQ(box.answer(bob, {outside, 500}), (Endpoint{alice.address, 500}));
  EXPECT_EQ(box.answer(dave, {outside, 4500}), (Endpoint{alice.address, 4501}));
  EXPECT_EQ(box.send({alice.address, 4501}, dave), (Endpoint{outside, 4500}));
  EXPECT_NE(box.send({carol.address, 500}, dave)->port, 500) << "the port is the forward's";
  box.translator().forget();
  EXPECT_EQ(box.answer(bob, {outside, 500}), (Endpoint{alice.address, 500}));
}

TEST(TranslatorPort500, BelongsToTheFirstClient) {
  NatPolicy policy;
  policy.keeps_port_500 = true;
  policy.ports = PortMapping::random;
  policy.lifetimes.udp = 30;
  Box box(policy);
  const Endpoint of_alice{alice.address, 500}, of_carol{carol.address, 500};
  EXPECT_EQ(box.send(of_alice, bob)->port, 500);
  EXPECT_EQ(box.send(of_carol, dave), std::nullopt);
  EXPECT_EQ(box.dropped("port 500 belongs to another client"), 1U);
  EXPECT_NE(box.send({carol.address, 4500}, bob)->port, 4500) << "every other port is translated";
  box.wait(30s);
  EXPECT_EQ(box.send(of_carol, dave)->port, 500) << "once it is free, it is the next one's";
}

TEST(TranslatorCookies, TellClientsApart) {
  NatPolicy policy;
  policy.ike_by_cookies = true;
  Box box(policy);
  const Endpoint of_alice{alice.address, 500}, of_carol{carol.address, 500}, server{bob.address, 500};
  EXPECT_EQ(box.send(of_alice, server, isakmp(0xa11ce))->port, 500);
  EXPECT_EQ(box.send(of_carol, server, isakmp(0xca401))->port, 500);
  EXPECT_EQ(box.answer(server, {outside, 500}, isakmp(0xca401)), of_carol);
  EXPECT_EQ(box.answer(server, {outside, 500}, isakmp(0xa11ce)), of_alice);
  EXPECT_EQ(box.answer(server, {outside, 500}, isakmp(0xb0b)), std::nullopt) << "a responder that begins";
  EXPECT_EQ(box.dropped("an IKE cookie that no client sent"), 1U);
  EXPECT_EQ(box.send(of_alice, server, {0xff}), std::nullopt);
  EXPECT_TRUE(box.send({alice.address, 4500}, {bob.address, 4500}, {0xff})) << "4500 goes by ports";
}

TEST(TranslatorIsakmp, StrictKnowsNoVendorIds) {
  NatPolicy policy;
  policy.strict_isakmp = true;
  Box box(policy);
  const Endpoint client{alice.address, 500}, server{bob.address, 500};
  EXPECT_TRUE(box.send(client, server, isakmp(1, {1})));
  EXPECT_FALSE(box.send(client, server, isakmp(1, {1, 13})));
  EXPECT_FALSE(box.answer(server, {outside, 500}, isakmp(1, {1, 13})));
  EXPECT_EQ(box.dropped("an ISAKMP payload of type 13 on port 500"), 2U);
  EXPECT_TRUE(box.send({alice.address, 4500}, {bob.address, 4500}, isakmp(1, {1, 13})));
}

TEST(TranslatorEsp, PassesOneClientForEachServer) {
  Box box({});
  const auto server = address("198.51.100.2");
  for (const std::uint8_t protocol : {IPPROTO_ESP, IPPROTO_AH}) {
    EXPECT_EQ(box.pass(esp(alice.address, server, 1, protocol))->source(), outside);
    EXPECT_FALSE(box.pass(esp(carol.address, server, 2, protocol)));
    EXPECT_TRUE(box.pass(esp(carol.address, dave.address, 2, protocol)));
    EXPECT_EQ(box.pass(esp(server, outside, 9, protocol))->destination(), alice.address);
  }
  EXPECT_FALSE(box.pass(esp(address("203.0.113.77"), outside, 9)));
}

TEST(TranslatorEsp, TrackedPairsSpis) {
  NatPolicy policy;
  policy.esp = Passage::tracked;
  Box box(policy);
  const auto server = address("198.51.100.2");
  EXPECT_TRUE(box.pass(esp(alice.address, server, 0xa)));
  EXPECT_FALSE(box.pass(esp(carol.address, server, 0xc))) << "alice's answer has not come";
  EXPECT_EQ(box.pass(esp(server, outside, 0x1))->destination(), alice.address);
  EXPECT_TRUE(box.pass(esp(carol.address, server, 0xc)));
  EXPECT_EQ(box.pass(esp(server, outside, 0x2))->destination(), carol.address);
  EXPECT_EQ(box.pass(esp(server, outside, 0x1))->destination(), alice.address);
  EXPECT_FALSE(box.pass(esp(server, outside, 0x3))) << "nobody waits for it";
}

TEST(TranslatorEsp, DroppedIsDroppedBothWays) {
  NatPolicy policy;
  policy.esp = Passage::dropped;
  Box box(policy);
  EXPECT_FALSE(box.pass(esp(alice.address, bob.address, 1)));
  EXPECT_FALSE(box.pass(esp(bob.address, outside, 1)));
  EXPECT_TRUE(box.pass(esp(alice.address, bob.address, 1, IPPROTO_AH)));
  EXPECT_EQ(box.dropped("ESP is dropped"), 2U);
}

TEST(TranslatorProtocols, OnlyTcpAndUdpMeansThat) {
  NatPolicy policy;
  policy.only_tcp_and_udp = true;
  Box box(policy);
  EXPECT_TRUE(box.send(alice, bob));
  EXPECT_TRUE(box.pass(tcp(alice, bob)));
  EXPECT_FALSE(box.pass(icmp(8, alice.address, bob.address, 5)));
  EXPECT_FALSE(box.pass(ipv4(IPPROTO_SCTP, alice.address, bob.address, PacketBytes(12))));
  EXPECT_FALSE(box.pass(esp(alice.address, bob.address, 1)));
  const auto sent = udp({outside, 5000}, bob);
  EXPECT_TRUE(box.pass(icmp(3, bob.address, outside, 0, sent))) << "errors about UDP are part of it";
}

TEST(TranslatorIcmp, EchoHasItsIdentifierTranslated) {
  Box box(behaving(independent, by_address, PortMapping::random));
  const auto request = box.pass(icmp(8, alice.address, bob.address, 77));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->source(), outside);
  const auto other = box.pass(icmp(8, carol.address, bob.address, 77));
  EXPECT_NE(request->icmp_identifier(), other->icmp_identifier());
  const auto reply = box.pass(icmp(0, bob.address, outside, other->icmp_identifier()));
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->destination(), carol.address);
  EXPECT_EQ(reply->icmp_identifier(), 77);
  EXPECT_FALSE(box.pass(icmp(8, bob.address, outside, 77))) << "a query from outside has no mapping";
}

TEST(TranslatorIcmp, ErrorsFindTheSender) {
  Box box(behaving(independent, by_port, PortMapping::random));
  const auto seen = *box.send(alice, bob);
  // From a router on the way, whom no filter knows (RFC 5508 REQ-3, REQ-6).
  const auto error = box.pass(icmp(11, address("192.0.2.1"), outside, 0, udp(seen, bob)));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->destination(), alice.address);
  EXPECT_EQ(error->quoted()->source, alice);
  EXPECT_EQ(error->quoted()->destination, bob);
  EXPECT_FALSE(box.pass(icmp(3, bob.address, outside, 0, udp({outside, 1}, bob)))) << "about no packet of ours";
}

TEST(TranslatorIcmp, ErrorsFromInsideSpeakOfTheOutside) {
  Box box(behaving(independent, by_port, PortMapping::random));
  const auto seen = *box.send(alice, bob);
  const auto error = box.pass(icmp(3, alice.address, bob.address, 0, udp(bob, alice)));
  ASSERT_TRUE(error);
  EXPECT_EQ(error->source(), outside);
  EXPECT_EQ(error->quoted()->destination, seen);
}

/// A datagram in two, with the ports in the first.
std::pair<PacketBytes, PacketBytes> in_two(const Endpoint& from, const Endpoint& to) {
  const auto whole = udp(from, to, PacketBytes(40, 0xee));
  const auto upper = std::span(whole).subspan(20);
  return {ipv4(IPPROTO_UDP, from.address, to.address, upper.first(24), 99, 0, true),
          ipv4(IPPROTO_UDP, from.address, to.address, upper.subspan(24), 99, 24, false)};
}

TEST(TranslatorFragments, FollowTheFirstOneInAnyOrder) {
  for (const bool reordered : {false, true}) {
    Translator translator({}, {outside, {*Prefix::parse("10.1.0.0/24")}}, 1);
    const auto [first, second] = in_two(alice, bob);
    const auto one = translator.translate(reordered ? second : first, NatTime{});
    const auto two = translator.translate(reordered ? first : second, NatTime{});
    EXPECT_EQ(one.size(), reordered ? 0U : 1U);
    EXPECT_EQ(two.size(), reordered ? 2U : 1U);
    const auto& last = two.back();
    EXPECT_EQ(Ipv4Packet::read(last)->source(), outside);
    EXPECT_EQ(Ipv4Packet::read(last)->identification(), 99) << "identifications are not touched";
    EXPECT_EQ(folded(sum(std::span(last).first(20))), 0);
  }
}

TEST(TranslatorFragments, DroppedAreThoseWithoutPorts) {
  NatPolicy policy;
  policy.drops_fragments = true;
  Box box(policy);
  const auto [first, second] = in_two(alice, bob);
  EXPECT_TRUE(box.pass(first));
  EXPECT_FALSE(box.pass(second));
  EXPECT_EQ(box.dropped("a fragment that is not the first"), 1U);
}

TEST(TranslatorFragments, AFloodOfThemIsBounded) {
  Translator translator({}, {outside, {*Prefix::parse("10.1.0.0/24")}}, 1);
  for (std::uint16_t id = 0; id < 2000; ++id)
    EXPECT_TRUE(
        translator.translate(ipv4(IPPROTO_UDP, bob.address, outside, PacketBytes(64), id, 24), NatTime{}).empty());
}

TEST(TranslatorOneToOne, RewritesAddressesAlone) {
  NatPolicy policy;
  policy.kind = NatKind::one_to_one;
  policy.inside_address = alice.address;
  policy.outside_address = outside;
  policy.esp = Passage::dropped;
  Box box(policy);
  EXPECT_EQ(box.send(alice, bob), (Endpoint{outside, alice.port}));
  EXPECT_EQ(box.answer(dave, {outside, 4321}), (Endpoint{alice.address, 4321})) << "anybody, any port";
  EXPECT_EQ(box.send(carol, bob), carol) << "others are not translated";
  EXPECT_FALSE(box.pass(esp(alice.address, bob.address, 1)));
  policy.filtering = by_address;
  Box strict(policy);
  EXPECT_EQ(strict.answer(bob, {outside, alice.port}), std::nullopt);
  strict.send(alice, bob);
  EXPECT_EQ(strict.answer(bob_other_port, {outside, 4321}), (Endpoint{alice.address, 4321}));
  EXPECT_EQ(strict.answer(dave, {outside, alice.port}), std::nullopt);
}

TEST(TranslatorPlace, LeavesTrafficBetweenInsideHostsAlone) {
  Box box({});
  EXPECT_EQ(box.send(alice, {carol.address, 9}), alice);
}

TEST(Translator, SurvivesWhatIsNoPacket) {
  Box box(behaving(independent, independent));
  const auto whole = icmp(3, bob.address, outside, 0, udp({outside, 5000}, bob));
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    PacketBytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
    if (length >= 20) put16(cut, 2, static_cast<std::uint16_t>(length));
    box.translator().translate(cut, NatTime{});
  }
}

}  // namespace
}  // namespace useipsec
