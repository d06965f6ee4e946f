#pragma once

#include <string>
#include <vector>

#include "facts/facts.h"
#include "scenario/scenario.h"

namespace useipsec {

enum class State : std::uint8_t { passed, failed, unsupported, precondition, timeout, crashed, broken, not_run };

/// One expectation beside what was observed.
struct Check {
  std::string subject;  ///< "flow ping", "child SA of alice"
  std::string expected;
  std::string observed;
  bool holds = false;
};

/// What came of one case. `state` is the first that applies of broken, timeout, crashed, unsupported, failed, passed.
struct Verdict {
  std::string case_id;
  State state = State::not_run;
  std::string why;
  std::vector<Check> checks;
};

/// Judges one finished case: every expectation against the facts. Oracles that disagree make it broken.
Verdict judge(const Case& subject, const Observations& observations, const Facts& facts);

enum class ClaimState : std::uint8_t { reproduced, contradicted, mixed, not_run, not_testable };

struct ClaimStatus {
  std::string id;
  ClaimState state = ClaimState::not_run;
  std::string why;                 ///< a sentence
  std::vector<std::string> cases;  ///< ids of the cases it rests on
  // What the catalogue says of it, so that a run can be read without the catalogue; judging leaves them empty.
  std::string group, group_title, statement;
  std::vector<std::string> sources;
};

/// One judged case with what judging claims needs of it.
struct JudgedCase {
  std::string id, engine, control_of;
  std::vector<std::string> controls;
  std::vector<ClaimReference> claims;
  Verdict verdict;
  bool flaky = false;  ///< it ran several times and did not come to one state: no evidence
};

/// The status of every claim in `ids`. A subject counts only where all its controls passed: then passing bears on the
/// claim as the scenario says, and failing bears the other way. Engines that differ make it mixed.
std::vector<ClaimStatus> judge_claims(const std::vector<std::string>& ids, const std::vector<JudgedCase>& cases);

std::string to_string(State state);
std::string to_string(ClaimState state);

}  // namespace useipsec
