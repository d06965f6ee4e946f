#include "claims/claim.h"

#include <algorithm>

namespace useipsec {

std::string_view letter(Grade grade) {
  switch (grade) {
    case Grade::small:
      return "S";
    case Grade::medium:
      return "M";
    case Grade::large:
      return "L";
  }
  return "";
}

const Claim* Catalogue::find(std::string_view id) const {
  auto found = std::ranges::find(claims, id, &Claim::id);
  return found != claims.end() ? &*found : nullptr;
}

const ClaimGroup* Catalogue::find_group(std::string_view id) const {
  auto found = std::ranges::find(groups, id, &ClaimGroup::id);
  return found != groups.end() ? &*found : nullptr;
}

std::vector<const Claim*> Catalogue::of_group(std::string_view group) const {
  std::vector<const Claim*> members;
  for (const Claim& claim : claims) {
    if (claim.group == group) members.push_back(&claim);
  }
  return members;
}

}  // namespace useipsec
