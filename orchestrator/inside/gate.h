#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "inside/agent.h"
#include "inside/frame_channel.h"
#include "inside/lab_state.h"

namespace useipsec {

/// What happens at a gate, for whoever shows it.
struct GateEvents {
  std::function<void(const std::string& line)> say;
  std::function<void(const HeldLab& held)> held;
  std::function<void()> released;
};

/// The way into a held lab, on the host's side of the worker: an abstract Unix socket that only its owner's processes may
/// use, and the worker's byte stream, between which it carries frames. Its state file tells visitors where it is. An
/// abstract socket has no file: kill -9 leaves nothing behind but a state that says by itself that it is stale.
class Gate {
 public:
  /// Throws Error (invalid) where another lab is held.
  Gate(Loop& loop, const std::filesystem::path& results, const std::string& ground, const std::filesystem::path& run, GateEvents events);
  ~Gate();
  Gate(const Gate&) = delete;
  Gate& operator=(const Gate&) = delete;

  /// The worker's end of the stream, to be passed on when it is started.
  int worker_end() const { return worker_end_.get(); }
  void worker_started() { worker_end_.reset(); }
  /// Ends the pause, if there is one.
  void let_go();

 private:
  void admit();
  void from_visitor(std::uint32_t session, Frame& frame);
  void from_agent(Frame& frame);
  void publish();

  Loop& loop_;
  std::filesystem::path file_;
  LabState state_;
  GateEvents events_;
  UniqueFd worker_end_, door_;
  std::uint32_t last_session_ = 0;
  std::map<std::uint32_t, std::unique_ptr<FrameChannel>> visitors_;
  std::unique_ptr<FrameChannel> agent_;
  Watch watch_door_;
};

/// Connects to the gate that the state names. Throws Error where it is not there or another process answers.
UniqueFd knock(const LabState& state);

}  // namespace useipsec
