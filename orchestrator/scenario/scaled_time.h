#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenario/scenario.h"

namespace useipsec {

/// A protocol's time that a case does not wait for: the software's own setting makes it shorter.
struct ScaledTime {
  std::string what;          ///< "nat forgets a UDP mapping"
  std::uint32_t from_s = 0;  ///< outside of a lab
  std::uint32_t to_s = 0;    ///< in this case
  std::string source;        ///< who says `from_s`: "RFC 4787 section 4.3"
  /// "nat forgets a UDP mapping: 3 s for 120 s (RFC 4787 section 4.3), 40 times as fast"
  std::string str() const;
  bool operator==(const ScaledTime&) const = default;
};

/// The times that the case sets shorter than the documents have them: what NAT boxes remember, keepalives, what routers
/// say and wait for. Of dead-peer detection no document has a time, so there is none to compare with.
std::vector<ScaledTime> scaled_times(const Case& subject);

}  // namespace useipsec
