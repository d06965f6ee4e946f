#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "judge/verdict.h"

namespace useipsec {

namespace {

/// Why the case's controls do not prove its instrument; empty where they do.
std::string unproven(const JudgedCase& subject, const std::vector<JudgedCase>& cases) {
  if (subject.controls.empty()) return fmt::format("{} has no control, so the instrument is not proven", subject.id);
  for (const auto& id : subject.controls) {
    const auto control = std::find_if(cases.begin(), cases.end(), [&](const auto& each) { return each.id == id; });
    if (control == cases.end() || control->verdict.state == State::not_run)
      return fmt::format("{}: its control {} was not run, so the instrument is not proven", subject.id, id);
    if (control->verdict.state != State::passed)
      return fmt::format("{}: its control {} did not go the other way ({}), so the instrument is not proven",
                         subject.id, id, to_string(control->verdict.state));
  }
  return {};
}

struct Bearer {
  const JudgedCase* subject;
  ClaimState state;
};

std::string sentence(const Bearer& bearer) {
  return fmt::format("{} {} and its control{} went the other way", bearer.subject->id,
                     to_string(bearer.subject->verdict.state), bearer.subject->controls.size() == 1 ? "" : "s");
}

ClaimStatus status_of(const std::string& id, const std::vector<JudgedCase>& cases) {
  ClaimStatus status;
  status.id = id;
  std::vector<Bearer> bearers;
  std::vector<std::string> uncounted;
  for (const auto& each : cases) {
    const auto reference =
        std::find_if(each.claims.begin(), each.claims.end(), [&](const auto& claim) { return claim.id == id; });
    if (reference == each.claims.end() || !each.control_of.empty()) continue;
    const auto state = each.verdict.state;
    if (state != State::passed && state != State::failed) {
      uncounted.push_back(fmt::format("{} is {}{}", each.id, to_string(state),
                                      each.verdict.why.empty() ? "" : ": " + each.verdict.why));
      continue;
    }
    if (const auto why = unproven(each, cases); !why.empty()) {
      uncounted.push_back(why);
      continue;
    }
    const bool supported = (state == State::passed) == (reference->bearing == Bearing::supports);
    bearers.push_back({&each, supported ? ClaimState::reproduced : ClaimState::contradicted});
    status.cases.push_back(each.id);
  }
  if (bearers.empty()) {
    status.why = uncounted.empty() ? "no case of this run bears on it" : fmt::format("{}", fmt::join(uncounted, "; "));
    return status;
  }
  std::vector<std::string> sentences;
  std::set<ClaimState> states;
  for (const auto& bearer : bearers) states.insert(bearer.state);
  if (states.size() == 1) {
    status.state = bearers.front().state;
    for (const auto& bearer : bearers) sentences.push_back(sentence(bearer));
  } else {
    status.state = ClaimState::mixed;
    for (const auto& bearer : bearers)
      sentences.push_back(fmt::format("{}: {} ({} {})", bearer.subject->engine, to_string(bearer.state),
                                      bearer.subject->id, to_string(bearer.subject->verdict.state)));
  }
  for (const auto& each : uncounted) sentences.push_back("not counted: " + each);
  status.why = fmt::format("{}", fmt::join(sentences, "; "));
  return status;
}

}  // namespace

std::vector<ClaimStatus> judge_claims(const std::vector<std::string>& ids, const std::vector<JudgedCase>& cases) {
  std::vector<ClaimStatus> statuses;
  statuses.reserve(ids.size());
  for (const auto& id : ids) statuses.push_back(status_of(id, cases));
  return statuses;
}

}  // namespace useipsec
