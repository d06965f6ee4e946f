#include "facts/counters.h"

#include <fmt/format.h>

#include <array>

namespace useipsec {

namespace {

struct Counter {
  std::string_view name, words, file;
};

constexpr std::string_view in = "net/xfrm/xfrm_input.c", out = "net/xfrm/xfrm_output.c",
                           policy = "net/xfrm/xfrm_policy.c";

constexpr std::array<Counter, 39> counters{{
    {"XfrmInError", "an incoming packet failed for a reason no other counter has", in},
    {"XfrmInBufferError", "no memory was left for an incoming packet", in},
    {"XfrmInHdrError", "an incoming packet's IPsec header could not be read", in},
    {"XfrmInNoStates", "no SA has the packet's SPI, destination and protocol", in},
    {"XfrmInStateProtoError", "the integrity check of the SA failed", in},
    {"XfrmInStateModeError", "what the packet held did not suit the SA's mode", in},
    {"XfrmInStateSeqError", "the sequence number was outside of the replay window or seen before", in},
    {"XfrmInStateExpired", "the SA had expired", in},
    {"XfrmInStateMismatch",
     "the packet did not suit its SA: UDP encapsulation differs, or its addresses are outside of the SA's selector",
     in},
    {"XfrmInStateInvalid", "the SA was not valid any more", in},
    {"XfrmInTmplMismatch", "a policy requires protection that the packet did not have or had in another form", policy},
    {"XfrmInNoPols", "the packet came protected but no policy admits it", policy},
    {"XfrmInPolBlock", "a policy says discard", policy},
    {"XfrmInPolError", "the policy could not be applied", policy},
    {"XfrmAcquireError", "the SA was used before it was complete", in},
    {"XfrmFwdHdrError", "a packet to be forwarded could not be matched with a policy", policy},
    {"XfrmInStateDirError", "the SA is for the other direction", in},
    {"XfrmOutError", "an outgoing packet failed for a reason no other counter has", out},
    {"XfrmOutBundleGenError", "the SAs of an outgoing packet could not be put together", policy},
    {"XfrmOutBundleCheckError", "the SAs of an outgoing packet did not pass their check", policy},
    {"XfrmOutNoStates", "a policy requires an SA for the outgoing packet and there was none", policy},
    {"XfrmOutStateProtoError", "the SA could not protect the outgoing packet", out},
    {"XfrmOutStateModeError", "the outgoing packet did not suit the SA's mode", out},
    {"XfrmOutStateSeqError", "the SA's sequence numbers are used up", out},
    {"XfrmOutStateExpired", "the SA of the outgoing packet had expired", out},
    {"XfrmOutPolBlock", "a policy says discard for the outgoing packet", policy},
    {"XfrmOutPolDead", "the policy of the outgoing packet was being removed", policy},
    {"XfrmOutPolError", "the policy of the outgoing packet could not be applied", policy},
    {"XfrmOutStateInvalid", "the SA of the outgoing packet was not valid", out},
    {"XfrmOutStateDirError", "the SA of the outgoing packet is for the other direction", out},
    {"TcpInCsumErrors", "the TCP checksum was wrong, as after an address change inside of IPsec",
     "net/ipv4/tcp_ipv4.c"},
    {"UdpInCsumErrors", "the UDP checksum was wrong, as after an address change inside of IPsec", "net/ipv4/udp.c"},
    {"TcpExtTCPMD5NotFound", "a TCP segment of a connection with a password had no MD5 digest", "net/ipv4/tcp.c"},
    {"TcpExtTCPMD5Unexpected", "a TCP segment of a connection without a password had an MD5 digest", "net/ipv4/tcp.c"},
    {"TcpExtTCPMD5Failure", "the MD5 digest of a TCP segment was wrong: another password, or addresses changed on the way",
     "net/ipv4/tcp.c"},
    {"Udp6InCsumErrors", "the UDP checksum was wrong, as after an address change inside of IPsec", "net/ipv6/udp.c"},
    {"Icmp6InCsumErrors", "the ICMPv6 checksum was wrong, which covers the addresses too", "net/ipv6/icmp.c"},
    {"IcmpInErrors", "an ICMP message could not be used", "net/ipv4/icmp.c"},
    {"IcmpInCsumErrors", "the ICMP checksum was wrong", "net/ipv4/icmp.c"},
}};

}  // namespace

std::string counter_meaning(std::string_view counter) {
  for (const auto& each : counters)
    if (each.name == counter) return fmt::format("{} ({})", each.words, each.file);
  return {};
}

}  // namespace useipsec
