#include "facts/oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "facts/sa_direction.h"

namespace useipsec {

namespace {

using Key = std::pair<SaName, Address>;

std::map<Key, std::uint64_t> received(const FlowQuestion& question, const Snapshot& snapshot) {
  std::map<Key, std::uint64_t> packets;
  const auto node = snapshot.nodes.find(question.path.receiver);
  if (node == snapshot.nodes.end()) return packets;
  for (const auto& sa : node->second.sas) {
    const SaName name{sa.protocol, sa.spi};
    if (question.sas.contains(name) && is_inbound(question.subject->topology, question.path.receiver, sa))
      packets[{name, sa.destination}] += sa.packets;
  }
  return packets;
}

/// By how many packets the receiver's inbound SAs grew. Nothing where an SA was replaced meanwhile.
std::optional<std::uint64_t> growth(const FlowQuestion& question) {
  if (question.before == nullptr || question.after == nullptr ||
      !question.after->nodes.contains(question.path.receiver))
    return std::nullopt;
  const auto before = received(question, *question.before), after = received(question, *question.after);
  std::uint64_t sum = 0;
  for (const auto& [key, packets] : before)
    if (!after.contains(key) || after.at(key) < packets) return std::nullopt;
  for (const auto& [key, packets] : after) sum += packets - (before.contains(key) ? before.at(key) : 0);
  return sum;
}

/// Another probe ran between the same peers at the same time, whose packets the same SAs counted.
bool alone(const FlowQuestion& question) {
  return std::none_of(
      question.observations->probes.begin(), question.observations->probes.end(), [&](const auto& other) {
        return &other != question.record && other.began <= question.after->at && other.ended >= question.before->at;
      });
}

}  // namespace

std::vector<std::string> contradictions(const FlowQuestion& question, const FlowEvidence& evidence,
                                        const FlowFact& fact) {
  std::vector<std::string> found;
  const auto& receiver = question.path.receiver;
  if (fact.delivered > 0) {
    const bool judged =
        std::any_of(evidence.links.begin(), evidence.links.end(), [](const auto& link) { return link.fact.judged; });
    const bool seen = std::any_of(evidence.links.begin(), evidence.links.end(),
                                  [](const auto& link) { return link.fact.judged && link.fact.packets > 0; });
    if (judged && !seen)
      found.push_back(fmt::format("{} packets arrived at {} but no judged link showed any", fact.delivered, fact.to));
    if (fact.outcome != Outcome::exposed)
      for (const auto& problem : evidence.problems)
        found.push_back(fmt::format("a leak could have been missed: {}", problem));
  }
  // An attack has no SA of its own that would have counted it.
  if (question.probe->forged) return found;
  const auto counted = growth(question);
  if (!counted || fact.delivered == 0) return found;
  const bool saw_protected = std::any_of(evidence.links.begin(), evidence.links.end(), [](const auto& link) {
    return link.fact.judged && std::any_of(link.fact.forms.begin(), link.fact.forms.end(), is_protected);
  });
  const LinkEvidence* last = nullptr;
  for (const auto& link : evidence.links)
    if (link.fact.judged) last = &link;
  if (last == nullptr) return found;
  // Each packet of a bundle is counted by two SAs.
  const std::uint64_t of_each = last->fact.forms == std::set<WireForm>{WireForm::ah_esp} ? 2 : 1;
  // A stream merges several payloads into one packet, so only "some" can be compared.
  const std::uint64_t at_least = of_each * (is_stream(question.probe->kind) ? 1 : fact.delivered);
  if (fact.outcome != Outcome::exposed && saw_protected && *counted < at_least)
    found.push_back(fmt::format("{} packets arrived and {} showed them protected, but the SAs of {} received only {}",
                                fact.delivered, last->fact.link, receiver, *counted));
  // A group's SA counts what its node sends as well.
  if (!question.sas_both_ways && last->sa_packets < *counted)
    found.push_back(fmt::format("the SAs of {} received {} packets, but only {} of them were seen on {}", receiver,
                                *counted, last->sa_packets, last->fact.link));
  if (fact.outcome == Outcome::exposed && !question.sas_both_ways && !is_stream(question.probe->kind) &&
      alone(question) && *counted >= fact.delivered)
    found.push_back(fmt::format("{} packets arrived in the clear, but the SAs of {} received {}", fact.delivered,
                                receiver, *counted));
  return found;
}

}  // namespace useipsec
