#include "scenario/case_groups.h"

#include <map>

namespace useipsec {

std::vector<std::string> groups_of(const std::vector<Case>& cases) {
  std::map<std::string, std::string> group_of;  // by control: the group of the first subject that has it
  std::vector<std::string> groups;
  for (const auto& one : cases) {
    auto group = one.control_of.empty() ? one.id : one.control_of;
    if (const auto known = group_of.find(group); known != group_of.end()) group = known->second;
    for (const auto& control : one.controls)
      if (const auto known = group_of.find(control); known != group_of.end()) group = known->second;
    if (one.control_of.empty()) group_of[one.id] = group;
    for (const auto& control : one.controls) group_of.emplace(control, group);
    groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace useipsec
