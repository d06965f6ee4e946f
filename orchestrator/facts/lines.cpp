#include <fmt/format.h>
#include <fmt/ranges.h>

#include "facts/facts.h"

namespace useipsec {

namespace {

std::string wire_text(const FlowFact& flow) {
  std::vector<std::string> links;
  for (const auto& wire : flow.wire) {
    if (!wire.judged || wire.packets == 0) continue;
    std::vector<std::string> forms;
    for (const auto form : wire.forms) forms.push_back(to_string(form));
    const auto added = overhead(flow, wire);
    links.push_back(fmt::format("on link {} as {}{}", wire.link, fmt::join(forms, " and "),
                                added ? fmt::format(" (overhead {})", *added) : ""));
  }
  return links.empty() ? "seen on no judged link" : fmt::format("{}", fmt::join(links, ", "));
}

std::string with_text(const SaFact& sa) {
  std::vector<std::string> words;
  for (const auto& [peer, presence] : sa.child_with) words.push_back(fmt::format("{} {}", peer, to_string(presence)));
  return words.empty() ? "" : fmt::format(" ({})", fmt::join(words, ", "));
}

}  // namespace

std::string SpeechFact::str() const {
  std::vector<std::string> words;
  for (const auto& [form, count] : packets) words.push_back(fmt::format("{} as {}", count, to_string(form)));
  return words.empty() ? "nothing" : fmt::format("{}", fmt::join(words, ", "));
}

std::vector<std::string> Facts::lines() const {
  std::vector<std::string> lines;
  for (const auto& flow : flows)
    lines.push_back(fmt::format("flow {} {}->{}: {}, delivered {}/{}, {}", flow.name, flow.from, flow.to,
                                to_string(flow.outcome), flow.delivered, flow.sent, wire_text(flow)));
  for (const auto& sa : sas)
    lines.push_back(
        fmt::format("sa {}: ike {}, child {}{}, {} SAs, {} policies, traffic {}{}", sa.node, to_string(sa.ike),
                    to_string(sa.child), with_text(sa), sa.usable, sa.policies, sa.packets,
                    sa.integrity_failed == 0 ? "" : fmt::format(", integrity failed {}", sa.integrity_failed)));
  for (const auto& drop : drops) lines.push_back(fmt::format("drop {}: {} +{}", drop.node, drop.counter, drop.delta));
  for (const auto& each : adjacencies)
    lines.push_back(fmt::format("adjacency {}-{}: {}", each.router, each.neighbor, each.state));
  for (const auto& [node, iv] : ivs)
    if (iv.repeated > 0) lines.push_back(fmt::format("ivs {}: {} of {} repeated", node, iv.repeated, iv.packets));
  for (const auto& each : acquires)
    lines.push_back(
        fmt::format("acquire {}: {}, {} times", each.node, acquire_words(each.acquire), each.acquire.count));
  for (const auto& each : neighbors)
    lines.push_back(fmt::format("neighbor {}: {} on {} at {}", each.node, each.address.str(), each.link, each.at));
  for (const auto& each : routes)
    lines.push_back(
        fmt::format("route {}: {}{}", each.router, each.prefix.str(), each.from.empty() ? "" : " from " + each.from));
  for (const auto& each : speech) lines.push_back(fmt::format("speech {}: {}", each.router, each.str()));
  for (const auto& each : hashed)
    lines.push_back(fmt::format("nat detection on {}: {} hashed {}, {} hashes tried", each.link, each.shown.str(),
                                each.address ? each.address->str() : "none that was tried", each.tried));
  for (const auto& flow : flows)
    for (const auto& each : flow.disagreements) lines.push_back(fmt::format("disagreement {}: {}", flow.name, each));
  return lines;
}

}  // namespace useipsec
