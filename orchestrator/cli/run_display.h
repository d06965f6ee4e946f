#pragma once

#include <cstdio>

#include "cli/terminal.h"
#include "run/supervisor.h"

namespace useipsec {

/// A run on a terminal or in a log: a line for each case that ends, and the tables.
class RunDisplay {
 public:
  /// `quiet`: no line for each case. `enter_goes_on`: what is said where a lab is held.
  RunDisplay(std::FILE* out, bool quiet, bool enter_goes_on = false)
      : out_(out), quiet_(quiet), enter_goes_on_(enter_goes_on) {}

  void say(const std::string& text);
  /// Must not outlive this.
  RunProgress progress();
  /// The tables, of a run of a grid that of its cells; whether it is partial, what time it took and where the results
  /// are.
  static void print_tables(const FinishedRun& finished);

 private:
  std::FILE* out_;
  bool quiet_, enter_goes_on_;
  ProgressLine line_;
};

}  // namespace useipsec
