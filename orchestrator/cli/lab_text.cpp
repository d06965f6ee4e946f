#include "cli/lab_text.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>

#include "report/printable.h"
#include "report/text_layout.h"

namespace useipsec {

namespace {

std::string nodes_text(const std::vector<LabState::Place>& nodes) {
  std::size_t name = 0, role = 0;
  for (const auto& node : nodes) {
    name = std::max(name, node.name.size());
    role = std::max(role, node.role.size());
  }
  std::string text = "\nnodes\n";
  for (const auto& node : nodes)
    text += fmt::format("  {:<{}}  {:<{}}  {}\n", node.name, name, node.role, role, fmt::join(node.addresses, ", "));
  return text;
}

std::string steps_text(const std::vector<LabState::Step>& steps) {
  std::string text = "\ntimeline\n";
  for (std::size_t n = 0; n < steps.size(); ++n) {
    const bool first_undone = steps[n].result.empty() && (n == 0 || !steps[n - 1].result.empty());
    if (first_undone) text += "     held here\n";
    text += step_text(n + 1, steps[n]);
  }
  return text;
}

/// As the reader started it, so that what is printed can be typed.
std::string program() { return ::program_invocation_name; }

}  // namespace

std::string plan_text(const Case& subject) {
  auto text = paragraph(subject.id + ": ", subject.title);
  text += fmt::format("topology {}{}, engine {}\n", subject.topology.name,
                      subject.without_ipsec ? ", without IPsec" : "", subject.engine);
  return text + nodes_text(places(subject.topology));
}

std::string step_text(std::size_t number, const LabState::Step& step) {
  const auto first = fmt::format("  {:>2}  ", number);
  if (step.result.empty()) return paragraph(first, step.text + " - not done");
  return paragraph(first, fmt::format("{} - {} ({:.1f} s)", step.text, step.result, step.seconds));
}

std::string next_text(const LabState& lab, bool alone) {
  auto text =
      fmt::format("\n{} is held; so far:\n", lab.name) + paragraph("  ", fmt::format("{} - {}", lab.state, lab.why));
  text += fmt::format("evidence: {}\n\ntype next\n", printable(lab.folder));
  const auto command = [&](const std::string& verb, const std::string& rest) {
    text += fmt::format("  {} lab {}{}{}{}\n", program(), verb, alone ? "" : " --name " + lab.name,
                        rest.empty() ? "" : " ", rest);
  };
  // A node with a daemon shows the most.
  const auto daemon =
      std::find_if(lab.nodes.begin(), lab.nodes.end(), [](const auto& node) { return !node.commands.empty(); });
  const auto& place = daemon != lab.nodes.end() ? *daemon : lab.nodes.front();
  command("shell", place.name);
  if (!lab.example.empty()) command("exec", lab.example);
  command("exec", place.name + " -- ip -s xfrm state");
  for (const auto& line : place.commands) command("exec", fmt::format("{} -- {}", place.name, line));
  command("stop", "");
  return text;
}

std::string lab_text(const LabState& lab, bool alone) {
  auto text = paragraph(fmt::format("{}: ", lab.name),
                        fmt::format("{} on ground {} (kernel {}), since {}, held by process {}", lab.case_id,
                                    lab.ground, lab.kernel, lab.since, lab.process));
  text += paragraph("  ", lab.title);
  text += nodes_text(lab.nodes) + steps_text(lab.steps);
  return text + next_text(lab, alone);
}

}  // namespace useipsec
