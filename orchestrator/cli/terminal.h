#pragma once

#include <string>

namespace useipsec {

/// Whether to colour: a terminal that is not dumb, and NO_COLOR (no-color.org) not set.
bool colour_wanted(int fd);

/// One line that is overwritten while work goes on, on a terminal; nothing elsewhere.
class ProgressLine {
 public:
  ProgressLine();
  /// Replaces the line.
  void show(const std::string& text);
  /// Takes the line away, so that whole lines can be printed.
  void clear();

 private:
  bool live_;
  bool shown_ = false;
};

}  // namespace useipsec
