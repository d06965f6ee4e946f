#include "facts/counters.h"

#include <fmt/format.h>

#include <array>

namespace useipsec {

namespace {

struct Counter {
  std::string_view name, words, file;
};

constexpr std::string_view xfrm_input = "net/xfrm/xfrm_input.c", xfrm_output = "net/xfrm/xfrm_output.c",
                           xfrm_policy = "net/xfrm/xfrm_policy.c";

constexpr std::array<Counter, 42> counters{{
    {"XfrmInError", "an incoming packet failed for a reason no other counter has", xfrm_input},
    {"XfrmInBufferError", "no memory was left for an incoming packet", xfrm_input},
    {"XfrmInHdrError", "an incoming packet's IPsec header could not be read", xfrm_input},
    {"XfrmInNoStates", "no SA has the packet's SPI, destination and protocol", xfrm_input},
    {"XfrmInStateProtoError", "the integrity check of the SA failed", xfrm_input},
    {"XfrmInStateModeError", "what the packet held did not suit the SA's mode", xfrm_input},
    {"XfrmInStateSeqError", "the sequence number was outside of the replay window or seen before", xfrm_input},
    {"XfrmInStateExpired", "the SA had expired", xfrm_input},
    {"XfrmInStateMismatch",
     "the packet did not suit its SA: UDP encapsulation differs, or its addresses are outside of the SA's selector",
     xfrm_input},
    {"XfrmInStateInvalid", "the SA was not valid any more", xfrm_input},
    {"XfrmInTmplMismatch", "a policy requires protection that the packet did not have or had in another form",
     xfrm_policy},
    {"XfrmInNoPols", "the packet came protected but no policy admits it", xfrm_policy},
    {"XfrmInPolBlock", "a policy says discard", xfrm_policy},
    {"XfrmInPolError", "the policy could not be applied", xfrm_policy},
    {"XfrmAcquireError", "the SA was used before it was complete", xfrm_input},
    {"XfrmFwdHdrError", "a packet to be forwarded could not be matched with a policy", xfrm_policy},
    {"XfrmInStateDirError", "the SA is for the other direction", xfrm_input},
    {"XfrmOutError", "an outgoing packet failed for a reason no other counter has", xfrm_output},
    {"XfrmOutBundleGenError", "the SAs of an outgoing packet could not be put together", xfrm_policy},
    {"XfrmOutBundleCheckError", "the SAs of an outgoing packet did not pass their check", xfrm_policy},
    {"XfrmOutNoStates", "a policy requires an SA for the outgoing packet and there was none", xfrm_policy},
    {"XfrmOutStateProtoError", "the SA could not protect the outgoing packet", xfrm_output},
    {"XfrmOutStateModeError", "the outgoing packet did not suit the SA's mode", xfrm_output},
    {"XfrmOutStateSeqError", "the SA's sequence numbers are used up", xfrm_output},
    {"XfrmOutStateExpired", "the SA of the outgoing packet had expired", xfrm_output},
    {"XfrmOutPolBlock", "a policy says discard for the outgoing packet", xfrm_policy},
    {"XfrmOutPolDead", "the policy of the outgoing packet was being removed", xfrm_policy},
    {"XfrmOutPolError", "the policy of the outgoing packet could not be applied", xfrm_policy},
    {"XfrmOutStateInvalid", "the SA of the outgoing packet was not valid", xfrm_output},
    {"XfrmOutStateDirError", "the SA of the outgoing packet is for the other direction", xfrm_output},
    {"TcpInCsumErrors", "the TCP checksum was wrong, as after an address change inside of IPsec",
     "net/ipv4/tcp_ipv4.c"},
    {"UdpInCsumErrors", "the UDP checksum was wrong, as after an address change inside of IPsec", "net/ipv4/udp.c"},
    {"TcpExtTCPMD5NotFound", "a TCP segment of a connection with a password had no MD5 digest", "net/ipv4/tcp.c"},
    {"TcpExtTCPMD5Unexpected", "a TCP segment of a connection without a password had an MD5 digest", "net/ipv4/tcp.c"},
    {"TcpExtTCPMD5Failure",
     "the MD5 digest of a TCP segment was wrong: another password, or addresses changed on the way", "net/ipv4/tcp.c"},
    {"Udp6InCsumErrors", "the UDP checksum was wrong, as after an address change inside of IPsec", "net/ipv6/udp.c"},
    {"Icmp6InCsumErrors", "the ICMPv6 checksum was wrong, which covers the addresses too", "net/ipv6/icmp.c"},
    {"UdpNoPorts", "nobody listened at the UDP port", "net/ipv4/udp.c"},
    {"Raw6Drops", "a raw socket over IPv6 did not take the packet: its checksum was wrong, or a policy refused it",
     "net/ipv6/raw.c"},
    {"SctpOutOfBlues",
     "an SCTP packet was of no association, as one from an address that the peer has not told; ABORT answers it",
     "net/sctp/sm_statefuns.c"},
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
