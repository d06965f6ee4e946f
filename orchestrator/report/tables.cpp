#include "report/tables.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "report/printable.h"
#include "report/text_layout.h"

namespace useipsec {

namespace {

constexpr std::size_t state_width = 13;

std::string flows_text(const CaseResult& result) {
  std::vector<std::string> words;
  for (const auto& flow : result.flows) {
    std::set<std::string> forms;
    for (const auto& wire : flow.fact.wire)
      if (wire.judged)
        for (const auto form : wire.forms) forms.insert(to_string(form));
    words.push_back(fmt::format("{} {} {}/{}{}", flow.fact.name, to_string(flow.fact.outcome), flow.fact.delivered,
                                flow.fact.sent, forms.empty() ? "" : fmt::format(" ({})", fmt::join(forms, "+"))));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string row(const CaseResult& result, bool control, bool colour) {
  const auto word = padded(to_string(result.verdict.state), state_width);
  std::string text;
  const std::string indent(control ? 2 : 0, ' ');
  const auto title = fmt::format("{}{}", control ? "control " : "", result.id);
  const auto lines = wrap(title, page_width - state_width - indent.size());
  for (std::size_t index = 0; index < lines.size(); ++index)
    text += fmt::format("{}{}{}\n",
                        index == 0 ? painted(word, result.verdict.state, colour) : std::string(state_width, ' '),
                        indent, lines[index]);
  const std::string margin(state_width + indent.size() + 2, ' ');
  if (const auto flows = flows_text(result); !flows.empty()) text += paragraph(margin, flows);
  if (result.verdict.state != State::passed) text += paragraph(margin, result.verdict.why);
  return text;
}

template <class Word>
std::string totals(const std::map<Word, std::size_t>& counts) {
  std::vector<std::string> words;
  for (const auto& [state, count] : counts) words.push_back(fmt::format("{} {}", count, to_string(state)));
  return fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace

std::string case_table(const RunResult& run, bool colour) {
  std::string text;
  std::map<State, std::size_t> counts;
  const auto is_listed = [&](const std::string& id) {
    return std::any_of(run.cases.begin(), run.cases.end(),
                       [&](const auto& each) { return each.id == id && each.control_of.empty(); });
  };
  for (const auto& result : run.cases) {
    ++counts[result.verdict.state];
    if (!result.control_of.empty() && is_listed(result.control_of)) continue;  // shown under its subject
    text += row(result, !result.control_of.empty(), colour);
    for (const auto& other : run.cases)
      if (!result.id.empty() && other.control_of == result.id) text += row(other, true, colour);
  }
  return text + paragraph("", fmt::format("{} cases: {}{}", run.cases.size(), counts.empty() ? "none" : totals(counts),
                                          run.complete ? "" : "; the run is not complete"));
}

std::string claim_table(const RunResult& run, bool colour) {
  std::string text;
  std::map<ClaimState, std::size_t> counts;
  for (const auto& claim : run.claims) {
    ++counts[claim.state];
    if (claim.state == ClaimState::not_testable ||
        (claim.state == ClaimState::not_run && claim.why.rfind("no case", 0) == 0))
      continue;
    const auto word = padded(to_string(claim.state), state_width);
    text += fmt::format("{}{}\n", painted(word, claim.state, colour), printable(claim.id));
    text += paragraph(std::string(state_width + 2, ' '), claim.why);
  }
  return text +
         paragraph("", fmt::format("{} claims: {}", run.claims.size(), counts.empty() ? "none" : totals(counts)));
}

}  // namespace useipsec
