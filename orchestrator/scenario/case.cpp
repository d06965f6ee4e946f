#include <algorithm>

#include "profile/vantage.h"
#include "scenario/scenario.h"

namespace useipsec {

std::string routed_link(const Case& subject) {
  return subject.routing && !subject.routing->links.empty() ? subject.routing->links.front() : "";
}

std::string area_of(const Routing& routing, const std::string& link) {
  const auto named = routing.areas.find(link);
  return named == routing.areas.end() ? backbone_area : named->second;
}

std::vector<std::pair<std::string, std::string>> virtual_links_of(const Routing& routing, const std::string& router) {
  std::vector<std::pair<std::string, std::string>> links;
  for (const auto& link : routing.virtual_links)
    if (const auto end = std::find(link.routers.begin(), link.routers.end(), router); end != link.routers.end())
      links.emplace_back(end == link.routers.begin() ? link.routers.back() : link.routers.front(), link.area);
  return links;
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
