#include "facts/explanation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>

#include "facts/counters.h"

namespace useipsec {

namespace {

constexpr std::size_t enough = 3;  // a sentence that says more is not read

std::string forms_text(const std::set<WireForm>& forms) {
  std::vector<std::string> words;
  for (const auto form : forms) words.push_back(to_string(form));
  return fmt::format("{}", fmt::join(words, " and "));
}

const LinkEvidence* last_seen(const FlowEvidence& evidence) {
  const auto found = std::find_if(evidence.links.rbegin(), evidence.links.rend(),
                                  [](const auto& link) { return link.fact.packets > 0; });
  return found == evidence.links.rend() ? nullptr : &*found;
}

std::vector<std::string> drops_at(const FlowQuestion& question, const std::string& node, std::string_view kind) {
  std::vector<std::string> words;
  if (question.before == nullptr || question.after == nullptr) return words;
  for (const auto& drop : drop_facts(*question.subject, *question.before, *question.after)) {
    if (drop.node != node || drop.counter.rfind(kind, 0) != 0) continue;
    const auto verb = drop.counter.rfind("XfrmOut", 0) == 0 ? "did not send" : "dropped";
    words.push_back(fmt::format("{} {} {}: {} +{}{}", node, verb, drop.delta, drop.counter, drop.delta,
                                drop.meaning.empty() ? "" : ", " + drop.meaning));
  }
  return words;
}

std::vector<std::string> sa_counters(const FlowQuestion& question, const std::string& node) {
  std::vector<std::string> words;
  if (question.before == nullptr || question.after == nullptr) return words;
  const auto after = question.after->nodes.find(node);
  const auto before = question.before->nodes.find(node);
  if (after == question.after->nodes.end()) return words;
  for (const auto& sa : after->second.sas) {
    std::uint32_t failed = sa.integrity_failed, replayed = sa.replay;
    if (before != question.before->nodes.end())
      for (const auto& was : before->second.sas)
        if (was.spi == sa.spi && was.protocol == sa.protocol && was.destination == sa.destination) {
          failed -= std::min(failed, was.integrity_failed);
          replayed -= std::min(replayed, was.replay);
        }
    if (failed > 0)
      words.push_back(
          fmt::format("{}'s SA {} 0x{:08x} counts {} failed integrity checks", node, sa.protocol, sa.spi, failed));
    if (replayed > 0)
      words.push_back(fmt::format("{}'s SA {} 0x{:08x} counts {} replays", node, sa.protocol, sa.spi, replayed));
  }
  return words;
}

std::vector<std::string> nat_drops(const FlowQuestion& question, const std::string& node) {
  std::vector<std::string> words;
  if (question.before == nullptr || question.after == nullptr || !question.after->nodes.contains(node)) return words;
  const auto before = question.before->nodes.find(node);
  for (auto [why, count] : question.after->nodes.at(node).nat_drops) {
    if (before != question.before->nodes.end())
      if (const auto was = before->second.nat_drops.find(why); was != before->second.nat_drops.end())
        count -= was->second;
    if (count > 0) words.push_back(fmt::format("the NAT box {} dropped {}: {}", node, count, why));
  }
  return words;
}

std::vector<std::string> failed_neighbors(const FlowQuestion& question, const std::string& node) {
  std::vector<std::string> words;
  if (question.after == nullptr || !question.after->nodes.contains(node)) return words;
  for (const auto& each : question.after->nodes.at(node).neighbors)
    if (each.state == "failed" || each.state == "incomplete")
      words.push_back(fmt::format("{} could not resolve its neighbor {} on {} ({})", node, each.address.str(),
                                  each.link, each.state));
  return words;
}

std::vector<std::string> refusals(const FlowQuestion& question) {
  std::vector<std::string> words;
  for (const auto& record : question.observations->log)
    if (record.kind == LogKind::refused && record.at <= question.record->ended)
      words.push_back(fmt::format("{} of {} said \"{}\"", record.program, record.node, record.line));
  return words;
}

void take(std::vector<std::string>& clauses, const std::vector<std::string>& more) {
  for (const auto& each : more)
    if (clauses.size() < enough && std::find(clauses.begin(), clauses.end(), each) == clauses.end())
      clauses.push_back(each);
}

}  // namespace

std::string explain_loss(const FlowQuestion& question, const FlowEvidence& evidence) {
  const auto& hops = question.path.hops;
  if (hops.empty())
    return fmt::format("there is no route from {} to {} in the topology", question.path.from, question.path.to);
  const auto* last = last_seen(evidence);
  const std::size_t passed = last == nullptr ? 0 : static_cast<std::size_t>(last - evidence.links.data()) + 1;
  const auto where = last == nullptr ? fmt::format("never left {}", question.path.from)
                                     : fmt::format("last seen on {} (as {}, leaving {})", last->fact.link,
                                                   forms_text(last->fact.forms), last->leaving);

  std::vector<std::string> past, before{question.path.from};
  for (std::size_t index = 0; index < hops.size(); ++index)
    (index + 1 >= passed && passed > 0 ? past : before).push_back(hops[index].next);
  std::vector<std::string> clauses;
  for (const auto& node : past) take(clauses, drops_at(question, node, "filter: "));
  for (const auto& node : past) take(clauses, nat_drops(question, node));
  for (const auto& node : past) take(clauses, drops_at(question, node, "Xfrm"));
  for (const auto& node : before) take(clauses, drops_at(question, node, "XfrmOut"));
  // Nothing on the wire and nothing wrong at the sender: the far side may hold what the sender waits for.
  if (passed == 0)
    for (const auto& node : before) take(clauses, drops_at(question, node, "Xfrm"));
  for (const auto& node : past) take(clauses, sa_counters(question, node));
  for (const auto& node : past)
    for (const auto counter : {"TcpInCsumErrors", "UdpInCsumErrors", "Sctp", "Icmp"})
      take(clauses, drops_at(question, node, counter));
  take(clauses, evidence.icmp_errors);
  take(clauses, question.record->errors);
  for (const auto& node : before) take(clauses, failed_neighbors(question, node));
  for (const auto& node : past) take(clauses, failed_neighbors(question, node));
  if (clauses.empty()) take(clauses, refusals(question));
  if (clauses.empty()) clauses.push_back("no counter, ICMP error or daemon message says why");
  return fmt::format("{}; {}", where, fmt::join(clauses, "; "));
}

}  // namespace useipsec
