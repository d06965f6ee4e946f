#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/xfrm.h>
#include <netinet/in.h>

#include <array>
#include <span>

#include "kernel/xfrm.h"

namespace useipsec {

namespace {

Address address_of(const xfrm_address_t& value, std::uint16_t family) {
  return Address(std::span(reinterpret_cast<const std::uint8_t*>(&value), family == AF_INET ? 4U : 16U));
}

std::string hexadecimal(const char* bytes, std::size_t count) {
  std::string text;
  for (std::size_t at = 0; at < count; ++at) text += fmt::format("{:02x}", static_cast<std::uint8_t>(bytes[at]));
  return text;
}

std::string protocol_word(std::uint8_t protocol) {
  return protocol == IPPROTO_ESP ? "esp" : protocol == IPPROTO_AH ? "ah" : std::to_string(protocol);
}

std::string mode_word(std::uint8_t mode) {
  return mode == XFRM_MODE_TRANSPORT ? "transport" : mode == XFRM_MODE_TUNNEL ? "tunnel" : std::to_string(mode);
}

template <class Value>
const Value* attribute(const nlmsghdr& header, std::size_t fixed, int type) {
  const auto* found = nlmsg_find_attr(const_cast<nlmsghdr*>(&header), static_cast<int>(fixed), type);
  return found == nullptr ? nullptr : static_cast<const Value*>(nla_data(found));
}

SaRecord read_sa(const nlmsghdr& header) {
  const auto& info = *static_cast<const xfrm_usersa_info*>(NLMSG_DATA(&header));
  const auto find = [&]<class Value>(int type, const Value*) { return attribute<Value>(header, sizeof info, type); };
  SaRecord sa;
  sa.source = address_of(info.saddr, info.family);
  sa.destination = address_of(info.id.daddr, info.family);
  sa.protocol = protocol_word(info.id.proto);
  sa.mode = mode_word(info.mode);
  sa.spi = ntohl(info.id.spi);
  sa.bytes = info.curlft.bytes;
  sa.packets = info.curlft.packets;
  sa.replay = info.stats.replay;
  sa.replay_window = info.stats.replay_window;
  sa.integrity_failed = info.stats.integrity_failed;
  sa.request_id = info.reqid;
  sa.extended_sequence = (info.flags & XFRM_STATE_ESN) != 0;
  if (const auto* encap = find(XFRMA_ENCAP, static_cast<xfrm_encap_tmpl*>(nullptr))) {
    sa.udp_encapsulated = true;
    sa.encap_source_port = ntohs(encap->encap_sport);
    sa.encap_destination_port = ntohs(encap->encap_dport);
  }
  if (const auto* aead = find(XFRMA_ALG_AEAD, static_cast<xfrm_algo_aead*>(nullptr))) {
    sa.encryption = aead->alg_name;
    sa.encryption_key = hexadecimal(aead->alg_key, aead->alg_key_len / 8);
    sa.integrity_truncation_bits = aead->alg_icv_len;
  }
  if (const auto* crypt = find(XFRMA_ALG_CRYPT, static_cast<xfrm_algo*>(nullptr))) {
    sa.encryption = crypt->alg_name;
    sa.encryption_key = hexadecimal(crypt->alg_key, crypt->alg_key_len / 8);
  }
  if (const auto* auth = find(XFRMA_ALG_AUTH_TRUNC, static_cast<xfrm_algo_auth*>(nullptr))) {
    sa.integrity = auth->alg_name;
    sa.integrity_key = hexadecimal(auth->alg_key, auth->alg_key_len / 8);
    sa.integrity_truncation_bits = auth->alg_trunc_len;
  }
  return sa;
}

std::string port_word(std::uint16_t port, std::uint16_t mask) {
  return mask == 0 ? "any" : std::to_string(ntohs(port));
}

std::span<const xfrm_user_tmpl> templates_of(const nlmsghdr& header) {
  const auto* found = nlmsg_find_attr(const_cast<nlmsghdr*>(&header), sizeof(xfrm_userpolicy_info), XFRMA_TMPL);
  if (found == nullptr) return {};
  return {static_cast<const xfrm_user_tmpl*>(nla_data(found)),
          static_cast<std::size_t>(nla_len(found)) / sizeof(xfrm_user_tmpl)};
}

std::string template_words(std::span<const xfrm_user_tmpl> templates) {
  std::string words;
  for (const auto& one : templates) {
    words += fmt::format("{}{} {} {}", words.empty() ? "" : ", ", protocol_word(one.id.proto), mode_word(one.mode),
                         one.optional != 0 ? "use" : "required");
  }
  return words;
}

/// Socket policies have directions beyond the three of the SPD (XFRM_POLICY_MASK and up) or none of their own
/// selectors.
bool is_socket_policy(const xfrm_userpolicy_info& info) { return info.dir >= XFRM_POLICY_MAX; }

const xfrm_userpolicy_info& policy_of(const nlmsghdr& header) {
  return *static_cast<const xfrm_userpolicy_info*>(NLMSG_DATA(&header));
}

Message dump_policies() {
  Message message(XFRM_MSG_GETPOLICY, 0, "policies");
  return std::move(message.with(xfrm_userpolicy_id{}));
}

}  // namespace

std::vector<SaRecord> sas(NetlinkSocket& socket) {
  Message message(XFRM_MSG_GETSA, 0, "SAs");
  message.with(xfrm_usersa_id{});
  std::vector<SaRecord> records;
  socket.dump(message, [&](const nlmsghdr& header) { records.push_back(read_sa(header)); });
  return records;
}

std::vector<PolicyRecord> policies(NetlinkSocket& socket) {
  std::vector<PolicyRecord> records;
  socket.dump(dump_policies(), [&](const nlmsghdr& header) {
    const auto& info = policy_of(header);
    if (is_socket_policy(info)) return;
    constexpr std::array<const char*, 3> directions{"in", "out", "fwd"};
    const auto templates = templates_of(header);
    const auto family = info.sel.family == 0 ? std::uint16_t{AF_INET} : info.sel.family;
    records.push_back({.source = {address_of(info.sel.saddr, family), info.sel.prefixlen_s},
                       .destination = {address_of(info.sel.daddr, family), info.sel.prefixlen_d},
                       .protocol = info.sel.proto,
                       .source_port = port_word(info.sel.sport, info.sel.sport_mask),
                       .destination_port = port_word(info.sel.dport, info.sel.dport_mask),
                       .direction = directions.at(info.dir),
                       .action = info.action == XFRM_POLICY_ALLOW ? "allow" : "block",
                       .priority = info.priority,
                       .template_text = template_words(templates),
                       .request_id = templates.empty() ? 0 : templates.front().reqid});
  });
  return records;
}

std::size_t remove_policies(NetlinkSocket& socket, const PolicyMatch& match) {
  std::vector<Message> removals;
  socket.dump(dump_policies(), [&](const nlmsghdr& header) {
    const auto& info = policy_of(header);
    const auto fits = [](const std::optional<std::uint16_t>& wanted, std::uint16_t port, std::uint16_t mask) {
      return !wanted || (mask != 0 && ntohs(port) == *wanted);
    };
    if (is_socket_policy(info) || (match.upper_protocol != 0 && info.sel.proto != match.upper_protocol) ||
        !fits(match.source_port, info.sel.sport, info.sel.sport_mask) ||
        !fits(match.destination_port, info.sel.dport, info.sel.dport_mask)) {
      return;
    }
    xfrm_userpolicy_id id{};
    id.sel = info.sel;
    id.dir = info.dir;
    removals.push_back(std::move(Message(XFRM_MSG_DELPOLICY, 0, "removing a policy").with(id)));
  });
  socket.request(removals);
  return removals.size();
}

std::optional<AcquireRecord> acquire_in(const nlmsghdr& message) {
  if (message.nlmsg_type != XFRM_MSG_ACQUIRE) return std::nullopt;
  const auto& wanted = static_cast<const xfrm_user_acquire*>(NLMSG_DATA(&message))->sel;
  return AcquireRecord{.source = address_of(wanted.saddr, wanted.family),
                       .destination = address_of(wanted.daddr, wanted.family),
                       .protocol = wanted.proto,
                       .source_port = ntohs(wanted.sport),
                       .destination_port = ntohs(wanted.dport)};
}

std::vector<int> xfrm_event_groups() { return {XFRMNLGRP_ACQUIRE, XFRMNLGRP_EXPIRE, XFRMNLGRP_SA, XFRMNLGRP_POLICY}; }

}  // namespace useipsec
