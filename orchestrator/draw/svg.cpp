#include <fmt/format.h>

#include <algorithm>

#include "draw/draw.h"
#include "draw/labels.h"
#include "draw/lanes.h"
#include "draw/layout.h"

namespace useipsec {
namespace {

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

constexpr std::string_view style =
    R"(.topology { --ink: #33414e; --strong: #10181f; --paper: #ffffff; --box: #f4f6f8; --nat: #fdf1dc; --nat-line: #8a5a00;
  --soft: #8794a0; --sealed: #1b6e3c; --clear: #b3261e; --sa: #1d5fa8; }
@media (prefers-color-scheme: dark) {
  .topology { --ink: #b9c6d2; --strong: #f1f5f8; --paper: #12171c; --box: #1e262d; --nat: #33270f; --nat-line: #e2b15c;
    --soft: #7c8a97; --sealed: #6cc48d; --clear: #f2857d; --sa: #7db4ee; }
}
.topology .paper { fill: var(--paper); }
.topology .box { fill: var(--box); stroke: var(--ink); stroke-width: 1.5; }
.topology .nat { fill: var(--nat); stroke: var(--nat-line); }
.topology .wire { fill: none; stroke: var(--ink); stroke-width: 1.5; stroke-linejoin: round; }
.topology .bus { stroke: var(--ink); stroke-width: 5; stroke-linecap: round; }
.topology text { font: 12px "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: var(--ink); }
.topology .name { font-size: 14px; font-weight: bold; fill: var(--strong); }
.topology .link { font-weight: bold; fill: var(--strong); }
)";

constexpr std::string_view lanes_style = R"(.topology .guide { stroke: var(--soft); stroke-dasharray: 1 4; fill: none; }
.topology .lane path { fill: none; stroke-width: 3; }
.topology .lane .tip { stroke: none; }
.topology .lane .outcome { font-weight: bold; paint-order: stroke; stroke: var(--paper); stroke-width: 4; }
.topology .sa path { stroke: var(--sa); stroke-width: 1.5; }
.topology .sa .tip, .topology .sa .outcome { fill: var(--sa); }
.topology .protected path { stroke: var(--sealed); }
.topology .protected .tip, .topology .protected .outcome { fill: var(--sealed); }
.topology .exposed path { stroke: var(--clear); stroke-dasharray: 7 4; }
.topology .exposed .tip, .topology .exposed .outcome { fill: var(--clear); }
.topology .blocked path, .topology .degraded path { stroke: var(--ink); }
.topology .blocked .tip, .topology .degraded .tip { fill: var(--ink); }
.topology .lane .stop { stroke: var(--clear); stroke-dasharray: none; stroke-width: 3; }
.topology .unseen { stroke-dasharray: 1 5; stroke-width: 1.5; }
)";

std::string painted(const Topology& topology, const Overlay& overlay, bool alone) {
  const auto plan = layout(topology);
  const auto lanes = lanes_drawn(plan, overlay);
  const double width = std::max(plan.width, lanes.width), height = plan.height + lanes.height;
  std::string result = fmt::format(
      "<svg class=\"topology\" {2}role=\"img\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\">\n",
      width, height, alone ? "xmlns=\"http://www.w3.org/2000/svg\" " : "");
  result += fmt::format("<title>Topology {}</title>\n", xml_escaped(topology.name));
  if (alone) {
    result += fmt::format("<desc>{}</desc>\n<style>\n{}</style>\n", xml_escaped(topology.about),
                          overlay.lanes.empty() ? std::string(style) : topology_style());
    result += "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n";
  }
  result += lanes.behind;
  for (const auto& line : plan.lines) {
    std::string points;
    for (const auto& [x, y] : line.points) points += fmt::format("{}{:.1f},{:.1f}", points.empty() ? "" : " ", x, y);
    result += fmt::format("<polyline class=\"wire\" points=\"{}\"/>\n", points);
  }
  for (const auto& bus : plan.buses) result += drawn(bus);
  for (const auto& box : plan.boxes) result += drawn(box, *topology.node(box.node));
  for (const auto& label : plan.texts) result += drawn(label);
  return result + lanes.body + "</svg>\n";
}

}  // namespace

std::string topology_style() { return std::string(style) + std::string(lanes_style); }

std::string svg(const Topology& topology, const Overlay& overlay) { return painted(topology, overlay, true); }
std::string svg_part(const Topology& topology, const Overlay& overlay) { return painted(topology, overlay, false); }

}  // namespace useipsec
