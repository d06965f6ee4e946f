#pragma once

#include <functional>
#include <memory>

#include "inside/frame.h"
#include "inside/node_program.h"
#include "inside/write_queue.h"
#include "proc/loop.h"

namespace useipsec {

/// One visitor's program in a node, on the agent's side: its streams become frames and frames its streams.
class AgentSession {
 public:
  /// `send` takes what the visitor shall hear; `on_ended` comes last, after the exit frame, and may destroy the session.
  AgentSession(Loop& loop, NodeProgram program, std::function<void(FrameKind, std::string)> send, std::function<void()> on_ended);
  /// Hangs up on the program where it still runs.
  ~AgentSession();
  AgentSession(const AgentSession&) = delete;
  AgentSession& operator=(const AgentSession&) = delete;

  void take(const Frame& frame);

 private:
  void watch_streams();
  /// False where there is nothing more to come from it.
  bool pass_on(int fd, FrameKind kind, std::size_t at_most);
  void drain(UniqueFd& fd, FrameKind kind);
  void ended();

  Loop& loop_;
  NodeProgram program_;
  std::function<void(FrameKind, std::string)> send_;
  std::function<void()> on_ended_;
  std::unique_ptr<WriteQueue> input_;
  std::size_t untaken_ = 0;  ///< bytes sent and not yet credited
  UniqueFd life_;
  Watch watch_output_, watch_error_, watch_life_;
};

}  // namespace useipsec
