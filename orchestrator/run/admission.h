#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace useipsec {

/// What the processors of a machine have done since it started, in ticks.
struct ProcessorTime {
  std::uint64_t busy = 0;  ///< all that was not idle, what other guests of the same host took ("steal") included
  std::uint64_t all = 0;
  bool operator==(const ProcessorTime&) const = default;
};

/// From the text of /proc/stat (proc(5)); nothing where it does not begin with the line of all processors. Pure.
std::optional<ProcessorTime> processor_time(std::string_view text);

/// This machine's, now.
std::optional<ProcessorTime> processor_time();

/// How many workers may be at cases. One more than the processors can bear, and daemons that answer within a second
/// elsewhere take ten: what is waited for comes late, and the suite is not done any sooner. Between `least` and `most`,
/// one more after each look at a machine that had time left, one less after one that had none.
class Admission {
 public:
  Admission(unsigned least, unsigned most);
  /// A look, to be taken again and again after the same time. The first one only begins.
  void look(const ProcessorTime& now);
  unsigned allowed() const { return allowed_; }

 private:
  unsigned least_, most_, allowed_;
  std::optional<ProcessorTime> before_;
};

}  // namespace useipsec
