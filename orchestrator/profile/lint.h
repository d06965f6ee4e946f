#pragma once

#include <string>
#include <vector>

#include "profile/profile.h"
#include "topology/topology.h"

namespace useipsec {

enum class Severity : std::uint8_t { error, warning, unsupported };

/// One thing a profile should not say, why, and what to write instead.
struct LintFinding {
  std::string rule;  ///< kebab-case; a scenario accepts a rule by this name
  Severity severity = Severity::error;
  std::string message;  ///< why, and what to write instead
  std::string pointer;  ///< JSON pointer into the file, e.g. "/profile/protocol"
  std::string source;   ///< where the rule comes from: RFC sections and claims of the catalogue
  bool operator==(const LintFinding&) const = default;
};

/// Every rule the profile breaks, in the order of RFC 5406's checklist. Rules that need to know where the peers stand
/// are left out where `topology` is null.
std::vector<LintFinding> lint(const Profile& profile, const Topology* topology);

/// The names of all rules, for `lint_accepted` and its "nearest valid word".
std::vector<std::string> lint_rules();

std::string to_string(Severity severity);

}  // namespace useipsec
