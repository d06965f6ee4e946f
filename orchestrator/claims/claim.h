#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace useipsec {

/// How much work the experiment is.
enum class Grade { small, medium, large };

/// "S", "M" or "L", as the catalogue's files write it.
std::string_view letter(Grade grade);

/// One testable statement about IPsec with its source, and how to find out whether it holds.
struct Claim {
  std::string id;
  std::string group;  ///< id of a ClaimGroup
  int number = 0;     ///< its place in the catalogue, from 1
  std::string statement;
  std::vector<std::string> sources;  ///< who says so and where: "RFC 3715 2.1(a)", a ballot position with its date
  std::string hypothesis;            ///< what is seen if the claim is true
  std::string refuted_if;            ///< what is seen if it is not
  std::string experiment;            ///< in the words of Catalogue::terms, on top of ClaimGroup::frame
  std::string control;               ///< the matching run that must go the other way
  std::string expected;  ///< an outcome (protected, exposed, blocked, degraded) or several, with where each applies
  std::vector<std::string> tiers;  ///< what the machine must have, least first; terms of kind "tier"
  Grade grade = Grade::small;
  std::string caveats;  ///< empty where there are none
};

/// Claims about one subject, and what their experiments have in common.
struct ClaimGroup {
  std::string id;  ///< "nat", "nd", ...
  int order = 0;   ///< its place in the catalogue, from 1
  std::string title;
  std::string about;
  std::vector<std::string> sources;
  std::string frame;  ///< what every experiment of the group uses unless it says otherwise
  std::string notes;  ///< empty where there are none
};

/// A statement of the same texts that no experiment here can decide, and why.
struct NotTestable {
  std::string id;
  int number = 0;  ///< its place in the catalogue, from 1
  std::string statement;
  std::vector<std::string> sources;
  std::string why_not;
  std::vector<std::string> nearest;  ///< claims that come closest: a claim's id, or "group:" and a group's id
};

/// A word the claims use: an outcome, a tier, a grade, a topology, a kind of NAT or a notation.
struct Term {
  std::string kind;
  std::string name;
  std::string meaning;
};

/// All claims, in their order.
struct Catalogue {
  std::vector<ClaimGroup> groups;
  std::vector<Claim> claims;
  std::vector<NotTestable> not_testable;
  std::vector<Term> terms;

  /// The claim with this id, or nullptr.
  const Claim* find(std::string_view id) const;
  /// The group with this id, or nullptr.
  const ClaimGroup* find_group(std::string_view id) const;
  /// The claims of one group, in order.
  std::vector<const Claim*> of_group(std::string_view group) const;
};

}  // namespace useipsec
