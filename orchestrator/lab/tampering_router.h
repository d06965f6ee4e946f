#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/run_in_node.h"
#include "proc/loop.h"
#include "scenario/scenario.h"

namespace useipsec {

class FrameTap;

/// A router that forwards in user space, in place of its kernel, and edits what it forwards: an attacker on the way.
/// The next hop is the one that the topology's routes say. It sends no ICMP errors.
class TamperingRouter {
 public:
  /// Listens on every link of the node; its kernel is to be told not to forward. Throws Error.
  TamperingRouter(Loop& loop, const RunInNode& run_in_node, const Topology& topology, std::string node);
  ~TamperingRouter();
  TamperingRouter(const TamperingRouter&) = delete;
  TamperingRouter& operator=(const TamperingRouter&) = delete;

  /// Forwards what waits as before, then in the new way.
  void turn_to(const TamperStep& step);

 private:
  void drain();
  void on_frame(const std::vector<std::uint8_t>& frame);

  const Topology& topology_;
  std::string node_;
  TamperStep step_;
  std::uint32_t met_ = 0;                                  ///< packets that the step means
  std::map<std::string, std::unique_ptr<FrameTap>> taps_;  ///< by link
};

}  // namespace useipsec
