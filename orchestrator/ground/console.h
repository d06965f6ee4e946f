#pragma once

#include <deque>
#include <string>
#include <string_view>

namespace useipsec {

/// What the guest's init writes on the console when the boot is over: what the kernel said before is no reason for what
/// happens after.
inline constexpr std::string_view job_begins = "useipsec: the job begins";

/// What a guest kernel's console says about its end. Only for telling ends apart and for the words of a reason; results
/// never come from here.
class Console {
 public:
  void add(const std::string& raw);

  /// "Kernel panic - not syncing: ...": the line, where there was one.
  const std::string& panic() const { return panic_; }
  /// The line with which the kernel killed a process for want of memory, where it did (mm/oom_kill.c).
  const std::string& out_of_memory() const { return out_of_memory_; }
  /// The last lines, since the job began where it did, joined by " | "; empty where there are none.
  std::string last_words() const;

 private:
  std::string panic_;
  std::string out_of_memory_;
  std::deque<std::string> tail_;
};

}  // namespace useipsec
