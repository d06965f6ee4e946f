#pragma once

#include <chrono>
#include <cstddef>

namespace useipsec {

/// How slow a machine is, as its lab has felt it. Windows are written for a machine that has time for the lab.
/// Elsewhere one that is too short says of an answer that it never came, and of what must not happen that it did not,
/// before it could.
class Pace {
 public:
  static constexpr double longest = 8;

  /// So many daemons may take so long to be ready before they are given up.
  static std::chrono::seconds longest_start(std::size_t daemons);

  /// So many daemons were ready after so long, started one after the other.
  void ready(std::size_t daemons, std::chrono::duration<double> after);
  /// How many times as long as written windows are: 1 to `longest`, and never less than it was.
  double factor() const { return factor_; }
  /// The window, on this machine.
  std::chrono::milliseconds of(std::chrono::milliseconds window) const;

 private:
  double factor_ = 1;
};

}  // namespace useipsec
