#pragma once

#include <map>
#include <string>
#include <vector>

#include "observe/observations.h"
#include "proc/loop.h"
#include "topology/topology.h"

namespace useipsec {

/// What NAT boxes were measured to be; each way to behave is measured once.
class NatProof {
 public:
  explicit NatProof(Loop& loop) : loop_(loop) {}

  /// The boxes of a topology, measured. Throws Error where a bench cannot be built or does not work.
  std::vector<NatRecord> of(const Topology& topology);

 private:
  Loop& loop_;
  std::map<std::string, std::vector<NatMeasurement>> measured_;  ///< by the policy, but for addresses and links
};

/// Why one of the boxes is not what its file says: "the NAT box nat is not what its file says: ..."; empty where all
/// are.
std::string disproof(const std::vector<NatRecord>& nats);

}  // namespace useipsec
