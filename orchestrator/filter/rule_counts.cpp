#include "filter/rule_counts.h"

#include <algorithm>
#include <charconv>

namespace useipsec {

namespace {

/// The number behind `before`, or nothing.
std::uint64_t number_after(std::string_view line, std::string_view before) {
  std::uint64_t number = 0;
  const auto at = line.find(before);
  if (at == std::string_view::npos) return 0;
  const auto digits = line.substr(at + before.size());
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

}  // namespace

std::map<std::string, std::uint64_t> rule_counts(const std::vector<FilterRule>& filter, std::string_view saved) {
  std::map<std::string, std::uint64_t> counts;
  for (const auto& rule : filter)
    if (!rule.accept) counts["filter: " + rule.str()] = 0;
  // [3:252] -A FORWARD -p esp -m comment --comment "useipsec gw rule 2" -j DROP
  while (!saved.empty()) {
    const auto line = saved.substr(0, saved.find('\n'));
    saved.remove_prefix(std::min(line.size() + 1, saved.size()));
    if (!line.starts_with("[") || line.find("-A FORWARD") == std::string_view::npos) continue;
    const auto number = number_after(line, " rule ");
    if (number == 0 || number > filter.size() || filter[number - 1].accept) continue;
    counts["filter: " + filter[number - 1].str()] += number_after(line, "[");
  }
  return counts;
}

}  // namespace useipsec
