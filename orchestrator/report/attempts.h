#pragma once

#include <string>

#include "report/run_result.h"

namespace useipsec {

/// The folder below the run's of an attempt that does not decide; the deciding one has the case's own.
std::string attempt_folder(const std::string& case_id, unsigned number);

/// What a case's attempts came to, the worst last: "passed 9, failed 1 of 10"; empty where it was run once.
std::string attempts_text(const CaseResult& result);

/// The attempt that the case's other members are of: the first with the worst state, unless runs were merged; null
/// where it was run once.
const Attempt* deciding_attempt(const CaseResult& result);

/// Why the case stands as it does; where attempts differ, with the number of the one that decides: "attempt 4: ...".
std::string deciding_why(const CaseResult& result);

/// The case after one more attempt. `so_far` with its attempts, or an only one; `latest` is a result of its own, whose
/// evidence lies in `folder`. Worse is what hides more: broken, not-run, timeout, crashed, failed, precondition,
/// unsupported, passed. The evidence stays named as it is.
CaseResult with_attempt(CaseResult so_far, const CaseResult& latest, const std::string& folder);

/// Whether `latest` would decide: it is worse than all of `so_far`.
bool is_worse(const CaseResult& latest, const CaseResult& so_far);

/// A case of which not all attempts could be made: `state` and why, with what the attempts came to that were made.
CaseResult cut_short(CaseResult so_far, State state, const std::string& why);

/// The case's evidence, after its folder was renamed.
void rename_evidence(CaseResult& result, const std::string& from, const std::string& to);

}  // namespace useipsec
