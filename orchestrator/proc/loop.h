#pragma once

#include <chrono>
#include <functional>
#include <memory>

namespace boost::asio {
class io_context;
}

namespace useipsec {

/// What a waiter's condition says: it holds, not yet, or it can no longer hold.
enum class Tri { holds, not_yet, impossible };

/// How a wait ended.
enum class WaitResult { holds, impossible, deadline, interrupted };

/// Stops watching a descriptor when it goes. Must go before the descriptor is closed; may go inside its own callback.
class Watch {
 public:
  struct State;
  Watch() = default;
  explicit Watch(std::shared_ptr<State> state);
  Watch(Watch&& other) noexcept = default;
  Watch& operator=(Watch&& other) noexcept;
  ~Watch();

  void reset();
  explicit operator bool() const { return state_ != nullptr; }

 private:
  std::shared_ptr<State> state_;
};

/// The one event loop: an asio io_context that runs only while its owner's thread waits. Handlers run on that thread,
/// one by one, inside wait() and run_until(); what they throw leaves the wait.
class Loop {
 public:
  using Clock = std::chrono::steady_clock;

  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  boost::asio::io_context& context();

  /// Checks the condition first and again after every handler, until it holds, can no longer hold, the deadline has
  /// passed, or interrupt() was called.
  WaitResult wait(const std::function<Tri()>& condition, Clock::time_point deadline);
  /// The same with a deadline that handlers move: it is asked again after each.
  WaitResult wait(const std::function<Tri()>& condition, const std::function<Clock::time_point()>& deadline);
  /// The same for a condition that comes true without an event: it is looked at after every `tick` too.
  WaitResult poll(const std::function<Tri()>& condition, Clock::time_point deadline, Clock::duration tick);
  /// Runs handlers until the deadline: `deadline`, or `interrupted`.
  WaitResult run_until(Clock::time_point deadline);

  /// Calls `on_readable` whenever `fd` has something to read or its other end is closed (level triggered). The
  /// descriptor stays the caller's. Throws Error for what cannot be watched, such as a regular file.
  [[nodiscard]] Watch watch_readable(int fd, std::function<void()> on_readable);
  /// The same for room to write: to be stopped as soon as there is nothing more to write. One descriptor has one watch:
  /// for both directions at once, watch a duplicate.
  [[nodiscard]] Watch watch_writable(int fd, std::function<void()> on_writable);

  /// Makes this and every later wait return `interrupted`. May be called from a signal handler or another thread.
  void interrupt() noexcept;
  bool interrupted() const noexcept;
  /// Lets waits work again, for the orderly end after an interruption.
  void forget_interrupt() noexcept;

 private:
  struct Impl;
  Watch watch(int fd, bool for_writing, std::function<void()> callback);
  std::unique_ptr<Impl> impl_;
};

}  // namespace useipsec
