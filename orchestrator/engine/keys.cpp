#include "engine/keys.h"

#include "engine/derive.h"

namespace useipsec {

std::uint64_t key_seed(const Case& subject, const Profile& profile) { return profile.key_seed.value_or(subject.seed); }

std::string pre_shared_key(const Case& subject, const Profile& profile, const std::string& initiator) {
  if (const auto own = profile.psks.find(initiator); own != profile.psks.end()) return own->second;
  if (!profile.psk.empty()) return profile.psk;
  return derive_hex(key_seed(subject, profile), "pre-shared key", 32);
}

std::optional<std::string> first_refusal(const Case& subject,
                                         const std::function<std::optional<std::string>(const Profile&)>& refused) {
  if (subject.without_ipsec) return {};
  if (const auto reason = refused(subject.profile)) return reason;
  for (const auto& [node, own] : subject.profile_at) {
    if (!own) continue;
    if (const auto reason = refused(*own)) return node + ": " + *reason;
  }
  return {};
}

}  // namespace useipsec
