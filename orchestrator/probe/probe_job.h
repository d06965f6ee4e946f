#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "scenario/scenario.h"

namespace useipsec {

/// Where a probe's packets leave and go, as the topology says.
struct ProbeEnds {
  Address source;  ///< any: the kernel's choice
  Address destination;
  std::string from_interface;  ///< for multicast, broadcast and link-local addresses
  std::string to_interface;    ///< for multicast and broadcast
};

/// The port on which the probe's receiver listens.
inline std::uint16_t listening_port(const Probe& probe) { return probe.listens != 0 ? probe.listens : probe.port; }

/// One probe ready to run.
struct ProbeJob {
  Probe probe;
  std::string token;  ///< unique within a case, without '/'
  ProbeEnds ends;
  /// An attacker's packets: whole Ethernet frames that leave over `ends.from_interface` as they are, the n-th as
  /// sequence number n. Whatever of the token arrives counts, also where it is the same packet again.
  std::vector<std::vector<std::uint8_t>> frames = {};
  /// Whether its connection stays open behind it, for a probe that continues it.
  bool keep = false;
};

}  // namespace useipsec
