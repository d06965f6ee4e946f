#include "report/growth/series.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace useipsec {
namespace {

std::vector<std::string> axis_values(const std::string& variant) {
  std::vector<std::string> values{""};
  for (const char letter : variant) {
    if (letter == '.')
      values.emplace_back();
    else
      values.back() += letter;
  }
  return values;
}

/// Which axis sets n: the first of whose values each has one n, where they have several. Nothing where the variants are
/// no cells of axes.
std::optional<std::size_t> axis_of_n(const Series& series) {
  const auto axes = axis_values(series.cases.front()->variant).size();
  if (axes < 2) return std::nullopt;
  for (std::size_t axis = 0; axis < axes; ++axis) {
    std::map<std::string, std::set<std::uint32_t>> numbers;
    std::set<std::uint32_t> all;
    for (const auto* one : series.cases) {
      const auto values = axis_values(one->variant);
      if (values.size() != axes) return std::nullopt;
      numbers[values[axis]].insert(one->generated.at(series.stem));
      all.insert(one->generated.at(series.stem));
    }
    if (all.size() > 1 &&
        std::all_of(numbers.begin(), numbers.end(), [](const auto& one) { return one.second.size() == 1; }))
      return axis;
  }
  return std::nullopt;
}

std::string without(const std::string& variant, std::size_t axis) {
  const auto values = axis_values(variant);
  std::string rest;
  for (std::size_t at = 0; at < values.size(); ++at)
    if (at != axis) rest += (rest.empty() ? "" : ".") + values[at];
  return rest;
}

/// Adds the case to the series of this key, which is made behind the others where there is none.
void add(std::vector<Series>& all, const CaseResult& one, const std::string& stem, const std::string& rest) {
  auto found = std::find_if(all.begin(), all.end(), [&](const Series& each) {
    return std::tie(each.scenario, each.engine, each.stem, each.rest) == std::tie(one.scenario, one.engine, stem, rest);
  });
  if (found == all.end()) found = all.insert(all.end(), {one.scenario, one.engine, stem, rest, {}});
  found->cases.push_back(&one);
}

}  // namespace

std::vector<Series> series_of(const RunResult& run) {
  std::vector<Series> together, apart;
  for (const auto& one : run.cases)
    for (const auto& [stem, count] : one.generated)
      if (count > 0) add(together, one, stem, "");
  for (const auto& series : together) {
    const auto axis = axis_of_n(series);
    for (const auto* one : series.cases) add(apart, *one, series.stem, axis ? without(one->variant, *axis) : "");
  }
  return apart;
}

}  // namespace useipsec
