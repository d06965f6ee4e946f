#include <algorithm>

#include "profile/vantage.h"
#include "scenario/scenario.h"

namespace useipsec {

std::string routed_link(const Case& subject) {
  return subject.routing && !subject.routing->links.empty() ? subject.routing->links.front() : "";
}

const Profile* Case::profile_of(std::string_view node) const {
  if (without_ipsec) return nullptr;
  const auto named = parties(profile, topology);
  if (std::find(named.begin(), named.end(), node) == named.end()) return nullptr;
  const auto own = profile_at.find(std::string(node));
  if (own == profile_at.end()) return &profile;
  return own->second ? &*own->second : nullptr;
}

std::vector<std::string> Case::protected_nodes() const {
  auto named = parties(profile, topology);
  std::erase_if(named, [&](const std::string& node) { return profile_of(node) == nullptr; });
  return named;
}

}  // namespace useipsec
