#include "report/tables.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "report/attempts.h"
#include "report/course.h"
#include "report/flow_summary.h"
#include "report/printable.h"
#include "report/text_layout.h"

namespace useipsec {

namespace {

constexpr std::size_t state_width = 13;

/// The text behind a state, later lines under its first column.
std::string stated(const CaseResult& result, std::string_view text, bool colour) {
  const auto word = padded(state_word(result), state_width);
  std::string lines;
  for (const auto& line : wrap(text, page_width - state_width))
    lines +=
        (lines.empty() ? painted(word, result.verdict.state, colour) : std::string(state_width, ' ')) + line + "\n";
  return lines;
}

std::string row(const CaseResult& result, bool colour) {
  const std::string margin(state_width + 2, ' ');
  auto text = stated(result, result.id, colour);
  if (const auto flows = flow_summary(result); !flows.empty()) text += paragraph(margin, flows);
  if (const auto attempts = attempts_text(result); !attempts.empty()) text += paragraph(margin, attempts);
  if (result.verdict.state != State::passed) text += paragraph(margin, deciding_why(result));
  return text;
}

/// A control under its subject: by its own name, with its whole id only where it is to be looked at.
std::string control_row(const CaseResult& result, bool colour) {
  const bool passed = result.verdict.state == State::passed;
  const auto dot = result.scenario.rfind('.');
  const auto name = passed && dot != std::string::npos ? result.scenario.substr(dot + 1) : result.id;
  const auto flows = flow_summary(result);
  const auto attempts = attempts_text(result);
  auto text = stated(result,
                     fmt::format("  control {}{}{}{}{}", name, flows.empty() ? "" : ": ", flows,
                                 attempts.empty() ? "" : "; ", attempts),
                     colour);
  if (!passed) text += paragraph(std::string(state_width + 4, ' '), deciding_why(result));
  return text;
}

/// More than a few stories would push the first out of the end of a log that people see.
constexpr std::size_t most_stories = 5;

/// What led to it: a case that goes wrong once in a thousand times may never be seen again.
std::string what_led_to_it(const CaseResult& result) {
  const std::string margin(state_width + 2, ' ');
  return steps_text(result, margin) + deciding_log_text(result, margin);
}

/// Where a run was stopped on purpose, those it did not come to are a number.
bool is_left_out(const RunResult& run, const CaseResult& result) {
  return !run.stopped.empty() && result.verdict.state == State::not_run;
}

template <class Word>
std::string totals(const std::map<Word, std::size_t>& counts) {
  std::vector<std::string> words;
  for (const auto& [state, count] : counts) words.push_back(fmt::format("{} {}", count, to_string(state)));
  return fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace

std::string case_totals(const RunResult& run) {
  // A flaky case is counted as that, after the states.
  std::map<std::pair<bool, State>, std::size_t> counts;
  for (const auto& each : run.cases)
    ++counts[each.flaky ? std::pair(true, State::passed) : std::pair(false, each.verdict.state)];
  std::vector<std::string> words;
  for (const auto& [key, count] : counts)
    words.push_back(fmt::format("{} {}", count, key.first ? "flaky" : to_string(key.second)));
  return words.empty() ? "none" : fmt::format("{}", fmt::join(words, ", "));
}

std::string case_table(const RunResult& run, bool colour) {
  std::string text;
  const auto is_listed = [&](const std::string& id) {
    return std::any_of(run.cases.begin(), run.cases.end(),
                       [&](const auto& each) { return each.id == id && each.control_of.empty(); });
  };
  for (const auto& result : run.cases) {
    if (is_left_out(run, result)) continue;
    if (!result.control_of.empty() && is_listed(result.control_of)) continue;  // shown under its subject
    text += result.control_of.empty() ? row(result, colour) : control_row(result, colour);
    for (const auto& other : run.cases)
      if (!result.id.empty() && other.control_of == result.id && !is_left_out(run, other))
        text += control_row(other, colour);
  }
  return text + paragraph("", fmt::format("{} cases: {}{}", run.cases.size(), case_totals(run),
                                          !run.stopped.empty() ? "; stopped after the first that was not as expected"
                                          : run.complete       ? ""
                                                               : "; the run is not complete"));
}

std::string unexpected_table(const RunResult& run, bool colour) {
  std::string rows;
  std::size_t count = 0, stories = 0;
  std::map<std::string, std::vector<const CaseResult*>> not_run;  // by why: there may be hundreds of an interrupted run
  for (const auto& result : run.cases) {
    if (!went_otherwise(result) || is_left_out(run, result)) continue;
    ++count;
    if (result.verdict.state == State::not_run)
      not_run[deciding_why(result)].push_back(&result);
    else
      rows += row(result, colour) + (++stories > most_stories ? "" : what_led_to_it(result));
  }
  for (const auto& [why, results] : not_run) {
    const auto& first = *results.front();
    rows += stated(first, results.size() == 1 ? first.id : fmt::format("{} and {} more", first.id, results.size() - 1),
                   colour);
    rows += paragraph(std::string(state_width + 2, ' '), why);
  }
  if (count == 0) return "";
  return fmt::format("{} of {} cases did not go as expected:\n{}", count, run.cases.size(), rows);
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
