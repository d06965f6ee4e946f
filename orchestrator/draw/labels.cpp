#include "draw/labels.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/utf8.h"

namespace useipsec {

namespace {

std::vector<std::string> nat_lines(const Node& node) {
  if (!node.nat) return {"NAT box"};
  std::vector<std::string> lines{"NAT box"};
  for (auto& line : nat_words(*node.nat)) lines.push_back(std::move(line));
  return lines;
}

}  // namespace

std::vector<std::string> role_lines(const Node& node) {
  std::vector<std::string> lines = node.role == Role::host     ? std::vector<std::string>{"host"}
                                   : node.role == Role::router ? std::vector<std::string>{"router"}
                                                               : nat_lines(node);
  for (const auto& rule : node.filter) lines.push_back(rule.str());
  if (node.autoconfigures) lines.emplace_back("autoconfigures");
  return lines;
}

std::vector<std::string> loopback_lines(const Node& node) {
  std::vector<std::string> lines;
  for (const auto& each : node.loopback) lines.push_back("lo " + each.str());
  return lines;
}

std::vector<std::string> link_lines(const Link& link) {
  std::vector<std::string> lines{link.name};
  if (link.kind == LinkKind::gre) lines.emplace_back("GRE tunnel");
  for (const auto& subnet : link.subnets) lines.push_back(subnet.str());
  std::vector<std::string> effects;
  const auto& impairment = link.impairment;
  if (impairment.delay_ms > 0) effects.push_back(fmt::format("{:g} ms", impairment.delay_ms));
  if (impairment.jitter_ms > 0) effects.push_back(fmt::format("jitter {:g} ms", impairment.jitter_ms));
  if (impairment.loss_percent > 0) effects.push_back(fmt::format("loss {:g} %", impairment.loss_percent));
  if (impairment.rate_kbit > 0) effects.push_back(fmt::format("{} kbit/s", impairment.rate_kbit));
  if (impairment.mtu > 0) effects.push_back(fmt::format("MTU {}", impairment.mtu));
  if (!effects.empty()) lines.push_back(fmt::format("{}", fmt::join(effects, ", ")));
  if (link.static_neighbors) lines.emplace_back("static neighbors");
  if (link.snooping) lines.emplace_back("snooping switch");
  return lines;
}

std::vector<std::string> end_lines(const Link& link, const End& end) {
  std::vector<std::string> lines;
  for (const auto& each : end.addresses) lines.push_back(each.address.str());
  const bool has_v6 = std::any_of(link.subnets.begin(), link.subnets.end(),
                                  [](const Prefix& each) { return each.family() == Family::v6; });
  if (lines.empty() && has_v6) lines.push_back(end.mac.link_local().str());
  return lines;
}

std::string xml_text(std::string_view text) {
  std::string result;
  for (const char letter : visible(text)) {
    switch (letter) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      case '\'':
        result += "&#39;";
        break;
      default:
        result += letter;
    }
  }
  return result;
}

std::string xml_escaped(std::string_view text) {
  auto result = xml_text(text);
  for (auto& letter : result)
    if (letter == '\n' || letter == '\t') letter = ' ';
  return result;
}

}  // namespace useipsec
