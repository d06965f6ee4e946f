#include "report/ladder/row_addresses.h"

#include <fmt/format.h>

#include <algorithm>

namespace useipsec {

namespace {

std::vector<Stretch> stretches(const LadderRow& row, std::string LadderArrow::*end) {
  std::vector<Stretch> result;
  for (const auto& arrow : row.path) {
    auto left = arrow.from, right = arrow.from;
    for (const auto to : arrow.to) left = std::min(left, to), right = std::max(right, to);
    if (!result.empty() && result.back().text == arrow.*end) {
      result.back().left = std::min(result.back().left, left);
      result.back().right = std::max(result.back().right, right);
    } else {
      result.push_back({left, right, arrow.*end});
    }
  }
  return result;
}

std::vector<std::string> in_words(const LadderRow& row) {
  const auto& begin = row.path.front();
  std::vector<std::string> words{fmt::format("{} > {}", begin.source, begin.destination)};
  for (std::size_t hop = 1; hop < row.path.size(); ++hop) {
    const auto &before = row.path[hop - 1], &arrow = row.path[hop];
    if (arrow.source != before.source) words.push_back(fmt::format("on {} from {}", arrow.link, arrow.source));
    if (arrow.destination != before.destination)
      words.push_back(fmt::format("on {} to {}", arrow.link, arrow.destination));
  }
  return words;
}

}  // namespace

RowAddresses row_addresses(const LadderRow& row, const std::function<bool(const Stretch&)>& fits) {
  const auto sources = stretches(row, &LadderArrow::source), destinations = stretches(row, &LadderArrow::destination);
  if (sources.front().text.empty() && destinations.front().text.empty()) return {};
  if (row.form == WireForm::arp) return {};  // the label says it
  const bool source_changes = sources.size() > 1, destination_changes = destinations.size() > 1;
  if (source_changes && !destination_changes && std::all_of(sources.begin(), sources.end(), fits))
    return {sources, {"to " + destinations.front().text}};
  if (destination_changes && !source_changes && std::all_of(destinations.begin(), destinations.end(), fits))
    return {destinations, {"from " + sources.front().text}};
  return {{}, in_words(row)};
}

std::string row_title(const LadderRow& row) {
  return row.count > 1 ? fmt::format("{} x {}", row.count, row.label) : row.label;
}

}  // namespace useipsec
