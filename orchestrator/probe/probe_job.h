#pragma once

#include <string>

#include "scenario/scenario.h"

namespace useipsec {

/// Where a probe's packets leave and go, as the topology says.
struct ProbeEnds {
  Address source;  ///< any: the kernel's choice
  Address destination;
  std::string from_interface;  ///< for multicast, broadcast and link-local addresses
  std::string to_interface;    ///< for multicast and broadcast
};

/// One probe ready to run.
struct ProbeJob {
  Probe probe;
  std::string token;  ///< unique within a case, without '/'
  ProbeEnds ends;
};

}  // namespace useipsec
