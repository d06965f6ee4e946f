#pragma once

#include <set>
#include <string>
#include <vector>

#include "report/stored_case.h"

namespace useipsec {

/// One link on a flow's way.
struct TrackHop {
  std::string node, link, next;
  const WireFact* wire = nullptr;
};

/// A flow with the nodes between the links that its fact names.
struct FlowTrack {
  const FlowResult* flow = nullptr;
  std::string probe;           ///< its name without "-reply"
  std::vector<TrackHop> hops;  ///< as far as they can be told
};

/// The ways of the case's flows, in their order.
std::vector<FlowTrack> flow_tracks(const StoredCase& stored);

}  // namespace useipsec
