#include <fmt/format.h>
#include <fmt/ranges.h>

#include "draw/draw.h"
#include "draw/labels.h"

namespace useipsec {
namespace {

std::string quoted_lines(const std::vector<std::string>& lines) {
  std::string result = "\"";
  for (std::size_t index = 0; index < lines.size(); ++index) {
    if (index > 0) result += "\\n";
    for (const char letter : lines[index]) {
      if (letter == '"' || letter == '\\') result += '\\';
      result += letter;
    }
  }
  return result + "\"";
}

std::string node_id(const std::string& name) { return fmt::format("\"node {}\"", name); }
std::string link_id(const std::string& name) { return fmt::format("\"link {}\"", name); }

}  // namespace

std::string dot(const Topology& topology) {
  std::string result = fmt::format(
      "graph {} {{\n  rankdir=LR;\n  node [fontname=\"monospace\"];\n  edge [fontname=\"monospace\", fontsize=10];\n",
      quoted_lines({topology.name}));
  for (const auto& node : topology.nodes) {
    std::vector<std::string> lines{node.name};
    for (auto& line : role_lines(node)) lines.push_back(std::move(line));
    for (auto& line : loopback_lines(node)) lines.push_back(std::move(line));
    const auto* shape = node.role == Role::host ? "box" : node.role == Role::router ? "ellipse" : "hexagon";
    result += fmt::format("  {} [shape={}, label={}];\n", node_id(node.name), shape, quoted_lines(lines));
  }
  for (const auto& link : topology.links) {
    if (link.kind != LinkKind::shared && link.ends.size() == 2) {
      result += fmt::format("  {} -- {} [label={}, taillabel={}, headlabel={}];\n", node_id(link.ends[0].node),
                            node_id(link.ends[1].node), quoted_lines(link_lines(link)),
                            quoted_lines(end_lines(link, link.ends[0])), quoted_lines(end_lines(link, link.ends[1])));
      continue;
    }
    result += fmt::format("  {} [shape=underline, label={}];\n", link_id(link.name), quoted_lines(link_lines(link)));
    for (const auto& end : link.ends) {
      result += fmt::format("  {} -- {} [taillabel={}];\n", node_id(end.node), link_id(link.name),
                            quoted_lines(end_lines(link, end)));
    }
  }
  return result + "}\n";
}

}  // namespace useipsec
