#pragma once

#include <functional>
#include <memory>

#include "base/unique_fd.h"
#include "inside/frame.h"
#include "inside/write_queue.h"
#include "proc/loop.h"

namespace useipsec {

/// Frames in both directions over one descriptor.
class FrameChannel {
 public:
  /// How it sends: a guest's serial line takes its time, so its writer waits and thereby slows those who feed it; whoever
  /// is at the other end always reads.
  enum class Sending { queued, blocking };

  /// Owns `fd`. The handlers may destroy the channel.
  FrameChannel(Loop& loop, UniqueFd fd, Sending sending, std::function<void(Frame&)> on_frame, std::function<void()> on_closed);
  ~FrameChannel();
  FrameChannel(const FrameChannel&) = delete;
  FrameChannel& operator=(const FrameChannel&) = delete;

  void send(const Frame& frame);

 private:
  void read();

  UniqueFd fd_;
  std::unique_ptr<WriteQueue> queue_;  ///< empty where sending blocks
  std::function<void(Frame&)> on_frame_;
  std::function<void()> on_closed_;
  FrameReader reader_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  Watch watch_;  // last: goes before the descriptor
};

}  // namespace useipsec
