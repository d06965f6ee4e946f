#include "engine/manual/engine.h"

#include <fmt/format.h>

#include "engine/algorithms.h"
#include "engine/derive.h"
#include "engine/keys.h"
#include "engine/manual/parts.h"
#include "profile/vantage.h"

namespace useipsec {

ManualSa keyed_sa(const Case& subject, const Profile& profile, Protocol protocol, std::string_view label,
                  const Address& source, const Address& destination) {
  const auto suite = suite_of(profile, protocol);
  ManualSa sa;
  sa.source = source;
  sa.destination = destination;
  sa.protocol = protocol;
  sa.mode = profile.mode;
  sa.spi = derive_spi(subject.seed, label);
  sa.request_id = manual_request_id;
  sa.replay_window = profile.replay_protection ? 32 : 0;
  const auto key = [&](const char* use, std::uint32_t bits) {
    return derive_hex(key_seed(subject, profile), fmt::format("{} {}", use, label), bits / 8);
  };
  if (profile.nat.traversal == Traversal::forced) sa.encap_source_port = sa.encap_destination_port = esp_in_udp_port;
  if (suite.encryption != nullptr && suite.encryption->icv_bits != 0) {
    sa.aead = suite.encryption->kernel;
    sa.aead_key = key("aead", suite.encryption->key_bits);
    sa.aead_icv_bits = suite.encryption->icv_bits;
  } else if (suite.encryption != nullptr) {
    sa.encryption = suite.encryption->kernel;
    sa.encryption_key = key("encryption", suite.encryption->key_bits);
  }
  if (suite.integrity != nullptr) {
    sa.integrity = suite.integrity->kernel;
    sa.integrity_key = key("integrity", suite.integrity->key_bits);
    sa.integrity_truncation_bits = suite.integrity->truncation_bits;
  }
  return sa;
}

namespace {

std::optional<std::string> refused(const Profile& profile) {
  if (profile.by_ike())
    return "the profile is keyed by IKE, and this engine has no key exchange: it sets keys directly";
  if (profile.nat.traversal == Traversal::forced && profile.has_ah())
    return "UDP encapsulation carries ESP only (RFC 3948 section 1)";
  if (profile.nat.traversal == Traversal::forced && !profile.members.empty())
    return "UDP encapsulation is between two ends (RFC 3948): a group has no port to send to";
  if (profile.inner_addresses) return "manual keys come with no message that could give an initiator an inner address";
  if (profile.marked_sas) return "the manual engine sets no marks on SAs";
  if (!profile.has_esp() && profile.confidentiality) return "AH has no confidentiality (RFC 4302)";
  if (!profile.has_esp() && !profile.integrity) return "AH is nothing but integrity (RFC 4302)";
  if (!profile.has_ah() && !profile.integrity && !profile.confidentiality)
    return "ESP with neither encryption nor integrity is forbidden (RFC 4303 section 1)";
  if (profile.sa_selectors && profile.selectors.size() > 1)
    return "this engine has one SA for all selectors of a peering, and an SA has room for one selector";
  if (profile.sa_selectors && profile.has_ah() && profile.has_esp())
    return "this engine gives an SA its peering's selector, and the two of a bundle do not meet the same packets";
  if (profile.sa_selectors && !profile.members.empty()) return "an SA of a group has no addresses to compare with";
  if (!profile.authorize.empty()) return "manual keys prove no identity that an authorize entry could speak of";
  if (!profile.members.empty() && profile.has_ah() && profile.has_esp())
    return "the manual engine keys groups with one protocol (RFC 4552 section 3)";
  if (!profile.members.empty() && profile.mode == Mode::tunnel)
    return "the manual engine keys groups in transport mode only (RFC 4552 section 3)";
  return unknown_algorithm(profile);
}

}  // namespace

std::optional<std::string> ManualEngine::unsupported(const Case& subject) const {
  if (const auto reason = first_refusal(subject, refused)) return reason;
  return subject.without_ipsec ? std::nullopt : colliding_selectors(subject);
}

std::vector<NodeSetup> ManualEngine::render(const Case& subject) const {
  if (subject.without_ipsec) return {};
  if (subject.profile.members.empty()) return render_pairs(subject);
  return subject.profile.group_sas == GroupSas::pairwise ? render_mesh(subject) : render_group(subject);
}

std::vector<NodeSetup> ManualEngine::render_generation(const Case& subject, std::uint32_t generation) const {
  if (subject.without_ipsec || subject.profile.members.empty()) return {};
  return subject.profile.group_sas == GroupSas::pairwise ? std::vector<NodeSetup>() : render_group(subject, generation);
}

}  // namespace useipsec
