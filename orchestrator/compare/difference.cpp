#include "compare/difference.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "input/nearest_word.h"
#include "report/attempts.h"
#include "report/printable.h"

namespace useipsec {

namespace {

/// How a case stands. Within one standing there is no better and no worse: broken is not worse than failed, it is
/// unknown.
enum class Standing : std::uint8_t { good, left_out, bad };

Standing standing(const CaseResult& result) {
  if (result.flaky) return Standing::bad;
  switch (result.verdict.state) {
    case State::passed:
      return Standing::good;
    case State::unsupported:
    case State::precondition:
    case State::not_run:
      return Standing::left_out;
    default:
      return Standing::bad;
  }
}

Turn turn_of(const CaseResult& before, const CaseResult& after) {
  if (standing(after) != standing(before)) return standing(after) > standing(before) ? Turn::worse : Turn::better;
  return state_word(before) == state_word(after) ? Turn::same : Turn::changed;
}

Turn turn_of(const FlowResult& before, const FlowResult& after) {
  const bool met = to_string(before.fact.outcome) == before.expected,
             meets = to_string(after.fact.outcome) == after.expected;
  if (before.fact.outcome == after.fact.outcome) return Turn::same;
  if (before.expected.empty() || after.expected.empty() || met == meets) return Turn::changed;
  return met ? Turn::worse : Turn::better;
}

Turn turn_of(const ClaimStatus& before, const ClaimStatus& after, const std::set<std::string>& ids_after) {
  if (before.state == after.state) return Turn::same;
  if (before.state == ClaimState::not_run) return after.state == ClaimState::reproduced ? Turn::better : Turn::changed;
  if (after.state == ClaimState::reproduced) return Turn::better;
  const bool all_there =
      std::all_of(before.cases.begin(), before.cases.end(), [&](const auto& id) { return ids_after.contains(id); });
  const bool lost = before.state == ClaimState::reproduced || after.state == ClaimState::not_run;
  return lost && all_there ? Turn::worse : Turn::changed;
}

std::string why_of(const CaseResult& result) {
  return (result.attempts.empty() ? "" : attempts_text(result) + "; ") + deciding_why(result);
}

std::string forms(const FlowFact& flow) {
  std::set<std::string> words;
  for (const auto& wire : flow.wire)
    if (wire.judged)
      for (const auto form : wire.forms) words.insert(to_string(form));
  return words.empty() ? "nothing" : fmt::format("{}", fmt::join(words, "+"));
}

template <class T, class Key>
std::map<std::string, const T*> by(const std::vector<T>& values, Key key) {
  std::map<std::string, const T*> found;
  for (const auto& value : values) found.emplace(key(value), &value);
  return found;
}

}  // namespace

std::vector<Circumstance> circumstances(const RunResult& before, const RunResult& after) {
  std::vector<Circumstance> found;
  const auto differs = [&](const std::string& what, const std::string& old, const std::string& now) {
    if (!old.empty() && !now.empty() && old != now) found.push_back({what, old, now});
  };
  const auto &old = before.record, &now = after.record;
  differs("useipsec", before.tool_version, after.tool_version);
  differs("commit", old.commit, now.commit);
  differs("ground", before.ground, after.ground);
  differs("kernel", before.kernel, after.kernel);
  if (before.kernel == after.kernel) differs("kernel build", old.kernel.version, now.kernel.version);
  if (old.kernel.config == now.kernel.config)
    differs("kernel configuration", old.kernel.config_sha256, now.kernel.config_sha256);
  const auto programs = by(old.programs, [](const auto& each) { return each.name; });
  for (const auto& program : now.programs) {
    const auto was = programs.find(program.name);
    if (was == programs.end()) continue;
    differs(program.name, was->second->said, program.said);
    if (was->second->said == program.said)
      differs(program.name + "'s program file", was->second->sha256, program.sha256);
  }
  const auto files = by(old.files, [](const auto& each) { return each.file; });
  for (const auto& file : now.files)
    if (const auto was = files.find(file.file); was != files.end())
      differs(file.file, was->second->sha256, file.sha256);
  return found;
}

namespace {

class Comparison {
 public:
  Comparison(const RunResult& before, const RunResult& after) : before_(before), after_(after) {
    for (const auto& each : after.cases) ids_after_.insert(each.id);
  }

  Difference made() {
    result_.complete = before_.complete && after_.complete;
    result_.circumstances = circumstances(before_, after_);
    cases();
    claims();
    std::stable_sort(result_.changes.begin(), result_.changes.end(),
                     [](const Change& left, const Change& right) { return left.turn < right.turn; });
    return std::move(result_);
  }

 private:
  void cases() {
    const auto old = by(before_.cases, [](const auto& each) { return each.id; });
    for (const auto& each : after_.cases) {
      const auto found = old.find(each.id);
      if (found == old.end()) {
        add({Turn::appeared, Subject::case_, each.id, "", "", state_word(each), why_of(each)});
        continue;
      }
      add({turn_of(*found->second, each), Subject::case_, each.id, "", state_word(*found->second), state_word(each),
           why_of(each)});
      flows(*found->second, each);
    }
    for (const auto& each : before_.cases)
      if (!ids_after_.contains(each.id)) add({Turn::gone, Subject::case_, each.id, "", state_word(each), "", ""});
  }

  /// Only where both have flows: a case that did not come to its probes says nothing about them.
  void flows(const CaseResult& before, const CaseResult& after) {
    const auto old = by(before.flows, [](const auto& each) { return each.fact.name; });
    const auto now = by(after.flows, [](const auto& each) { return each.fact.name; });
    if (old.empty() || now.empty()) return;
    for (const auto& each : after.flows) {
      const auto found = old.find(each.fact.name);
      if (found == old.end()) {
        add({Turn::appeared, Subject::flow, after.id, each.fact.name, "", to_string(each.fact.outcome), each.fact.why});
        continue;
      }
      const auto& was = *found->second;
      add({turn_of(was, each), Subject::flow, after.id, each.fact.name, to_string(was.fact.outcome),
           to_string(each.fact.outcome), each.fact.why});
      const auto before_forms = forms(was.fact), after_forms = forms(each.fact);
      add({before_forms == after_forms ? Turn::same : Turn::changed, Subject::wire, after.id, each.fact.name,
           before_forms, after_forms, ""});
    }
    for (const auto& each : before.flows)
      if (!now.contains(each.fact.name))
        add({Turn::gone, Subject::flow, after.id, each.fact.name, to_string(each.fact.outcome), "", ""});
  }

  /// A run that says nothing about a claim has not run it: a baseline keeps only what was run.
  void claims() {
    const auto old = by(before_.claims, [](const auto& each) { return each.id; });
    const auto now = by(after_.claims, [](const auto& each) { return each.id; });
    const auto compared = [&](const ClaimStatus& was, const ClaimStatus& is) {
      if (was.state == ClaimState::not_run && is.state == ClaimState::not_run) return;
      add({turn_of(was, is, ids_after_), Subject::claim, "", is.id, to_string(was.state), to_string(is.state), is.why});
    };
    const auto not_run = [](const std::string& id) {
      ClaimStatus status;
      status.id = id;
      return status;
    };
    for (const auto& each : after_.claims) compared(old.contains(each.id) ? *old.at(each.id) : not_run(each.id), each);
    for (const auto& each : before_.claims)
      if (!now.contains(each.id)) compared(each, not_run(each.id));
  }

  void add(Change change) { result_.changes.push_back(std::move(change)); }

  const RunResult &before_, &after_;
  std::set<std::string> ids_after_;
  Difference result_;
};

std::string held(const std::string& name, const RunResult& run) {
  std::vector<std::string> ids;
  for (const auto& each : run.cases) ids.push_back(printable(each.id));
  return ids.empty() ? fmt::format("{} has none", printable(name))
                     : fmt::format("{} has {}", printable(name), listed(ids));
}

}  // namespace

Difference compare(const RunResult& before, const std::string& before_name, const RunResult& after,
                   const std::string& after_name) {
  auto difference = Comparison(before, after).made();
  const bool common = std::any_of(difference.changes.begin(), difference.changes.end(), [](const Change& each) {
    return each.subject == Subject::case_ && each.turn != Turn::appeared && each.turn != Turn::gone;
  });
  if (common) return difference;
  const bool shards = before.shard && after.shard && before.shard->plan == after.shard->plan;
  throw Error(shards
                  ? fmt::format("{} and {} are shards {} and {} of one run and have no case in common; `useipsec "
                                "merge` puts them together",
                                printable(before_name), printable(after_name), before.shard->index, after.shard->index)
                  : fmt::format("expected runs with a case in common; {}, {}", held(before_name, before),
                                held(after_name, after)),
              ExitCode::invalid);
}

std::size_t Difference::count(Subject subject, Turn turn) const {
  return static_cast<std::size_t>(std::count_if(changes.begin(), changes.end(), [&](const Change& each) {
    return each.subject == subject && each.turn == turn;
  }));
}

bool Difference::got_worse(bool whole) const {
  return std::any_of(changes.begin(), changes.end(), [&](const Change& each) {
    return each.turn == Turn::worse || (whole && each.turn == Turn::gone && each.subject == Subject::case_);
  });
}

std::string to_string(Turn turn) {
  switch (turn) {
    case Turn::worse:
      return "worse";
    case Turn::better:
      return "better";
    case Turn::changed:
      return "changed";
    case Turn::appeared:
      return "new";
    case Turn::gone:
      return "gone";
    case Turn::same:
      break;
  }
  return "same";
}

std::string to_string(Subject subject) {
  switch (subject) {
    case Subject::case_:
      return "case";
    case Subject::flow:
      return "flow";
    case Subject::wire:
      return "wire";
    case Subject::claim:
      break;
  }
  return "claim";
}

}  // namespace useipsec
