#include "report/growth/growth.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "base/error.h"
#include "input/nearest_word.h"
#include "report/growth/series.h"
#include "report/printable.h"
#include "topology/generate.h"

namespace useipsec {
namespace {

bool is_letter_or_digit(char letter) {
  return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

/// The title with "n" for the number where that stands as a word of its own: "n routers, one key".
std::string with_n(const std::string& title, std::uint32_t number) {
  const auto digits = std::to_string(number);
  std::string result;
  for (std::size_t at = 0; at < title.size();) {
    const auto end = at + digits.size();
    const bool is_word = title.compare(at, digits.size(), digits) == 0 &&
                         (at == 0 || !is_letter_or_digit(title[at - 1])) &&
                         (end >= title.size() || !is_letter_or_digit(title[end]));
    result += is_word ? 'n' : title[at];
    at = is_word ? end : at + 1;
  }
  return result;
}

GrowthPoint point_of(const CaseResult& result, const std::string& stem) {
  GrowthPoint point{.nodes = result.generated.at(stem), .result = &result};
  point.measured = result.verdict.state == State::passed && !result.flaky;
  // A node that holds nothing has no SaFact: of a case that passed none at all means that nobody held anything.
  if (!point.measured && result.sas.empty()) return point;
  Held sas, policies;
  const auto count = [](Held& holding, std::uint64_t held) {
    holding.one_node = std::max(holding.one_node, held);
    holding.all_nodes += held;
  };
  for (const auto& node : result.sas) {
    count(sas, node.usable);
    count(policies, node.policies);
  }
  point.sas = sas;
  point.policies = policies;
  return point;
}

std::optional<double> exponent(const GrowthPoint& first, const GrowthPoint& last, std::uint64_t before,
                               std::uint64_t after) {
  if (before == 0 || after == 0) return std::nullopt;
  return std::log(static_cast<double>(after) / static_cast<double>(before)) /
         std::log(static_cast<double>(last.nodes) / static_cast<double>(first.nodes));
}

GrowthExponents exponents(const GrowthPoint& first, const GrowthPoint& last, std::optional<Held> GrowthPoint::*what) {
  const auto &before = *(first.*what), &after = *(last.*what);
  return {exponent(first, last, before.one_node, after.one_node),
          exponent(first, last, before.all_nodes, after.all_nodes)};
}

/// Nothing where there are not two measured numbers of nodes, or nobody held anything.
std::optional<Growth> growth_of(const Series& series) {
  Growth growth{.name = series.scenario + "@" + series.engine + (series.rest.empty() ? "" : "+" + series.rest),
                .scenario = series.scenario,
                .stem = series.stem};
  std::set<std::string> titles, others;
  for (const auto* one : series.cases) {
    growth.points.push_back(point_of(*one, series.stem));
    titles.insert(with_n(one->title, growth.points.back().nodes));
    for (const auto& node : one->sas)
      if (!is_numbered(node.node, series.stem) && (node.usable > 0 || node.policies > 0)) others.insert(node.node);
  }
  std::stable_sort(growth.points.begin(), growth.points.end(),
                   [](const auto& left, const auto& right) { return left.nodes < right.nodes; });
  if (titles.size() == 1) growth.title = *titles.begin();
  growth.about = series.cases.front()->about;
  growth.others.assign(others.begin(), others.end());
  std::vector<const GrowthPoint*> measured;
  for (const auto& point : growth.points)
    if (point.measured) measured.push_back(&point);
  if (measured.empty() || measured.front()->nodes == measured.back()->nodes) return std::nullopt;
  if (std::all_of(measured.begin(), measured.end(),
                  [](const auto* point) { return point->sas->all_nodes == 0 && point->policies->all_nodes == 0; }))
    return std::nullopt;
  growth.sas = exponents(*measured.front(), *measured.back(), &GrowthPoint::sas);
  growth.policies = exponents(*measured.front(), *measured.back(), &GrowthPoint::policies);
  return growth;
}

}  // namespace

std::string power_text(double exponent) {
  const auto rounded = std::round(exponent * 10) / 10;
  return fmt::format("{:.1f}", rounded == 0 ? 0.0 : rounded);  // never "-0.0"
}

std::string exponent_text(double exponent) { return "n^" + power_text(exponent); }

std::vector<Growth> growths(const RunResult& run) {
  std::vector<Growth> result;
  for (const auto& series : series_of(run))
    if (auto growth = growth_of(series)) result.push_back(std::move(*growth));
  // Where the numbers of two stems differ, the stem tells the series apart.
  std::map<std::string, std::size_t> names;
  for (const auto& each : result) ++names[each.name];
  for (auto& each : result)
    if (names[each.name] > 1) each.name += "/" + each.stem;
  return result;
}

std::vector<Growth> growths(const RunResult& run, const std::string& wanted) {
  auto all = growths(run);
  if (all.empty())
    throw Error(
        "expected a run with cases of one scenario that passed with different numbers of generated nodes, found none",
        ExitCode::nothing_selected);
  if (wanted.empty()) return all;
  std::vector<Growth> found;
  std::vector<std::string> words;
  for (auto& each : all) {
    words.push_back(printable(each.name));
    if (std::find(words.begin(), words.end(), printable(each.scenario)) == words.end())
      words.push_back(printable(each.scenario));
    if (each.name == wanted || each.scenario == wanted) found.push_back(std::move(each));
  }
  if (!found.empty()) return found;
  const auto nearest = nearest_word(wanted, words);
  throw Error(
      fmt::format("expected a scenario whose number of nodes differs, found \"{}\"{}", printable(wanted),
                  nearest.empty() ? "; there are " + listed(words) : fmt::format("; did you mean \"{}\"?", nearest)),
      ExitCode::invalid);
}

}  // namespace useipsec
