#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

#include "judge/expectation.h"

namespace useipsec {

namespace {

/// How Observations::ended_early begins, in the order that decides.
constexpr std::array<std::pair<std::string_view, State>, 6> early_ends{{{"broken", State::broken},
                                                                        {"timeout", State::timeout},
                                                                        {"crashed", State::crashed},
                                                                        {"unsupported", State::unsupported},
                                                                        {"precondition", State::precondition},
                                                                        {"interrupted", State::not_run}}};

/// An end nobody foresaw is our own fault.
State early_state(const std::string& ended_early) {
  for (const auto& [word, state] : early_ends)
    if (ended_early.rfind(fmt::format("{}:", word), 0) == 0) return state;
  return State::broken;
}

std::vector<Check> all_checks(const Case& subject, const Observations& observations, const Facts& facts) {
  std::vector<Check> checks;
  // How a wait ended is told in the story; what must be so is said by expectations, often that it never comes to be.
  int number = 0;
  for (const auto& step : subject.timeline) {
    const auto* expect = std::get_if<ExpectStep>(&step);
    if (expect == nullptr) continue;
    const auto* at = observations.snapshot(fmt::format("expect-{}", ++number));
    for (const auto& expectation : expect->facts) {
      auto check = at != nullptr ? check_expectation(expectation, subject, observations, facts, at)
                                 : check_expectation(expectation, subject, Observations{}, Facts{}, nullptr);
      check.subject += fmt::format(" (at expectation {})", number);
      if (at == nullptr) {
        check.observed = "not reached";
        check.holds = false;
      }
      checks.push_back(check);
    }
  }
  for (const auto& expectation : subject.expect)
    checks.push_back(check_expectation(expectation, subject, observations, facts, nullptr));
  return checks;
}

std::string contradiction(const Facts& facts) {
  for (const auto& flow : facts.flows)
    if (!flow.disagreements.empty()) return fmt::format("flow {}: {}", flow.name, flow.disagreements.front());
  return {};
}

}  // namespace

Verdict judge(const Case& subject, const Observations& observations, const Facts& facts) {
  Verdict verdict;
  verdict.case_id = subject.id;
  verdict.checks = all_checks(subject, observations, facts);
  const auto disagreement = contradiction(facts);
  if (!observations.ended_early.empty() && early_state(observations.ended_early) == State::broken) {
    verdict.state = State::broken;
    verdict.why = observations.ended_early;
  } else if (!disagreement.empty()) {
    verdict.state = State::broken;
    verdict.why = fmt::format("the captures and the kernel's counters disagree: {}", disagreement);
  } else if (!observations.ended_early.empty()) {
    verdict.state = early_state(observations.ended_early);
    verdict.why = observations.ended_early;
  } else if (verdict.checks.empty()) {
    verdict.state = State::broken;  // nothing was asked, so nothing can have passed
    verdict.why = "broken: the case expects nothing";
  } else {
    std::size_t held = 0;
    const Check* first = nullptr;
    for (const auto& check : verdict.checks) {
      held += check.holds ? 1 : 0;
      if (!check.holds && first == nullptr) first = &check;
    }
    verdict.state = first == nullptr ? State::passed : State::failed;
    verdict.why = first == nullptr
                      ? fmt::format("all {} expectations hold", held)
                      : fmt::format("{}: expected {}, observed {}", first->subject, first->expected, first->observed);
  }
  return verdict;
}

}  // namespace useipsec
