#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/udp.h>
#include <linux/xfrm.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <span>

#include "base/error.h"
#include "kernel/xfrm.h"

namespace useipsec {

namespace {

std::uint8_t protocol_number(Protocol protocol) { return protocol == Protocol::ah ? IPPROTO_AH : IPPROTO_ESP; }
std::uint8_t mode_number(Mode mode) { return mode == Mode::transport ? XFRM_MODE_TRANSPORT : XFRM_MODE_TUNNEL; }

xfrm_address_t kernel_address(const Address& address) {
  xfrm_address_t value{};
  std::copy(address.bytes().begin(), address.bytes().end(), reinterpret_cast<std::uint8_t*>(&value));
  return value;
}

xfrm_lifetime_cfg endless() {
  xfrm_lifetime_cfg lifetime{};
  lifetime.soft_byte_limit = lifetime.hard_byte_limit = XFRM_INF;
  lifetime.soft_packet_limit = lifetime.hard_packet_limit = XFRM_INF;
  return lifetime;
}

std::vector<std::uint8_t> key_bytes(const std::string& hexadecimal) {
  std::vector<std::uint8_t> bytes;
  const std::size_t start = hexadecimal.rfind("0x", 0) == 0 ? 2 : 0;
  for (std::size_t at = start; at + 1 < hexadecimal.size(); at += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(hexadecimal.substr(at, 2), nullptr, 16)));
  }
  return bytes;
}

/// struct xfrm_algo and its kin: a fixed head with name and key length in bits, then the key.
template <class Head>
std::vector<std::uint8_t> algorithm(Head head, const std::string& name, const std::string& hexadecimal) {
  const auto key = key_bytes(hexadecimal);
  name.copy(head.alg_name, sizeof head.alg_name - 1);
  head.alg_key_len = static_cast<unsigned>(key.size() * 8);
  std::vector<std::uint8_t> bytes(sizeof head + key.size());
  std::memcpy(bytes.data(), &head, sizeof head);
  std::copy(key.begin(), key.end(), bytes.begin() + sizeof head);
  return bytes;
}

xfrm_selector kernel_selector(const ManualPolicy& policy) {
  xfrm_selector selector{};
  selector.family = family_number(policy.source.family());
  selector.saddr = kernel_address(policy.source.address);
  selector.daddr = kernel_address(policy.destination.address);
  selector.prefixlen_s = policy.source.length;
  selector.prefixlen_d = policy.destination.length;
  selector.proto = policy.upper_protocol;
  if (policy.source_port) {
    selector.sport = htons(*policy.source_port);
    selector.sport_mask = 0xffff;
  }
  if (policy.destination_port) {
    selector.dport = htons(*policy.destination_port);
    selector.dport_mask = 0xffff;
  }
  return selector;
}

std::uint8_t direction_number(Direction direction) {
  switch (direction) {
    case Direction::in:
      return XFRM_POLICY_IN;
    case Direction::out:
      return XFRM_POLICY_OUT;
    case Direction::forward:
      return XFRM_POLICY_FWD;
  }
  return XFRM_POLICY_OUT;
}

}  // namespace

Message add_sa(const ManualSa& sa) {
  Message message(XFRM_MSG_NEWSA, NLM_F_CREATE | NLM_F_EXCL,
                  fmt::format("SA {} -> {} spi {:#x}", sa.source.str(), sa.destination.str(), sa.spi));
  xfrm_usersa_info info{};
  info.family = info.sel.family = family_number(sa.destination.family());
  if (sa.packet_source && sa.packet_destination) {
    info.sel.saddr = kernel_address(sa.packet_source->address);
    info.sel.daddr = kernel_address(sa.packet_destination->address);
    info.sel.prefixlen_s = sa.packet_source->length;
    info.sel.prefixlen_d = sa.packet_destination->length;
  }
  info.saddr = kernel_address(sa.source);
  info.id.daddr = kernel_address(sa.destination);
  info.id.spi = htonl(sa.spi);
  info.id.proto = protocol_number(sa.protocol);
  info.mode = mode_number(sa.mode);
  info.lft = endless();
  info.reqid = sa.request_id;
  info.replay_window = static_cast<std::uint8_t>(std::min<std::uint32_t>(sa.replay_window, 32));
  message.with(info);
  if (!sa.aead.empty()) {
    message.put(XFRMA_ALG_AEAD,
                algorithm(xfrm_algo_aead{.alg_name = {}, .alg_key_len = 0, .alg_icv_len = sa.aead_icv_bits}, sa.aead,
                          sa.aead_key));
  }
  if (!sa.encryption.empty()) message.put(XFRMA_ALG_CRYPT, algorithm(xfrm_algo{}, sa.encryption, sa.encryption_key));
  if (!sa.integrity.empty()) {
    if (sa.integrity_truncation_bits != 0) {
      message.put(
          XFRMA_ALG_AUTH_TRUNC,
          algorithm(xfrm_algo_auth{.alg_name = {}, .alg_key_len = 0, .alg_trunc_len = sa.integrity_truncation_bits},
                    sa.integrity, sa.integrity_key));
    } else {
      message.put(XFRMA_ALG_AUTH, algorithm(xfrm_algo{}, sa.integrity, sa.integrity_key));
    }
  }
  if (sa.encap_source_port != 0) {
    xfrm_encap_tmpl encapsulation{};
    encapsulation.encap_type = UDP_ENCAP_ESPINUDP;
    encapsulation.encap_sport = htons(sa.encap_source_port);
    encapsulation.encap_dport = htons(sa.encap_destination_port);
    message.value(XFRMA_ENCAP, encapsulation);
  }
  return message;
}

Message flush_sas() {
  Message message(XFRM_MSG_FLUSHSA, 0, "all SAs");
  message.with(xfrm_usersa_flush{.proto = 0});  // of any protocol
  return message;
}

Message remove_sa(const ManualSa& sa) {
  Message message(XFRM_MSG_DELSA, 0,
                  fmt::format("SA {} -> {} spi {:#x}", sa.source.str(), sa.destination.str(), sa.spi));
  xfrm_usersa_id id{};
  id.daddr = kernel_address(sa.destination);
  id.spi = htonl(sa.spi);
  id.family = family_number(sa.destination.family());
  id.proto = protocol_number(sa.protocol);
  message.with(id);
  return message;
}

namespace {

Message policy_message(std::uint16_t type, std::uint16_t flags, const ManualPolicy& policy, int interface) {
  Message message(type, flags, fmt::format("policy {} -> {}", policy.source.str(), policy.destination.str()));
  xfrm_userpolicy_info info{};
  info.sel = kernel_selector(policy);
  info.sel.ifindex = interface;
  info.lft = endless();
  info.priority = policy.priority;
  info.dir = direction_number(policy.direction);
  info.action = policy.requirement == Requirement::discard ? XFRM_POLICY_BLOCK : XFRM_POLICY_ALLOW;
  info.share = XFRM_SHARE_ANY;
  message.with(info);
  if (policy.requirement == Requirement::require || policy.requirement == Requirement::use) {
    std::vector<xfrm_user_tmpl> templates;
    for (const auto protocol : policy.protocols) {
      auto& wanted = templates.emplace_back();
      wanted.family = family_number(policy.source.family());
      wanted.id.proto = protocol_number(protocol);
      wanted.id.daddr = kernel_address(policy.tunnel_destination);
      wanted.saddr = kernel_address(policy.tunnel_source);
      wanted.reqid = policy.request_id;
      wanted.mode = mode_number(templates.size() == 1 ? policy.mode : Mode::transport);
      wanted.optional = policy.requirement == Requirement::use ? 1 : 0;
      wanted.aalgos = wanted.ealgos = wanted.calgos = std::numeric_limits<std::uint32_t>::max();
    }
    const auto bytes = std::as_bytes(std::span(templates));
    message.put(XFRMA_TMPL, std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
  }
  return message;
}

}  // namespace

Message add_policy(const ManualPolicy& policy, int interface) {
  return policy_message(XFRM_MSG_NEWPOLICY, NLM_F_CREATE | NLM_F_EXCL, policy, interface);
}

Message replace_policy(const ManualPolicy& policy, int interface) {
  return policy_message(XFRM_MSG_UPDPOLICY, NLM_F_REPLACE, policy, interface);
}

}  // namespace useipsec
