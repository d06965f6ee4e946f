#include "report/story.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <span>

#include "report/attempts.h"
#include "report/cost.h"
#include "report/course.h"
#include "report/printable.h"
#include "report/text_layout.h"

namespace useipsec {

namespace {

constexpr std::size_t most_attempts_listed = 20;

std::string heading(std::string_view words) { return fmt::format("\n{}\n", words); }

std::string forms_text(const WireFact& wire) {
  std::vector<std::string> words;
  for (const auto form : wire.forms) words.push_back(to_string(form));
  return fmt::format("{}", fmt::join(words, " and "));
}

std::string attempts(const CaseResult& result) {
  std::string text = heading(fmt::format("Attempts: {}", attempts_text(result)));
  const auto* decides = deciding_attempt(result);
  std::size_t left_out = 0;
  for (const auto& each : result.attempts) {
    if (result.attempts.size() > most_attempts_listed && each.state == State::passed && ++left_out != 0) continue;
    text += paragraph(fmt::format("  {:4}  ", each.number),
                      fmt::format("{} ({:.1f} s): {}{}", to_string(each.state), each.duration_s, each.folder,
                                  each.state == State::passed || each.why.empty() ? "" : ": " + each.why));
  }
  if (left_out > 0) text += paragraph("        ", fmt::format("{} that passed are not listed", left_out));
  return text +
         paragraph("  ", fmt::format("What follows is of attempt {}; the evidence of the others lies in their folders.",
                                     decides->number));
}

/// "3 packets as esp, 140 bytes each: 48 more than in the clear".
std::string packets_text(const FlowFact& flow, const WireFact& wire) {
  if (wire.packets == 0) return "nothing seen";
  auto text = fmt::format("{} packets as {}", wire.packets, forms_text(wire));
  if (wire.sizes.largest == 0) return text;
  text += fmt::format(", {}{}", wire.sizes.str(), wire.sizes.alike() && wire.packets > 1 ? " each" : "");
  const auto added = overhead(flow, wire);
  if (!added) return text;
  const auto which = flow.clear_sizes.alike() ? "" : "with payload ";
  if (*added == 0) return text + fmt::format(": {}nothing added", which);
  return text + fmt::format(": {}{} {} than in the clear", which, std::abs(*added), *added > 0 ? "more" : "less");
}

std::string scaled_text(const CaseResult& result) {
  std::string text = heading("Times set shorter than they are");
  for (const auto& each : result.scaled) text += paragraph("  ", each.str());
  return text;
}

std::string nats_text(const CaseResult& result) {
  std::string text = heading("NAT boxes, measured before they were used");
  for (const auto& nat : result.nats) {
    std::vector<std::string> words;
    for (const auto& each : nat.measured)
      words.push_back(fmt::format("{} {}{}", each.behavior, each.measured,
                                  each.measured == each.expected ? "" : fmt::format(" (expected {})", each.expected)));
    text += paragraph("  ", fmt::format("{}: {}", nat.node, fmt::join(words, ", ")));
  }
  return text;
}

std::string flow_text(const FlowResult& flow) {
  const auto& fact = flow.fact;
  auto text = paragraph("  ", fmt::format("{}: {} -> {}, {} of {} delivered: {}{}", fact.name, fact.from, fact.to,
                                          fact.delivered, fact.sent, to_string(fact.outcome),
                                          flow.expected.empty() ? "" : fmt::format(" (expected {})", flow.expected)));
  for (const auto& wire : fact.wire)
    text += paragraph("    ",
                      fmt::format("on {}{}: {}", wire.link, wire.judged ? " (judged)" : "", packets_text(fact, wire)));
  if (fact.readable && fact.outcome == Outcome::protected_)
    text += paragraph("    ", "its payload could be read on the way");
  if (!fact.why.empty()) text += paragraph("    why: ", fact.why);
  for (const auto& each : fact.disagreements) text += paragraph("    contradiction: ", each);
  return text;
}

/// More of a node's SAs say nothing that their number does not.
constexpr std::size_t most_sas = 8;

std::string sas_text(const CaseResult& result) {
  std::string text = heading("Security associations at the end");
  for (const auto& node : result.sas) {
    const auto counted =
        node.sas.size() > most_sas ? fmt::format(" ({} SAs, {} policies)", node.sas.size(), node.policies) : "";
    text += paragraph("  ", fmt::format("{}: IKE SA {}, child SA {}{}, {} packets{}", node.node, to_string(node.ike),
                                        to_string(node.child), counted, node.packets,
                                        node.integrity_failed == 0
                                            ? ""
                                            : fmt::format(", {} failed integrity checks", node.integrity_failed)));
    for (const auto& sa : std::span(node.sas).first(std::min(node.sas.size(), most_sas)))
      text += paragraph("    ", fmt::format("{} {}{} 0x{:08x} {} -> {}: {} packets", sa.protocol, sa.mode,
                                            sa.udp_encapsulated ? " in udp" : "", sa.spi, sa.source.str(),
                                            sa.destination.str(), sa.packets));
  }
  return text;
}

std::string checks_text(const CaseResult& result) {
  std::string text = heading("Expectations");
  for (const auto& check : result.verdict.checks)
    text += paragraph(check.holds ? "  yes  " : "  no   ",
                      fmt::format("{}: expected {}, observed {}", check.subject, check.expected, check.observed));
  return text;
}

std::string controls_text(const CaseResult& result, const RunResult& run) {
  std::string text = heading(result.control_of.empty() ? "Controls" : "Control");
  if (!result.control_of.empty())
    return text + paragraph("  ", fmt::format("this case is the control of {}", result.control_of));
  for (const auto& id : result.controls) {
    const auto control =
        std::find_if(run.cases.begin(), run.cases.end(), [&](const auto& each) { return each.id == id; });
    if (control == run.cases.end()) {
      text += paragraph("  ", fmt::format("{}: not in this run, so the instrument is not proven", id));
      continue;
    }
    const bool passed = control->verdict.state == State::passed && !control->flaky;
    text += paragraph("  ", fmt::format("{}: {}; {}", id, state_word(*control),
                                        passed ? "it went the other way, as it must"
                                               : "the instrument is not proven: " + control->verdict.why));
  }
  return text;
}

}  // namespace

std::string story(const CaseResult& result, const RunResult& run, bool colour) {
  std::string text = paragraph("", result.id);
  text += paragraph("", result.title);
  const auto word = state_word(result);
  text += fmt::format("\n{}", painted(word, result.verdict.state, colour));
  text += ": " + paragraph(std::string(word.size() + 2, ' '), deciding_why(result)).substr(word.size() + 2);
  if (!result.attempts.empty()) text += attempts(result);
  if (!result.about.empty()) text += heading("Hypothesis") + paragraph("  ", result.about);
  for (const auto& claim : result.claims)
    text += paragraph("  ", fmt::format("{} claim {}{}", claim.bearing == Bearing::supports ? "supports" : "refutes",
                                        claim.id, claim.why.empty() ? "" : ": " + claim.why));
  if (!result.topology.empty()) text += heading("Topology") + paragraph("  ", result.topology);
  if (!result.scaled.empty()) text += scaled_text(result);
  if (!result.nats.empty()) text += nats_text(result);
  if (!result.steps.empty()) text += heading("What happened") + steps_text(result, "  ");
  if (!result.flows.empty()) text += heading("Flows, link by link");
  for (const auto& flow : result.flows) text += flow_text(flow);
  if (!result.sas.empty()) text += sas_text(result);
  if (!result.adjacencies.empty()) text += heading("Adjacencies at the end");
  for (const auto& each : result.adjacencies)
    text += paragraph("  ", fmt::format("{} with {}: {}", each.router, each.neighbor, each.state));
  if (!result.routes.empty()) text += heading("Routes learned");
  for (const auto& each : result.routes)
    text += paragraph(
        "  ", fmt::format("{}: {}{}", each.router, each.prefix.str(), each.from.empty() ? "" : " from " + each.from));
  if (!result.speech.empty()) text += heading("Routing packets on the wire");
  for (const auto& each : result.speech) text += paragraph("  ", fmt::format("{}: {}", each.router, each.str()));
  if (!result.drops.empty()) text += heading("Counters that grew");
  for (const auto& drop : result.drops)
    text += paragraph("  ", fmt::format("{}: {} +{}{}", drop.node, drop.counter, drop.delta,
                                        drop.meaning.empty() ? "" : ": " + drop.meaning));
  if (!result.deciding_log.empty()) text += heading("What the daemons said") + deciding_log_text(result, "  ");
  if (!result.verdict.checks.empty()) text += checks_text(result);
  if (!result.controls.empty() || !result.control_of.empty()) text += controls_text(result, run);
  if (const auto own = own_time_text(own_time(result)); !own.empty())
    text += heading("The tool's own time: all but daemons, protocol timers and probes") +
            paragraph("  ", fmt::format("{}; of the whole run {}", own, own_time_text(own_time(run))));
  if (!result.evidence.empty()) text += heading("Evidence");
  for (const auto& path : result.evidence) text += paragraph("  ", path);
  return text;
}

}  // namespace useipsec
