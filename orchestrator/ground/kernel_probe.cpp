#include "ground/kernel_probe.h"

#include <fmt/format.h>
#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <linux/udp.h>
#include <linux/xfrm.h>
#include <netinet/in.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "base/error.h"
#include "proc/run_program.h"

namespace useipsec {

namespace {

/// struct xfrm_algo and xfrm_algo_auth end in a key of any length, so they are laid out by hand.
void put_algorithm(TryMessage& message, int attribute, const char* name, unsigned key_bytes) {
  std::vector<char> space(sizeof(xfrm_algo) + key_bytes, 1);
  xfrm_algo head{};
  std::strncpy(head.alg_name, name, sizeof head.alg_name - 1);
  head.alg_key_len = key_bytes * 8;
  std::memcpy(space.data(), &head, sizeof head);
  message.put(attribute, space.data(), space.size());
}

}  // namespace

Answer try_sa(int family, int protocol, bool in_udp) {
  xfrm_usersa_info sa{};
  sa.family = static_cast<__u16>(family);
  sa.id.proto = static_cast<__u8>(protocol);
  sa.id.spi = htonl(in_udp ? 0x1001 : 0x1000);  // else the second would be the first once more
  // Addresses of a documentation prefix (RFC 5737, RFC 3849); they need not exist.
  if (family == AF_INET) {
    sa.saddr.a4 = htonl(0xc0000201);
    sa.id.daddr.a4 = htonl(0xc0000202);
  } else {
    sa.saddr.a6[0] = sa.id.daddr.a6[0] = htonl(0x20010db8);
    sa.saddr.a6[3] = htonl(1);
    sa.id.daddr.a6[3] = htonl(2);
  }
  sa.mode = XFRM_MODE_TRANSPORT;
  sa.lft.soft_byte_limit = sa.lft.hard_byte_limit = sa.lft.soft_packet_limit = sa.lft.hard_packet_limit = XFRM_INF;

  TryMessage message(XFRM_MSG_NEWSA, NLM_F_CREATE | NLM_F_EXCL);
  message.append(&sa, sizeof sa);
  put_algorithm(message, XFRMA_ALG_AUTH, "hmac(sha1)", 20);
  if (protocol == IPPROTO_ESP) put_algorithm(message, XFRMA_ALG_CRYPT, "cbc(aes)", 16);
  if (in_udp) {
    xfrm_encap_tmpl encapsulation{};
    encapsulation.encap_type = UDP_ENCAP_ESPINUDP;
    encapsulation.encap_sport = encapsulation.encap_dport = htons(4500);
    message.put(XFRMA_ENCAP, &encapsulation, sizeof encapsulation);
  }
  return try_request(NETLINK_XFRM, message);
}

Answer try_xfrm() {
  TryMessage message(XFRM_MSG_FLUSHSA, 0);
  const xfrm_usersa_flush flush{IPPROTO_ESP};
  message.append(&flush, sizeof flush);
  Answer answer = try_request(NETLINK_XFRM, message);
  if (answer.code == ESRCH) answer = {0, "accepted"};  // nothing there to flush, yet understood
  return answer;
}

Answer try_link(const char* kind) {
  TryMessage message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
  ifinfomsg link{};
  message.append(&link, sizeof link);
  std::vector<char> info(NLA_HDRLEN);
  const std::string text = kind;
  const nlattr kind_header{static_cast<__u16>(NLA_HDRLEN + text.size() + 1), IFLA_INFO_KIND};
  std::memcpy(info.data(), &kind_header, sizeof kind_header);
  info.insert(info.end(), text.c_str(), text.c_str() + text.size() + 1);
  message.put(IFLA_LINKINFO, info.data(), info.size());
  return try_request(NETLINK_ROUTE, message);
}

Answer try_netem() {
  TryMessage message(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL);
  tcmsg queue{};
  queue.tcm_ifindex = 1;  // the loopback link, in every network namespace
  queue.tcm_handle = 0x10000;
  queue.tcm_parent = TC_H_ROOT;
  message.append(&queue, sizeof queue);
  message.put(TCA_KIND, std::string("netem"));
  tc_netem_qopt options{};
  options.limit = 1000;
  message.put(TCA_OPTIONS, &options, sizeof options);
  return try_request(NETLINK_ROUTE, message);
}

Answer try_nat() {
  ProcessSpec legacy;
  legacy.program = "iptables-legacy-restore";
  // An ordinary user cannot write /run/xtables.lock.
  legacy.environment = {"XTABLES_LOCKFILE=/dev/null"};
  legacy.input = "*nat\n-A POSTROUTING -o lo -m comment --comment probe -j MASQUERADE\nCOMMIT\n";
  ProcessSpec nft;
  nft.program = "nft";
  nft.arguments = {"-f", "-"};
  nft.input = "table ip probe { chain post { type nat hook postrouting priority 100; oifname \"lo\" masquerade; }; }\n";
  std::string refusals;
  for (const auto& spec : {legacy, nft}) {
    std::string words;
    try {
      Loop loop;
      const Completed run = run_program(loop, spec, {}, Loop::Clock::now() + std::chrono::seconds(10));
      if (run.status.success()) return {0, fmt::format("accepted through {}", spec.program)};
      words = run.output.substr(0, run.output.find('\n'));
    } catch (const Error& error) {
      words = error.what();
    }
    refusals += fmt::format("{}{}: {}", refusals.empty() ? "" : "; ", spec.program, words);
  }
  return {ENOTSUP, refusals};
}

}  // namespace useipsec
