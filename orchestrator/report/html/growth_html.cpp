#include "report/html/growth_html.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "report/growth/growth.h"

namespace useipsec {
namespace {

void set_holding(ViewData& row, const std::string& what, const std::optional<Held>& holding) {
  row.set(what + "_one", holding ? std::to_string(holding->one_node) : "not observed");
  row.set(what + "_all", holding ? std::to_string(holding->all_nodes) : "not observed");
}

void set_powers(ViewData& view, const std::string& what, const GrowthExponents& exponents) {
  const auto power = [](const std::optional<double>& exponent) {
    return text_or_false(exponent ? power_text(*exponent) : "");
  };
  view.set(what + "_one_power", power(exponents.one_node));
  view.set(what + "_all_power", power(exponents.all_nodes));
}

ViewData view_of(const Growth& growth) {
  ViewData view;
  view.set("name", growth.name);
  view.set("anchor", "growth-" + growth.name);
  const auto& control_of = growth.points.front().result->control_of;
  view.set("control", !control_of.empty());
  view.set("title", text_or_false(growth.title));
  view.set("about", text_or_false(growth.about));
  const auto passed =
      std::all_of(growth.points.begin(), growth.points.end(), [](const auto& each) { return each.measured; });
  view.set("caption", fmt::format("SAs over n, the number of nodes {0}1, {0}2, ...; both axes logarithmic.{1}{2}{3}{4}",
                                  growth.stem, growth.others.empty() ? "" : " All nodes are these and ",
                                  fmt::join(growth.others, ", "), growth.others.empty() ? "" : ".",
                                  passed ? "" : " A hollow mark is of a case that did not pass; no line goes there."));
  view.set("picture", growth_svg_part(growth));
  auto rows = empty_list();
  for (const auto& point : growth.points) {
    ViewData row;
    row.set("nodes", std::to_string(point.nodes));
    set_holding(row, "sas", point.sas);
    set_holding(row, "policies", point.policies);
    row.set("case", point.result->id);
    set_state(row, *point.result);
    row.set("unmeasured", !point.measured);
    rows << row;
  }
  view.set("points", rows);
  set_powers(view, "sas", growth.sas);
  set_powers(view, "policies", growth.policies);
  return view;
}

}  // namespace

ViewData growth_views(const RunResult& run) {
  auto list = empty_list();
  for (const auto& each : growths(run)) list << view_of(each);
  return list;
}

}  // namespace useipsec
