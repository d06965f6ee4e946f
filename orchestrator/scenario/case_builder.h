#pragma once

#include <optional>
#include <string>
#include <vector>

#include "input/view.h"
#include "scenario/scenario.h"

namespace useipsec {

/// Everything of a case that its scenario file says, from a view whose shape was checked. Ids, engine and variant are
/// the caller's.
Case case_from(const View& view, Topology topology);

/// The nodes that have the profile otherwise than the others, or not at all: the members of /profile_at, where there is
/// a profile.
std::vector<std::string> disagreeing_nodes(const View& view);
/// The view in which /profile is the profile as `node`, one of them, has it; nothing where it has none.
std::optional<View> profile_view(const View& view, const std::string& node);

/// The view in which /profile is what `node` has from a step "change-profile" on, which is at `step`; nothing where it
/// had none.
std::optional<View> changed_profile_view(const View& view, const std::string& step, const std::string& node);

/// One expectation with the pointer to where it is written below `/expect` or an expect step.
struct PlacedExpectation {
  std::string pointer;
  Expectation expectation;
};
std::vector<PlacedExpectation> expectations_at(const View& view, const std::string& pointer);

}  // namespace useipsec
