#include <fmt/format.h>
#include <fmt/ranges.h>

#include "report/growth/growth.h"
#include "report/printable.h"
#include "report/text_layout.h"

namespace useipsec {
namespace {

constexpr std::size_t n_width = 10, value_width = 13;  // columns

std::string right(std::string_view text, std::size_t width) { return fmt::format("{:>{}}", text, width); }

std::string row(const std::string& n, const std::vector<std::string>& values) {
  std::string line = right(n, n_width);
  for (const auto& value : values) line += right(value, value_width);
  return line;
}

std::vector<std::string> numbers(const GrowthPoint& point) {
  std::vector<std::string> values;
  for (const auto& holding : {point.sas, point.policies})
    for (const auto member : {&Held::one_node, &Held::all_nodes})
      values.push_back(holding ? std::to_string((*holding).*member) : "-");
  return values;
}

std::vector<std::string> powers(const Growth& growth) {
  std::vector<std::string> values;
  for (const auto* each : {&growth.sas, &growth.policies})
    for (const auto& value : {each->one_node, each->all_nodes}) values.push_back(value ? exponent_text(*value) : "-");
  return values;
}

std::string table(const Growth& growth, bool colour) {
  auto text = printable(growth.name) + "\n";
  if (!growth.title.empty()) text += paragraph("  ", growth.title);
  text += paragraph(
      "  ", fmt::format("n: how many nodes {0}1, {0}2, ... there are{1}{2}", growth.stem,
                        growth.others.empty() ? "" : "; all nodes: these and ", fmt::join(growth.others, ", ")));
  text += row("", {"SAs in", "SAs in", "policies in", "policies in"}) + "\n";
  text += row("n", {"one node", "all nodes", "one node", "all nodes"}) + "\n";
  for (const auto& point : growth.points) {
    text += row(std::to_string(point.nodes), numbers(point));
    if (!point.measured) text += "  " + painted(state_word(*point.result), point.result->verdict.state, colour);
    text += "\n";
  }
  return text + row("grows as", powers(growth)) + "\n";
}

}  // namespace

std::string growth_text(const std::vector<Growth>& growths, bool colour) {
  std::string text;
  for (const auto& growth : growths) text += table(growth, colour) + "\n";
  return text + paragraph("grows as  ",
                          "the power of n between the smallest and the largest n that passed: n^1.0 doubles where n "
                          "doubles, n^2.0 quadruples; what is there for every n, as a newcomer's, lowers it");
}

}  // namespace useipsec
