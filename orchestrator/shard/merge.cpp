#include "shard/merge.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/error.h"
#include "compare/difference.h"
#include "report/printable.h"

namespace fs = std::filesystem;

namespace useipsec {

namespace {

std::string shortened(const std::string& value) {
  const bool hash = value.size() == 64 && value.find_first_not_of("0123456789abcdef") == std::string::npos;
  return printable(hash ? value.substr(0, 12) : value);
}

/// At most five of the ids.
std::string some(const std::vector<std::string>& ids) {
  std::vector<std::string> shown;
  for (const auto& id : ids)
    if (shown.size() < 5) shown.push_back(printable(id));
  return fmt::format("{}{}", fmt::join(shown, ", "),
                     ids.size() > shown.size() ? fmt::format(" and {} more", ids.size() - shown.size()) : "");
}

std::string counted(std::size_t count) { return fmt::format("{} case{}", count, count == 1 ? "" : "s"); }

/// How much a result says: nothing, that this machine lacks something, that we were at fault, what the subject did.
int weight(State state) {
  switch (state) {
    case State::not_run:
      return 0;
    case State::precondition:
      return 1;
    case State::broken:
      return 2;
    default:
      return 3;
  }
}

/// Among verdicts: which a case is known by that has several.
int badness(State state) {
  switch (state) {
    case State::passed:
      return 0;
    case State::unsupported:
      return 1;
    case State::failed:
      return 2;
    default:
      return 3;
  }
}

/// <scenario>@<engine>+<variant>, all that a plan says of a case.
CaseResult of_id(const std::string& id) {
  CaseResult result;
  result.id = result.verdict.case_id = id;
  const auto at = id.find('@');
  result.scenario = id.substr(0, at);
  if (at == std::string::npos) return result;
  const auto plus = id.find('+', at);
  result.engine = id.substr(at + 1, plus == std::string::npos ? plus : plus - at - 1);
  if (plus != std::string::npos) result.variant = id.substr(plus + 1);
  return result;
}

class Merger {
 public:
  explicit Merger(const std::vector<StoredRun>& runs) : runs_(runs) {
    for (const auto& each : runs) names_.push_back(name_of(each));
  }

  Merged made() {
    refuse_what_does_not_fit();
    what_it_was_made_with();
    cases();
    missing_shards();
    order();
    claims();
    for (const auto& each : merged_.run.cases) {
      const bool lost = each.verdict.state == State::not_run ||
                        (each.verdict.state == State::broken && from_partial_.contains(each.id));
      if (lost) merged_.run.complete = false;
    }
    return std::move(merged_);
  }

 private:
  /// The folder's own name, with what stands before it where several are called the same.
  std::string name_of(const StoredRun& run) const {
    const auto last = [](const fs::path& path) {
      return path.has_filename() ? path.filename() : path.parent_path().filename();
    };
    const auto alike = std::count_if(runs_.begin(), runs_.end(),
                                     [&](const auto& each) { return last(each.folder) == last(run.folder); });
    return alike == 1 ? last(run.folder).string() : run.folder.string();
  }

  std::string shown(std::size_t number) const { return printable(names_[number]); }

  void refuse_what_does_not_fit() const {
    std::vector<std::string> reasons;
    std::map<fs::path, std::size_t> folders;
    for (std::size_t number = 0; number < runs_.size(); ++number) {
      std::error_code error;
      if (!folders.emplace(fs::weakly_canonical(runs_[number].folder, error), number).second)
        reasons.push_back(fmt::format("{} is named twice", shown(number)));
      else if (runs_[number].run.tool_version.empty())
        reasons.push_back(fmt::format("{}: {}; nothing else says what it was made with", shown(number),
                                      runs_[number].missing.empty() ? "no version of useipsec in run.json"
                                                                    : printable(runs_[number].missing.front())));
    }
    different_selections(reasons);
    mixed(reasons);
    if (reasons.empty()) return;
    std::string text = "these runs cannot be one:";
    for (const auto& reason : reasons) text += "\n  " + reason;
    throw Error(text, ExitCode::invalid);
  }

  static std::set<std::string> selection(const ShardRecord& shard) {
    std::set<std::string> ids;
    for (const auto& each : shard.plan) ids.insert(each.begin(), each.end());
    return ids;
  }

  const ShardRecord* first_shard(std::size_t* number = nullptr) const {
    for (std::size_t at = 0; at < runs_.size(); ++at)
      if (runs_[at].run.shard) {
        if (number != nullptr) *number = at;
        return &*runs_[at].run.shard;
      }
    return nullptr;
  }

  void different_selections(std::vector<std::string>& reasons) const {
    std::size_t first = 0;
    const auto* plan = first_shard(&first);
    if (plan == nullptr) return;
    const auto wanted = selection(*plan);
    for (std::size_t number = first + 1; number < runs_.size(); ++number) {
      const auto& shard = runs_[number].run.shard;
      if (!shard) continue;
      const auto other = selection(*shard);
      if (other == wanted && shard->total == plan->total) continue;
      std::vector<std::string> only;
      std::set_symmetric_difference(wanted.begin(), wanted.end(), other.begin(), other.end(), std::back_inserter(only));
      reasons.push_back(fmt::format("shards of different runs: {} is {} of {} of {}, {} is {} of {} of {}{}",
                                    shown(first), plan->index, plan->total, counted(wanted.size()), shown(number),
                                    shard->index, shard->total, counted(other.size()),
                                    only.empty() ? "" : "; only one of them has " + some(only)));
    }
  }

  /// Each against the first that knows: a merged run has one set of versions, or it would speak of none.
  void mixed(std::vector<std::string>& reasons) const {
    std::set<std::string> said;
    for (std::size_t number = 1; number < runs_.size(); ++number)
      for (std::size_t other = 0; other < number; ++other)
        for (const auto& each : circumstances(runs_[other].run, runs_[number].run))
          if (said.insert(fmt::format("{} {}", each.what, each.after)).second)
            reasons.push_back(fmt::format("{} differs: {} has {}, {} has {}", printable(each.what), shown(other),
                                          shortened(each.before), shown(number), shortened(each.after)));
  }

  template <class T, class Key>
  static void add_new(std::vector<T>& into, const std::vector<T>& more, Key key) {
    for (const auto& each : more)
      if (std::none_of(into.begin(), into.end(), [&](const auto& known) { return key(known) == key(each); }))
        into.push_back(each);
  }

  void what_it_was_made_with() {
    auto& run = merged_.run;
    for (std::size_t number = 0; number < runs_.size(); ++number) {
      const auto& other = runs_[number].run;
      if (run.tool_version.empty()) run.tool_version = other.tool_version;
      if (run.ground.empty()) run.ground = other.ground;
      if (run.kernel.empty()) run.kernel = other.kernel;
      if (run.record.commit.empty()) run.record.commit = other.record.commit;
      if (run.record.kernel.release.empty()) run.record.kernel = other.record.kernel;
      if (number == 0) run.record.request = other.record.request;
      if (run.record.began.empty() || (!other.record.began.empty() && other.record.began < run.record.began))
        run.record.began = other.record.began;
      add_new(run.record.programs, other.record.programs, [](const auto& each) { return each.name; });
      add_new(run.record.files, other.record.files, [](const auto& each) { return each.file; });
      run.duration_s = std::max(run.duration_s, other.duration_s);
      if (run.stopped.empty()) run.stopped = other.stopped;
      const auto index = other.shard ? other.shard->index : 0;
      run.parts.push_back({.run = names_[number], .began = other.record.began, .index = index, .set_aside = {}});
      for (const auto& each : runs_[number].missing)
        merged_.remarks.push_back(fmt::format("{}: {}", shown(number), printable(each)));
      if (runs_[number].missing.empty() && !other.complete)
        merged_.remarks.push_back(fmt::format("{} is not complete", shown(number)));
    }
    std::sort(run.record.files.begin(), run.record.files.end(),
              [](const auto& left, const auto& right) { return left.file < right.file; });
    run.complete = true;
  }

  /// One run's result of a case.
  struct Found {
    std::size_t run = 0;
    const CaseResult* result = nullptr;
  };

  void cases() {
    std::vector<std::string> ids;
    std::map<std::string, std::vector<Found>> found;
    for (std::size_t number = 0; number < runs_.size(); ++number)
      for (const auto& each : runs_[number].run.cases) {
        auto& all = found[each.id];
        if (all.empty()) ids.push_back(each.id);
        all.push_back({number, &each});
      }
    for (const auto& id : ids) take(id, found.at(id));
  }

  void take(const std::string& id, const std::vector<Found>& all) {
    int most = 0;
    for (const auto& each : all) most = std::max(most, weight(each.result->verdict.state));
    std::vector<Found> telling;
    for (const auto& each : all)
      if (weight(each.result->verdict.state) == most) telling.push_back(each);
    const auto same = [&](const Found& each) {
      return each.result->verdict.state == telling.front().result->verdict.state && !each.result->flaky &&
             !telling.front().result->flaky;
    };
    const bool agree = std::all_of(telling.begin(), telling.end(), same);
    const auto& chosen =
        agree ? telling.front()
              : *std::max_element(telling.begin(), telling.end(), [](const auto& left, const auto& right) {
                  return badness(left.result->verdict.state) < badness(right.result->verdict.state);
                });
    auto result = *chosen.result;
    if (!runs_[chosen.run].run.complete) from_partial_.insert(id);
    bring(chosen.run, id, id);
    if (telling.size() > 1 && !agree) {
      flaky(result, chosen, telling);
    } else {
      for (const auto& attempt : result.attempts)
        if (attempt.folder != id) bring(chosen.run, attempt.folder, attempt.folder);
    }
    for (const auto& each : all) {
      const bool kept = each.run == chosen.run || (!agree && weight(each.result->verdict.state) == most);
      if (!kept) merged_.run.parts[each.run].set_aside.push_back(id);
    }
    if (all.size() > 1) remark(id, all, chosen, agree);
    merged_.run.cases.push_back(std::move(result));
  }

  /// All attempts of all runs, in the order of the runs; the chosen one's evidence keeps the case's folder.
  void flaky(CaseResult& result, const Found& chosen, const std::vector<Found>& telling) {
    result.flaky = true;
    result.attempts.clear();
    unsigned aside = 0;
    for (const auto& each : telling) {
      auto attempts = each.result->attempts;
      if (attempts.empty())
        attempts.push_back(
            {1, each.result->verdict.state, each.result->verdict.why, each.result->duration_s, each.result->id});
      for (auto& attempt : attempts) {
        attempt.number = static_cast<unsigned>(result.attempts.size()) + 1;
        if (each.run != chosen.run || attempt.folder != result.id) {
          const auto to = fmt::format("{}~{}", result.id, ++aside);
          bring(each.run, attempt.folder, to);
          attempt.folder = to;
        }
        result.attempts.push_back(attempt);
      }
    }
  }

  void remark(const std::string& id, const std::vector<Found>& all, const Found& chosen, bool agree) {
    std::vector<std::string> words;
    for (const auto& each : all) words.push_back(fmt::format("{} ({})", shown(each.run), state_word(*each.result)));
    merged_.remarks.push_back(
        fmt::format("{} is in {}: {}", printable(id), fmt::join(words, " and "),
                    agree ? fmt::format("that of {} is taken", shown(chosen.run)) : "it is flaky"));
  }

  void bring(std::size_t run, const std::string& folder, const std::string& to) {
    const auto from = case_folder(runs_[run], folder);
    if (from && case_folder(runs_[run], to)) merged_.evidence.push_back({*from, to});
  }

  void missing_shards() {
    std::size_t first = 0;
    const auto* plan = first_shard(&first);
    if (plan == nullptr) return;
    std::set<std::string> there;
    std::set<unsigned> indices;
    for (const auto& each : merged_.run.cases) there.insert(each.id);
    for (std::size_t number = 0; number < runs_.size(); ++number) {
      const auto& shard = runs_[number].run.shard;
      if (!shard) continue;
      indices.insert(shard->index);
      if (shard->plan != plan->plan)
        merged_.remarks.push_back(fmt::format(
            "{} shared the cases out otherwise than {}, by other durations; each shard wants the same --durations",
            shown(number), shown(first)));
    }
    if (indices.size() < plan->total) merged_.run.stopped.clear();  // nobody left out a shard on purpose
    for (unsigned index = 1; index <= plan->total; ++index) {
      std::vector<std::string> missing;
      for (const auto& id : plan->plan[index - 1])
        if (there.insert(id).second) missing.push_back(id);
      const bool here = indices.contains(index);
      if (!here)
        merged_.remarks.push_back(fmt::format(
            "shard {} of {} is not there{}", index, plan->total,
            missing.empty() ? "" : fmt::format(": {} not run: {}", counted(missing.size()), some(missing))));
      else if (!missing.empty())
        merged_.remarks.push_back(fmt::format("no shard ran {}", some(missing)));
      for (const auto& id : missing) {
        auto result = of_id(id);
        result.verdict.why = here ? "no shard ran it" : fmt::format("shard {} of {} is not there", index, plan->total);
        merged_.run.cases.push_back(std::move(result));
      }
    }
  }

  /// As a run of them all has them: by scenario file; those whose file nobody knows at the end.
  void order() {
    std::stable_sort(merged_.run.cases.begin(), merged_.run.cases.end(),
                     [](const CaseResult& left, const CaseResult& right) {
                       if (left.file.empty() != right.file.empty()) return right.file.empty();
                       return left.file < right.file;
                     });
  }

  void claims() {
    for (const auto& each : runs_)
      add_new(merged_.run.claims, each.run.claims, [](const auto& claim) { return claim.id; });
    judge_run(merged_.run);
  }

  const std::vector<StoredRun>& runs_;
  std::vector<std::string> names_;
  std::set<std::string> from_partial_;
  Merged merged_;
};

}  // namespace

Merged merge(const std::vector<StoredRun>& runs) { return Merger(runs).made(); }

}  // namespace useipsec
