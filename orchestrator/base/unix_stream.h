#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/unique_fd.h"

namespace useipsec {

/// A connection to a program's control socket. Everything on it has to be done by one deadline.
class UnixStream {
 public:
  using Clock = std::chrono::steady_clock;

  /// Fails with the kernel's words where nobody listens at `path`. The path is looked up in the caller's mount
  /// namespace.
  static Result<UnixStream> connect(const std::string& path, Clock::time_point until);

  /// Sends all of it.
  Result<void> send(std::string_view bytes) const;
  /// What has arrived, at least one byte. Fails at the deadline, and where the other side has closed.
  Result<std::string> receive() const;

 private:
  UnixStream(UniqueFd fd, Clock::time_point until) : fd_(std::move(fd)), until_(until) {}
  Result<void> wait(short events) const;

  UniqueFd fd_;
  Clock::time_point until_;
};

}  // namespace useipsec
