#include "run/case_attempts.h"

#include <filesystem>

#include "report/attempts.h"
#include "run/case_runner.h"
#include "run/exit_codes.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

bool goes_on(const CaseResult& latest, unsigned made, const Repetition& repetition) {
  if (repetition.retries > 0) return is_unexpected(latest) && made <= repetition.retries;
  return made < repetition.repeat && !(repetition.fail_fast && is_unexpected(latest));
}

/// One attempt's result alone, as its own folder keeps it.
CaseResult alone(CaseResult result) {
  result.attempts.clear();
  result.flaky = false;
  return result;
}

/// Folds the attempt that was run in `<case>~<number>` into what was there before: the worse one gets the case's
/// folder.
CaseResult folded(const RunFolder& run, const CaseResult& so_far, CaseResult latest, unsigned number) {
  const auto& id = so_far.id;
  const auto own = attempt_folder(id, number);
  if (!is_worse(latest, so_far)) return with_attempt(so_far, latest, own);
  const auto* decided = deciding_attempt(so_far);
  const auto before = attempt_folder(id, decided == nullptr ? 1 : decided->number);
  fs::rename(run.path() / id, run.path() / before);
  fs::rename(run.path() / own, run.path() / id);
  auto moved = alone(so_far);
  rename_evidence(moved, id, before);
  write_case(run.path() / before, moved);
  rename_evidence(latest, own, id);
  auto result = with_attempt(so_far, latest, id);
  for (auto& each : result.attempts)
    if (each.folder == id && each.number != number) each.folder = before;
  return result;
}

}  // namespace

CaseResult run_attempts(const RunFolder& run, const std::string& id, const Repetition& repetition,
                        const RunOne& run_one) {
  auto result = run_one(1, id);
  bool more = goes_on(result, 1, repetition);
  for (unsigned number = 2; more; ++number) {
    const auto latest = run_one(number, attempt_folder(id, number));
    more = goes_on(latest, number, repetition);
    result = folded(run, result, latest, number);
    write_case(run.path() / id, result);
  }
  return result;
}

}  // namespace useipsec
