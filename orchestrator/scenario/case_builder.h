#pragma once

#include "input/view.h"
#include "scenario/scenario.h"

namespace useipsec {

/// Everything of a case that its scenario file says, from a view whose shape was checked. Ids, engine and variant are
/// the caller's.
Case case_from(const View& view, Topology topology);

/// One expectation with the pointer to where it is written below `/expect` or an expect step.
struct PlacedExpectation {
  std::string pointer;
  Expectation expectation;
};
std::vector<PlacedExpectation> expectations_at(const View& view, const std::string& pointer);

}  // namespace useipsec
