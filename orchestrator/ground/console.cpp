#include "ground/console.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace useipsec {

namespace {

constexpr std::size_t kept_lines = 5;

std::string printable(const std::string& line) {
  std::string clean;
  std::copy_if(line.begin(), line.end(), std::back_inserter(clean),
               [](char c) { return c == '\t' || (c >= ' ' && c <= '~'); });
  return clean;
}

}  // namespace

void Console::add(const std::string& raw) {
  const std::string line = printable(raw);
  if (line.find_first_not_of(" \t") == std::string::npos) return;
  if (line.find(job_begins) != std::string::npos) return tail_.clear();
  if (panic_.empty() && line.find("Kernel panic") != std::string::npos) panic_ = line;
  // "Out of memory: Killed process", "Memory cgroup out of memory", "System is deadlocked on memory"
  if (out_of_memory_.empty() && (line.find("ut of memory: Killed process") != std::string::npos ||
                                 line.find("deadlocked on memory") != std::string::npos))
    out_of_memory_ = line;
  tail_.push_back(line);
  if (tail_.size() > kept_lines) tail_.pop_front();
}

std::string Console::last_words() const { return fmt::format("{}", fmt::join(tail_, " | ")); }

}  // namespace useipsec
