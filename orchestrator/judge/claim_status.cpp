#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

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
    if (control->flaky)
      return fmt::format("{}: its control {} is flaky ({}), so the instrument is not proven", subject.id, id,
                         control->verdict.why);
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

/// The cases by their ids, variants of one case together: "ah-nat@libreswan+napt, +one-to-one; esp-nat@libreswan".
std::string listed(const std::vector<Bearer>& bearers, ClaimState state) {
  std::vector<std::string> bases;
  std::map<std::string, std::vector<std::string>> variants;
  for (const auto& bearer : bearers) {
    if (bearer.state != state) continue;
    const auto& id = bearer.subject->id;
    const auto plus = id.find('+');
    const auto base = id.substr(0, plus);
    if (!variants.contains(base)) bases.push_back(base);
    auto& of_base = variants[base];
    if (plus != std::string::npos) of_base.push_back(id.substr(plus));
  }
  std::vector<std::string> words;
  for (const auto& base : bases) words.push_back(fmt::format("{}{}", base, fmt::join(variants[base], ", ")));
  return fmt::format("{}", fmt::join(words, "; "));
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
    if (each.flaky) {
      uncounted.push_back(fmt::format("{} is flaky: {}", each.id, each.verdict.why));
      continue;
    }
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
  for (const auto state : {ClaimState::reproduced, ClaimState::contradicted}) {
    if (std::none_of(bearers.begin(), bearers.end(), [&](const Bearer& each) { return each.state == state; })) continue;
    status.state = status.state == ClaimState::not_run ? state : ClaimState::mixed;
    sentences.push_back(fmt::format("{} by {}", to_string(state), listed(bearers, state)));
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
