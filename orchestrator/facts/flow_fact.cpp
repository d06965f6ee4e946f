#include "facts/flow_fact.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "facts/explanation.h"
#include "facts/oracle.h"

namespace useipsec {

namespace {

struct Tally {
  std::vector<std::uint32_t> sent, delivered;
  std::size_t expected = 0;
};

Tally tally(const FlowQuestion& question) {
  const auto& record = *question.record;
  if (!question.reply)
    return {record.sent, record.arrived, std::max<std::size_t>(record.sent.size(), question.probe->count)};
  // Pings are answered by the kernel, which keeps no record of it: what came was answered.
  const auto& answered = record.answered.empty() ? record.arrived : record.answered;
  const auto expected = std::max(answered.size(), record.answers_arrived.size());
  return {answered, record.answers_arrived, expected};
}

std::string clear_words(const FlowQuestion& question, const LinkEvidence& link) {
  const auto* unmarked = question.probe->kind == ProbeKind::sctp ? "SCTP packets" : "TCP segments";
  return fmt::format("{} in the clear on {}", link.clear_sequences.empty() ? unmarked : "payload", link.fact.link);
}

const LinkEvidence* clear_link(const FlowEvidence& evidence) {
  for (const auto& link : evidence.links)
    if (link.fact.judged && (!link.clear_sequences.empty() || link.clear_unmarked)) return &link;
  return nullptr;
}

bool delivered_in_clear(const FlowEvidence& evidence, const std::vector<std::uint32_t>& delivered) {
  for (const auto& link : evidence.links) {
    if (!link.fact.judged) continue;
    if (link.clear_unmarked && !delivered.empty()) return true;
    for (const auto sequence : delivered)
      if (link.clear_sequences.contains(sequence)) return true;
  }
  return false;
}

std::string list(const std::vector<std::uint32_t>& numbers) { return fmt::format("{}", fmt::join(numbers, ", ")); }

/// The first packets are lost while IKE is at work; later ones are lost for another reason.
std::string lost_words(const Tally& counts) {
  std::vector<std::uint32_t> lost;
  for (const auto sequence : counts.sent)
    if (std::find(counts.delivered.begin(), counts.delivered.end(), sequence) == counts.delivered.end())
      lost.push_back(sequence);
  if (lost.empty())
    return fmt::format("{} of {} could not be sent", counts.expected - counts.sent.size(), counts.expected);
  const auto first_arrived = *std::min_element(counts.delivered.begin(), counts.delivered.end());
  const bool only_first =
      std::all_of(lost.begin(), lost.end(), [&](auto sequence) { return sequence < first_arrived; });
  return only_first ? fmt::format("the first {} were lost before the SAs were ready", lost.size())
                    : fmt::format("lost: {}", list(lost));
}

std::string protected_words(const FlowEvidence& evidence) {
  std::set<std::string> forms;
  std::vector<std::string> links;
  for (const auto& link : evidence.links) {
    if (!link.fact.judged || link.fact.packets == 0) continue;
    links.push_back(link.fact.link);
    for (const auto form : link.fact.forms) forms.insert(to_string(form));
  }
  if (links.empty()) return "all arrived";
  return fmt::format("all arrived; only {} on {}", fmt::join(forms, " and "), fmt::join(links, ", "));
}

/// What an attacker sent is `exposed` where the receiver took it, in whatever form it was on the wire.
FlowFact forged_fact(const FlowQuestion& question, const FlowEvidence& evidence, const Tally& counts, FlowFact fact) {
  const auto sent = counts.sent.size(), taken = counts.delivered.size();
  if (taken == 0) {
    fact.outcome = Outcome::blocked;
    fact.why = explain_loss(question, evidence);
    return fact;
  }
  fact.outcome = taken < sent ? Outcome::degraded : Outcome::exposed;
  fact.why = fmt::format("{} took {} of {} packets that {} forged or replayed", fact.to, taken, sent, fact.from);
  if (taken < sent) fact.why += "; " + explain_loss(question, evidence);
  fact.disagreements = contradictions(question, evidence, fact);
  return fact;
}

}  // namespace

FlowFact flow_fact(const FlowQuestion& question, const Captures& captures) {
  const auto& record = *question.record;
  const auto counts = tally(question);
  const auto evidence = gather(question, captures);

  FlowFact fact;
  fact.name = record.probe + (question.reply ? "-reply" : "");
  fact.from = question.path.from;
  fact.to = question.path.to;
  fact.sent = static_cast<std::uint32_t>(counts.sent.size());
  fact.delivered = static_cast<std::uint32_t>(counts.delivered.size());
  fact.began = record.began;
  fact.ended = record.ended;
  fact.clear_sizes = clear_sizes(*question.probe);
  for (const auto& link : evidence.links) {
    fact.wire.push_back(link.fact);
    fact.readable |= link.fact.judged && link.readable;
    if (link.fact.packets > 0) fact.last_seen_link = link.fact.link;
  }

  if (question.probe->forged) return forged_fact(question, evidence, counts, std::move(fact));
  const auto* clear = clear_link(evidence);
  if (counts.delivered.empty()) {
    fact.outcome = Outcome::blocked;
    const bool unasked = question.reply && counts.sent.empty();
    fact.why = unasked ? "no request arrived, so there was nothing to answer" : explain_loss(question, evidence);
    if (clear != nullptr) fact.why += fmt::format("; it left in the clear: {}", clear_words(question, *clear));
  } else if (delivered_in_clear(evidence, counts.delivered)) {
    fact.outcome = Outcome::exposed;
    fact.why =
        fmt::format("{} of {} arrived; {}", counts.delivered.size(), counts.expected, clear_words(question, *clear));
  } else if (counts.delivered.size() < counts.expected) {
    fact.outcome = Outcome::degraded;
    fact.why = fmt::format("{} of {} arrived; {}; {}", counts.delivered.size(), counts.expected, lost_words(counts),
                           explain_loss(question, evidence));
    if (clear != nullptr)
      fact.why += fmt::format("; lost packets left in the clear: {}", clear_words(question, *clear));
  } else {
    fact.outcome = Outcome::protected_;
    fact.why = protected_words(evidence);
    if (clear != nullptr)
      fact.disagreements.push_back(fmt::format("{} that did not arrive", clear_words(question, *clear)));
  }
  auto more = contradictions(question, evidence, fact);
  fact.disagreements.insert(fact.disagreements.end(), more.begin(), more.end());
  // However well it was protected: it came to somebody whom it was not sent to.
  if (question.probe->listens != 0 && !question.reply && !counts.delivered.empty()) {
    fact.outcome = Outcome::exposed;
    fact.why = fmt::format("{} of {} arrived at port {}, though they were sent to port {}; {}", counts.delivered.size(),
                           counts.expected, question.probe->listens, question.probe->port, fact.why);
  }
  return fact;
}

}  // namespace useipsec
