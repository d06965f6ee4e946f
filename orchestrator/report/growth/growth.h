#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "report/run_result.h"

namespace useipsec {

/// How many SAs with keys, or policies, the nodes of a case held at its end. Every node counts, those beside the
/// generated ones too.
struct Held {
  std::uint64_t one_node = 0;   ///< the most that any one of them held
  std::uint64_t all_nodes = 0;  ///< the sum over all: what somebody, or a protocol, has to configure
  bool operator==(const Held&) const = default;
};

/// One case of a series.
struct GrowthPoint {
  std::uint32_t nodes = 0;             ///< n: how many nodes were generated
  const CaseResult* result = nullptr;  ///< outlived by the run
  std::optional<Held> sas, policies;   ///< nothing where the case was not observed
  /// The case passed: only such points are on the lines and bear on the exponents. What was seen of another is shown
  /// with the case's state.
  bool measured = false;
};

/// The exponents of n by which what is held grows, between the smallest and the largest measured n: 1 where it doubles
/// with n, 2 where it quadruples. Nothing where there is none to say, as nothing was held.
struct GrowthExponents {
  std::optional<double> one_node, all_nodes;
};

/// What nodes must hold, over the cases of one scenario and engine that differ in how many nodes there are.
struct Growth {
  std::string name;                 ///< "nd-manual-sa-count@manual", unlike that of any other series of the run
  std::string scenario, stem;       ///< a control's scenario too; "h" for h1, h2, ...
  std::string title, about;         ///< of its cases, with "n" for their number of nodes; about: of the first
  std::vector<std::string> others;  ///< nodes that held something and were not made by that generator
  std::vector<GrowthPoint> points;  ///< by n, then as in the run
  GrowthExponents sas, policies;
};

/// The series of a run in its order: of every scenario, control or subject, with each engine, where at least two cases
/// of different n passed and some node held something. Cases that differ in another axis too are several series.
std::vector<Growth> growths(const RunResult& run);

/// Those of this name, or of this scenario; all where `wanted` is empty. Throws Error: nothing_selected where the run
/// has no series at all, invalid with the nearest name where none of them is meant.
std::vector<Growth> growths(const RunResult& run, const std::string& wanted);

/// "1.8".
std::string power_text(double exponent);
/// "n^1.8".
std::string exponent_text(double exponent);

/// A table for each, in 80 columns.
std::string growth_text(const std::vector<Growth>& growths, bool colour);

/// Schema "useipsec/growth/1" (docs/schemas/growth.json).
nlohmann::ordered_json growth_json(const std::vector<Growth>& growths);

/// The SAs of one series over n as a picture of its own, light and dark by the viewer's preference. Both axes are
/// logarithmic: what grows as a power of n is a straight line, whose slope is the exponent.
std::string growth_svg(const Growth& growth);
/// The same for a page that has growth_style() in its own style.
std::string growth_svg_part(const Growth& growth);
std::string growth_style();

}  // namespace useipsec
