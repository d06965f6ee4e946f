#pragma once

#include <functional>
#include <memory>
#include <string_view>

#include "base/unique_fd.h"
#include "proc/loop.h"

namespace useipsec {

/// Writes to a pipe, terminal or socket without ever blocking: what does not fit waits here. Bounded by its users' windows.
class WriteQueue {
 public:
  /// Owns `fd` and makes it non-blocking. `on_written` hears of bytes that are gone: written, or thrown away because the
  /// other end is closed.
  WriteQueue(Loop& loop, UniqueFd fd, std::function<void(std::size_t)> on_written = {});
  ~WriteQueue();
  WriteQueue(const WriteQueue&) = delete;
  WriteQueue& operator=(const WriteQueue&) = delete;

  void push(std::string_view bytes);
  /// Closes the descriptor when everything is written.
  void finish();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace useipsec
