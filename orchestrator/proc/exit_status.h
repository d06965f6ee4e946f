#pragma once

#include <string>

namespace useipsec {

/// How a process ended.
struct ExitStatus {
  bool signaled = false;  ///< a signal ended it
  int code = 0;           ///< its exit code, or the signal's number

  bool success() const { return !signaled && code == 0; }
  /// "exit code 7", "killed by SIGTERM".
  std::string str() const;
  bool operator==(const ExitStatus&) const = default;
};

}  // namespace useipsec
