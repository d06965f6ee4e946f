#pragma once

#include <algorithm>

namespace useipsec {

/// How often cases are run, and when no more are.
struct Repetition {
  unsigned repeat = 1;     ///< each case so many times, whatever comes of it
  unsigned retries = 0;    ///< a case that is_unexpected() so many times more, until one is not
  bool fail_fast = false;  ///< no further case, nor attempt, is begun after the first that is_unexpected()

  bool several() const { return repeat > 1 || retries > 0; }
  /// Attempts at one case at most.
  unsigned most() const { return std::max(repeat, 1 + retries); }
};

}  // namespace useipsec
