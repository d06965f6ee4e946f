#include <fmt/format.h>

#include <algorithm>

#include "draw/draw.h"
#include "draw/labels.h"

namespace useipsec {
namespace {

/// Mermaid has no escapes of its own in quoted texts; it takes those of HTML.
std::string joined(const std::vector<std::string>& lines) {
  std::string result;
  for (const auto& line : lines) result += (result.empty() ? "" : "<br/>") + xml_escaped(line);
  return result;
}

/// A prefix keeps a node called "end" from ending a block.
std::string id(std::string_view prefix, std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return std::string(prefix) + name;
}

}  // namespace

std::string mermaid(const Topology& topology) {
  std::string result = "graph LR\n";
  for (const auto& node : topology.nodes) {
    std::vector<std::string> lines{node.name};
    for (auto& line : role_lines(node)) lines.push_back(std::move(line));
    for (auto& line : loopback_lines(node)) lines.push_back(std::move(line));
    const auto [open, close] = node.role == Role::host     ? std::pair("[", "]")
                               : node.role == Role::router ? std::pair("([", "])")
                                                           : std::pair("{{", "}}");
    result += fmt::format("  {}{}\"{}\"{}\n", id("node_", node.name), open, joined(lines), close);
  }
  for (const auto& link : topology.links) {
    if (link.kind != LinkKind::shared && link.ends.size() == 2) {
      auto lines = link_lines(link);
      const auto left = end_lines(link, link.ends[0]), right = end_lines(link, link.ends[1]);
      for (std::size_t index = 0; index < std::min(left.size(), right.size()); ++index)
        lines.push_back(left[index] + " - " + right[index]);
      result += fmt::format("  {} ---|\"{}\"| {}\n", id("node_", link.ends[0].node), joined(lines),
                            id("node_", link.ends[1].node));
      continue;
    }
    result += fmt::format("  {}[[\"{}\"]]\n", id("link_", link.name), joined(link_lines(link)));
    for (const auto& end : link.ends) {
      const auto lines = end_lines(link, end);
      result += lines.empty() ? fmt::format("  {} --- {}\n", id("node_", end.node), id("link_", link.name))
                              : fmt::format("  {} ---|\"{}\"| {}\n", id("node_", end.node), joined(lines),
                                            id("link_", link.name));
    }
  }
  return result;
}

}  // namespace useipsec
