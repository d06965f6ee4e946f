#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "inside/agent_session.h"
#include "inside/frame_channel.h"
#include "lab/lab.h"

namespace useipsec {

/// What is known of a lab that waits for visitors. The form of lab.json and of the `held` frame.
struct HeldLab {
  struct Step {
    std::string text, result;
    double seconds = 0;
  };
  struct Place {
    std::string name;
    std::vector<std::string> addresses;  ///< "10.0.0.2/24 on lan"
  };
  std::string case_id, scenario, state, why;
  std::vector<Step> steps;
  std::vector<Place> nodes;
  std::string folder;  ///< of the case's evidence
};

std::string to_text(const HeldLab& held);
/// Throws Error (broken) for what to_text does not write.
HeldLab held_lab(const std::string& text);
/// The nodes and their addresses, as the topology has them.
std::vector<HeldLab::Place> places(const Topology& topology);

/// Lets visitors into labs: starts their programs in the nodes and carries their bytes over one stream. The same on both
/// grounds; it runs beside the lab, where the namespaces are.
class Agent {
 public:
  /// The stream that the environment names, as guests and workers are given it; none where there is none.
  static std::unique_ptr<Agent> from_environment(Loop& loop);

  /// Says that the lab is held and serves visitors until one says stop. The loop runs on, so daemons and captures are
  /// served. Programs that still run are hung up on.
  void hold(Lab& lab, const HeldLab& held);

 private:
  Agent(Loop& loop, int stream);
  void take(Frame& frame);
  void open(const Frame& frame);

  Loop& loop_;
  Lab* lab_ = nullptr;  ///< while one is held
  std::string folder_;
  bool stopped_ = false, closed_ = false;
  std::map<std::uint32_t, std::unique_ptr<AgentSession>> sessions_;
  std::unique_ptr<FrameChannel> channel_;
};

}  // namespace useipsec
