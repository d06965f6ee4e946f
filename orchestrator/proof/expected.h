#pragma once

#include <string>
#include <vector>

#include "observe/observations.h"
#include "topology/nat_policy.h"

namespace useipsec {

/// Seconds up to which a lifetime is measured: longer ones are taken on trust.
inline constexpr std::uint32_t longest_measured_lifetime = 5;

/// What a box of this policy must be measured to be, in the words of the file format, with nothing measured yet.
std::vector<NatMeasurement> expected_measurements(const NatPolicy& policy);

/// The same of a box that translates IPv6.
std::vector<NatMeasurement> expected_measurements_v6(const NatPolicy& policy);

/// What was measured otherwise than expected, in one sentence: "mapping: expected ..., measured ..."; empty where
/// nothing.
std::string mismatch(const std::vector<NatMeasurement>& measurements);

}  // namespace useipsec
