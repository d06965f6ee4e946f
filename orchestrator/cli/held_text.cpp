#include "cli/held_text.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace useipsec {

std::string held_text(const HeldLab& held) {
  auto text = fmt::format("\n{} is held: {}{}{}\n\ndone so far\n", held.case_id, held.state, held.why.empty() ? "" : " - ", held.why);
  for (const auto& step : held.steps) text += fmt::format("  {:6.1f} s  {} - {}\n", step.seconds, step.text, step.result);
  std::size_t width = 0;
  for (const auto& node : held.nodes) width = std::max(width, node.name.size());
  text += "\nnodes\n";
  for (const auto& node : held.nodes) text += fmt::format("  {:<{}}  {}\n", node.name, width, fmt::join(node.addresses, ", "));
  const auto first = held.nodes.empty() ? std::string("NODE") : held.nodes.front().name;
  text += fmt::format("\nlook inside\n  useipsec lab shell {0}\n  useipsec lab exec {0} -- ip -s xfrm state\n  useipsec lab stop\n", first);
  return text;
}

}  // namespace useipsec
