#include <fmt/format.h>

#include "draw/draw.h"
#include "draw/labels.h"
#include "draw/layout.h"

namespace useipsec {
namespace {

constexpr std::string_view style = R"(<style>
  .paper { fill: #ffffff; }
  .box { fill: #f4f6f8; stroke: #33414e; stroke-width: 1.5; }
  .nat { fill: #fdf1dc; stroke: #8a5a00; }
  .wire { fill: none; stroke: #33414e; stroke-width: 1.5; stroke-linejoin: round; }
  .bus { stroke: #33414e; stroke-width: 5; stroke-linecap: round; }
  text { font: 12px "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #33414e; }
  .name { font-size: 14px; font-weight: bold; fill: #10181f; }
  .link { font-weight: bold; fill: #10181f; }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #12171c; }
    .box { fill: #1e262d; stroke: #b9c6d2; }
    .nat { fill: #33270f; stroke: #e2b15c; }
    .wire, .bus { stroke: #b9c6d2; }
    text { fill: #b9c6d2; }
    .name, .link { fill: #f1f5f8; }
  }
</style>
)";

std::string text(double x, double y, std::string_view anchor, std::string_view kind, std::string_view words) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}>{}</text>\n", x, y, anchor,
                     kind.empty() ? "" : fmt::format(" class=\"{}\"", kind), xml_escaped(words));
}

/// A host is a box, a router a box with round ends, a NAT box a hexagon.
std::string outline(const Layout::Box& box, Role role) {
  const double left = box.left, right = box.right(), top = box.top(), bottom = box.top() + box.height;
  if (role == Role::nat) {
    const double slant = 12;
    return fmt::format(
        "<polygon class=\"box nat\" points=\"{:.1f},{:.1f} {:.1f},{:.1f} {:.1f},{:.1f} {:.1f},{:.1f} {:.1f},{:.1f} "
        "{:.1f},{:.1f}\"/>\n",
        left, box.centre, left + slant, top, right - slant, top, right, box.centre, right - slant, bottom, left + slant,
        bottom);
  }
  return fmt::format("<rect class=\"box\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"{}\"/>\n",
                     left, top, box.width, box.height, role == Role::router ? 24 : 3);
}

std::string drawn(const Layout::Box& box, const Node& node) {
  std::string result = outline(box, node.role);
  const double middle = box.left + (box.width / 2);
  double y = box.top() + 21;
  result += text(middle, y, "middle", "name", node.name);
  auto lines = role_lines(node);
  const auto loopback = loopback_lines(node);
  lines.insert(lines.end(), loopback.begin(), loopback.end());
  for (const auto& line : lines) result += text(middle, y += line_height, "middle", "", line);
  return result;
}

std::string drawn(const Layout::Bus& bus) {
  std::string result =
      fmt::format("<line class=\"bus\" x1=\"{0:.1f}\" y1=\"{1:.1f}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\"/>\n", bus.x, bus.top,
                  bus.bottom);
  double y = bus.top - 9 - (static_cast<double>(bus.lines.size()) - 1) * line_height;
  for (std::size_t index = 0; index < bus.lines.size(); ++index, y += line_height) {
    result += text(bus.x, y, "middle", index == 0 ? "link" : "", bus.lines[index]);
  }
  return result;
}

std::string drawn(const Layout::Text& label) {
  std::string result;
  const auto anchor = label.anchor == 's' ? "start" : label.anchor == 'm' ? "middle" : "end";
  double y = label.y;
  for (std::size_t index = 0; index < label.lines.size(); ++index, y += line_height) {
    result += text(label.x, y, anchor, label.is_link && index == 0 ? "link" : "", label.lines[index]);
  }
  return result;
}

}  // namespace

std::string svg(const Topology& topology) {
  const auto plan = layout(topology);
  std::string result = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\">\n",
      plan.width, plan.height);
  result += fmt::format("<title>Topology {}</title>\n<desc>{}</desc>\n", xml_escaped(topology.name),
                        xml_escaped(topology.about));
  result += style;
  result += "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n";
  for (const auto& line : plan.lines) {
    std::string points;
    for (const auto& [x, y] : line.points) points += fmt::format("{}{:.1f},{:.1f}", points.empty() ? "" : " ", x, y);
    result += fmt::format("<polyline class=\"wire\" points=\"{}\"/>\n", points);
  }
  for (const auto& bus : plan.buses) result += drawn(bus);
  for (const auto& box : plan.boxes) result += drawn(box, *topology.node(box.node));
  for (const auto& label : plan.texts) result += drawn(label);
  return result + "</svg>\n";
}

}  // namespace useipsec
