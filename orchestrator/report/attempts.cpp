#include "report/attempts.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <tuple>

namespace useipsec {

namespace {

constexpr std::array from_best{State::passed,  State::unsupported, State::precondition, State::failed,
                               State::crashed, State::timeout,     State::not_run,      State::broken};

std::size_t badness(State state) {
  return static_cast<std::size_t>(std::find(from_best.begin(), from_best.end(), state) - from_best.begin());
}

/// A case that was run once says so only where another attempt comes beside it.
void begin_attempts(CaseResult& result) {
  if (!result.attempts.empty()) return;
  result.attempts.push_back({.number = 1,
                             .state = result.verdict.state,
                             .why = result.verdict.why,
                             .duration_s = result.duration_s,
                             .folder = result.id});
}

bool differ(const std::vector<Attempt>& attempts) {
  return std::any_of(attempts.begin(), attempts.end(),
                     [&](const Attempt& each) { return each.state != attempts.front().state; });
}

}  // namespace

std::string attempt_folder(const std::string& case_id, unsigned number) {
  return fmt::format("{}~{}", case_id, number);
}

std::string attempts_text(const CaseResult& result) {
  std::vector<std::string> words;
  for (const auto state : from_best) {
    const auto count = std::count_if(result.attempts.begin(), result.attempts.end(),
                                     [&](const Attempt& each) { return each.state == state; });
    if (count > 0) words.push_back(fmt::format("{} {}", to_string(state), count));
  }
  return words.empty() ? "" : fmt::format("{} of {}", fmt::join(words, ", "), result.attempts.size());
}

const Attempt* deciding_attempt(const CaseResult& result) {
  // The case's folder is that attempt's, unless it was not run to its end: then the worst of those that were.
  const auto rank = [&](const Attempt& each) {
    return std::tuple(each.state == result.verdict.state, each.folder == result.id, badness(each.state));
  };
  const auto found = std::max_element(result.attempts.begin(), result.attempts.end(),
                                      [&](const auto& left, const auto& right) { return rank(left) < rank(right); });
  return found == result.attempts.end() ? nullptr : &*found;
}

std::string deciding_why(const CaseResult& result) {
  const auto* decides = result.flaky ? deciding_attempt(result) : nullptr;
  return decides == nullptr ? result.verdict.why : fmt::format("attempt {}: {}", decides->number, result.verdict.why);
}

bool is_worse(const CaseResult& latest, const CaseResult& so_far) {
  return badness(latest.verdict.state) > badness(so_far.verdict.state);
}

CaseResult with_attempt(CaseResult so_far, const CaseResult& latest, const std::string& folder) {
  begin_attempts(so_far);
  auto attempts = std::move(so_far.attempts);
  attempts.push_back({.number = attempts.back().number + 1,
                      .state = latest.verdict.state,
                      .why = latest.verdict.why,
                      .duration_s = latest.duration_s,
                      .folder = folder});
  auto result = is_worse(latest, so_far) ? latest : so_far;
  result.flaky = differ(attempts);
  result.attempts = std::move(attempts);
  return result;
}

CaseResult cut_short(CaseResult so_far, State state, const std::string& why) {
  begin_attempts(so_far);
  so_far.verdict.state = state;
  so_far.verdict.why = fmt::format("{}; of the attempts before: {}", why, attempts_text(so_far));
  return so_far;
}

void rename_evidence(CaseResult& result, const std::string& from, const std::string& to) {
  for (auto& path : result.evidence)
    if (path.rfind(from + "/", 0) == 0) path.replace(0, from.size(), to);
}

}  // namespace useipsec
