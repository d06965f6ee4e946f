#include "shard/split.h"

#include <algorithm>
#include <cmath>

#include "scenario/case_groups.h"

namespace useipsec {

namespace {

/// Cases that stay together, as places in the list of cases.
struct Group {
  std::vector<std::size_t> members;
  std::int64_t milliseconds = 0;  // whole ones: sums of them do not depend on the order
};

}  // namespace

Durations durations_of(const RunResult& run) {
  Durations durations;
  for (const auto& each : run.cases)
    if (each.duration_s > 0 && each.duration_s < 1e6 && each.verdict.state != State::not_run &&
        each.verdict.state != State::broken)
      durations[each.id] = each.duration_s;
  return durations;
}

Split split(const std::vector<Case>& cases, const Durations& durations, unsigned total) {
  Split result;
  result.plan.resize(total);
  std::map<std::string, Group> by_name;
  const auto names = groups_of(cases);
  for (std::size_t index = 0; index < cases.size(); ++index) {
    auto& group = by_name[names[index]];
    const auto known = durations.find(cases[index].id);
    if (known == durations.end()) ++result.unknown;
    group.members.push_back(index);
    group.milliseconds += std::llround(1000 * (known == durations.end() ? unknown_case_s : known->second));
  }
  std::vector<const Group*> longest_first;
  for (const auto& [name, group] : by_name) longest_first.push_back(&group);
  // Stable: of two that take as long the order of their names decides, on every machine alike.
  std::stable_sort(longest_first.begin(), longest_first.end(),
                   [](const auto* left, const auto* right) { return left->milliseconds > right->milliseconds; });
  std::vector<std::vector<std::size_t>> members(total);
  std::vector<std::int64_t> taken(total, 0);
  for (const auto* group : longest_first) {
    const auto least = static_cast<std::size_t>(std::min_element(taken.begin(), taken.end()) - taken.begin());
    taken[least] += group->milliseconds;
    members[least].insert(members[least].end(), group->members.begin(), group->members.end());
  }
  for (std::size_t shard = 0; shard < members.size(); ++shard) {
    std::sort(members[shard].begin(), members[shard].end());
    result.seconds.push_back(static_cast<double>(taken[shard]) / 1000);
    for (const auto index : members[shard]) result.plan[shard].push_back(cases[index].id);
  }
  return result;
}

}  // namespace useipsec
