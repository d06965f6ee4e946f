#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>

namespace useipsec {

/// Hands work from one thread to another, one piece at a time, and waits for its end.
class WorkQueue {
 public:
  /// On the serving thread: does what is asked until close().
  void serve() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return work_ != nullptr || closed_; });
      if (work_ == nullptr) return;
      try {
        (*work_)();
      } catch (...) {
        thrown_ = std::current_exception();
      }
      work_ = nullptr;
      changed_.notify_all();
    }
  }

  /// On the asking thread: returns when the work is done; what it threw is thrown here.
  void run(const std::function<void()>& work) {
    std::unique_lock lock(mutex_);
    work_ = &work;
    changed_.notify_all();
    changed_.wait(lock, [this] { return work_ == nullptr; });
    if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  }

  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  const std::function<void()>* work_ = nullptr;
  std::exception_ptr thrown_;
  bool closed_ = false;
};

}  // namespace useipsec
