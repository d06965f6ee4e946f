#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scenario/scenario.h"

namespace useipsec {

/// Where one direction of a probe goes and where it is judged.
struct FlowPath {
  std::string from, to;
  std::vector<Hop> hops;     ///< empty where the topology has no route
  std::vector<bool> judged;  ///< for each hop: a transit link between the IPsec peers
  std::string sender,
      receiver;  ///< the IPsec peers on the path in this direction; the flow's ends where there are none
  /// Whose SAs protect it on its way, from one to the next: sender and receiver, and between them the peers that
  /// decrypt and encrypt again where those two have no peering.
  std::vector<std::string> relays;
};

/// The way of `probe`'s packets, or of its answers: the same links backwards.
FlowPath flow_path(const Case& subject, const Probe& probe, bool reply);

}  // namespace useipsec
