#include "nat/iptables.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace useipsec {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

NatPolicy masquerade(PortMapping ports) {
  NatPolicy policy;
  policy.kind = NatKind::masquerade;
  policy.ports = ports;
  policy.outside = "wan";
  return policy;
}

NatPolicy one_to_one() {
  NatPolicy policy;
  policy.kind = NatKind::one_to_one;
  policy.outside = "wan";
  policy.inside_address = Address::parse("10.1.0.2");
  policy.outside_address = Address::parse("192.0.2.100");
  return policy;
}

TEST(IptablesDocument, IsOneAtomicTable) {
  const auto document = iptables_document(masquerade(PortMapping::preserve), "nat");
  EXPECT_THAT(document, StartsWith("*nat\n"));
  EXPECT_THAT(document, EndsWith("COMMIT\n"));
}

TEST(IptablesDocument, EveryRuleSaysWhoseItIs) {
  for (const auto& policy : {masquerade(PortMapping::preserve), masquerade(PortMapping::random), one_to_one()}) {
    const auto document = iptables_document(policy, "box");
    std::size_t rules = 0, comments = 0;
    for (std::size_t at = 0; (at = document.find("-A ", at)) != std::string::npos; ++at) ++rules;
    for (std::size_t at = 0; (at = document.find("--comment \"useipsec box\"", at)) != std::string::npos; ++at)
      ++comments;
    EXPECT_GT(rules, 0U);
    EXPECT_EQ(rules, comments) << document;
  }
}

TEST(IptablesDocument, PrefixesAreReplacedBothWays) {
  NatPolicy policy;
  policy.kind = NatKind::prefix;
  policy.outside = "wan";
  policy.inside_prefix = Prefix::parse("fd01::/48");
  policy.outside_prefix = Prefix::parse("2001:db8:8::/48");
  const auto document = iptables_document(policy, "nat");
  EXPECT_THAT(document, StartsWith("*mangle\n"));
  EXPECT_THAT(document, HasSubstr("-A POSTROUTING -o wan -s fd01::/48 "));
  EXPECT_THAT(document, HasSubstr("-j SNPT --src-pfx fd01::/48 --dst-pfx 2001:db8:8::/48\n"));
  EXPECT_THAT(document, HasSubstr("-j DNPT --src-pfx 2001:db8:8::/48 --dst-pfx fd01::/48\n"));
  EXPECT_EQ(nft_document(policy, "nat"), "");
}

TEST(IptablesDocument, AGatewayIsGivenItsConnections) {
  auto policy = masquerade(PortMapping::preserve);
  policy.ftp_gateway = true;
  EXPECT_THAT(iptables_document(policy, "nat"), StartsWith("*raw\n-A PREROUTING -p tcp --dport 21 "));
  EXPECT_THAT(iptables_document(policy, "nat"), HasSubstr("-j CT --helper ftp\nCOMMIT\n*nat\n"));
  EXPECT_THAT(nft_document(policy, "nat"), HasSubstr("ct helper set \"gateway\""));
}

TEST(NftDocument, IsOfTheFamilyThatIsTranslated) {
  EXPECT_THAT(nft_document(masquerade(PortMapping::preserve), "nat", Family::v6), StartsWith("table ip6 useipsec"));
}

TEST(IptablesDocument, PreservingMasqueradeNamesNoPorts) {
  const auto document = iptables_document(masquerade(PortMapping::preserve), "nat");
  EXPECT_THAT(document, HasSubstr("-A POSTROUTING -o wan "));
  EXPECT_THAT(document, HasSubstr("-j MASQUERADE\n"));
  EXPECT_THAT(document, Not(HasSubstr("random")));
  EXPECT_THAT(document, Not(HasSubstr("--to-ports")));
}

TEST(IptablesDocument, RandomMasqueradeKeepsIkesPortsOutOfItsRange) {
  const auto document = iptables_document(masquerade(PortMapping::random), "nat");
  EXPECT_THAT(document, HasSubstr("-p udp "));
  EXPECT_THAT(document, HasSubstr("-p tcp "));
  EXPECT_THAT(document, HasSubstr("--to-ports 20000-60000 --random-fully"));
  // --to-ports needs a protocol with ports; ESP, AH and ICMP are left to a rule without it, behind the two.
  EXPECT_THAT(document, EndsWith("-j MASQUERADE\nCOMMIT\n"));
}

TEST(IptablesDocument, OneToOneTranslatesEveryProtocolBothWays) {
  const auto document = iptables_document(one_to_one(), "nat");
  EXPECT_THAT(document, HasSubstr("-A PREROUTING -i wan -d 192.0.2.100 "));
  EXPECT_THAT(document, HasSubstr("-j DNAT --to-destination 10.1.0.2\n"));
  EXPECT_THAT(document, HasSubstr("-A POSTROUTING -o wan -s 10.1.0.2 "));
  EXPECT_THAT(document, HasSubstr("-j SNAT --to-source 192.0.2.100\n"));
  EXPECT_THAT(document, Not(HasSubstr(" -p ")));
}

TEST(NftDocument, SaysTheSameInItsOwnWords) {
  EXPECT_THAT(nft_document(masquerade(PortMapping::preserve), "nat"),
              HasSubstr("oifname \"wan\" masquerade comment \"useipsec nat\"\n"));
  EXPECT_THAT(nft_document(masquerade(PortMapping::random), "nat"),
              HasSubstr("masquerade to :20000-60000 fully-random"));
  const auto mapped = nft_document(one_to_one(), "nat");
  EXPECT_THAT(mapped, HasSubstr("ip daddr 192.0.2.100 dnat to 10.1.0.2"));
  EXPECT_THAT(mapped, HasSubstr("ip saddr 10.1.0.2 snat to 192.0.2.100"));
}

TEST(NftDocument, TableNameIsValidForAnyNodeName) {
  EXPECT_THAT(nft_document(masquerade(PortMapping::preserve), "nat-box"), StartsWith("table ip useipsec {\n"));
}

TEST(IptablesDocument, ForwardsLeadInside) {
  auto policy = masquerade(PortMapping::preserve);
  policy.forwards = {{PortedProtocol::udp, 4500, *Address::parse("10.1.0.2"), 4501}};
  EXPECT_THAT(iptables_document(policy, "nat"), HasSubstr("-A PREROUTING -i wan -p udp --dport 4500 "));
  EXPECT_THAT(iptables_document(policy, "nat"), HasSubstr("-j DNAT --to-destination 10.1.0.2:4501\n"));
  EXPECT_THAT(nft_document(policy, "nat"), HasSubstr("iifname \"wan\" udp dport 4500 dnat to 10.1.0.2:4501 "));
}

TEST(ConntrackSettings, SayOnlyWhatThePolicySays) {
  auto policy = masquerade(PortMapping::preserve);
  EXPECT_TRUE(conntrack_settings(policy).empty());
  policy.lifetimes.udp = 5;
  using Setting = std::pair<std::string, std::string>;
  EXPECT_THAT(conntrack_settings(policy),
              testing::ElementsAre(Setting{"netfilter/nf_conntrack_udp_timeout", "5"},
                                   Setting{"netfilter/nf_conntrack_udp_timeout_stream", "5"}));
}

TEST(BeyondKernel, IsNothingOfWhatTheKernelIs) {
  auto policy = masquerade(PortMapping::random);
  EXPECT_THAT(beyond_kernel(policy), testing::IsEmpty());
  policy.mapping = policy.filtering = Dependence::address_and_port_dependent;
  policy.esp = Passage::passed;
  policy.hairpin = false;
  EXPECT_THAT(beyond_kernel(policy), testing::IsEmpty());
  policy.mapping = Dependence::endpoint_independent;
  policy.ah = Passage::dropped;
  EXPECT_THAT(beyond_kernel(policy), testing::ElementsAre("endpoint-independent mapping", "AH dropped"));
  auto basic = one_to_one();
  EXPECT_THAT(beyond_kernel(basic), testing::IsEmpty());
  basic.filtering = Dependence::address_dependent;
  EXPECT_THAT(beyond_kernel(basic), testing::ElementsAre("address-dependent filtering"));
}

}  // namespace
}  // namespace useipsec
