#include "report/html/page.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <optional>
#include <set>

#include "draw/draw.h"
#include "report/cost.h"
#include "report/growth/growth.h"
#include "report/html/growth_html.h"
#include "report/html/templates.h"
#include "report/html/view.h"
#include "report/ladder/ladder.h"
#include "report/record_text.h"
#include "report/tables.h"

namespace useipsec {

namespace {

constexpr std::size_t verdict_size = 2'500;  // bytes, about: what a case needs at least

/// "1 case", "3 cases"
std::string counted(std::size_t count, const std::string& what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

template <class Word>
std::string totals(const std::map<Word, std::size_t>& counts) {
  std::vector<std::string> words;
  for (const auto& [word, count] : counts) words.push_back(fmt::format("{} {}", count, to_string(word)));
  return fmt::format("{}", fmt::join(words, ", "));
}

std::pair<const char*, const char*> look_of(ClaimState state) {
  switch (state) {
    case ClaimState::reproduced:
      return {"good", "\u2713"};
    case ClaimState::contradicted:
      return {"bad", "\u2717"};
    case ClaimState::mixed:
      return {"open", "\u25d0"};
    case ClaimState::not_run:
    case ClaimState::not_testable:
      break;
  }
  return {"none", "\u25cb"};
}

/// A subject, then its controls, as the tables have them.
std::vector<const CaseResult*> in_order(const RunResult& run) {
  std::multimap<std::string, const CaseResult*> controls;
  std::set<std::string> subjects;
  for (const auto& one : run.cases) {
    if (one.control_of.empty())
      subjects.insert(one.id);
    else
      controls.emplace(one.control_of, &one);
  }
  std::vector<const CaseResult*> order;
  for (const auto& one : run.cases) {
    if (!one.control_of.empty() && subjects.contains(one.control_of)) continue;
    order.push_back(&one);
    const auto [first, last] = controls.equal_range(one.control_of.empty() ? one.id : "");
    for (auto each = first; each != last; ++each) order.push_back(each->second);
  }
  return order;
}

class Page {
 public:
  Page(const StoredRun& stored, const PageOptions& options) : stored_(stored), run_(stored.run), options_(options) {}

  std::string build() {
    order_ = in_order(run_);
    write_cases();
    ViewData view;
    view.set("style", std::string(style_template) + topology_style() + ladder_style() + growth_style());
    view.set("version", run_.tool_version.empty() ? "(version not known)" : run_.tool_version);
    head(view);
    record(view);
    claims(view);
    matrix(view);
    set_list(view, "growths", growth_views(run_));
    std::string cases;
    for (const auto* one : order_) cases += sections_.at(one);
    view.set("cases", cases);
    static auto parsed = parsed_template(page_template);
    return parsed.render(view);
  }

 private:
  /// Each case with as much as there is room for, those first that a reader looks for.
  void write_cases() {
    auto by_need = order_;
    std::stable_sort(by_need.begin(), by_need.end(), [](const CaseResult* left, const CaseResult* right) {
      const auto rank = [](const CaseResult* one) {
        return one->verdict.state != State::passed ? 0 : one->control_of.empty() ? 1 : 2;
      };
      return rank(left) < rank(right);
    });
    std::size_t used = 0, open = by_need.size();
    bool room = true;  // once the evidence of one case had none, that of others is not read any more
    for (const auto* one : by_need) {
      --open;
      const auto fits = [&](const std::string& html) {
        return used + html.size() + open * verdict_size <= options_.budget;
      };
      std::string html;
      if (room) {
        const auto stored = read_stored_case(stored_, *one);
        if (stored.observations && (!began_ || stored.observations->started_at < *began_))
          began_ = stored.observations->started_at;
        if (stored.observations && kernel_.empty()) kernel_ = stored.observations->kernel;
        html = case_html(stored, run_, CaseDetail::all, options_.links);
        room = fits(html);
      }
      StoredCase alone;
      alone.result = one;
      if (!room) html = case_html(alone, run_, CaseDetail::tables, options_.links);
      if (!fits(html)) html = case_html(alone, run_, CaseDetail::verdict, options_.links);
      used += html.size();
      sections_.emplace(one, std::move(html));
    }
  }

  void head(ViewData& view) {
    view.set("title", fmt::format("{}: {}", counted(run_.cases.size(), "case"), case_totals(run_)));
    auto facts = empty_list();
    const auto fact = [&](const std::string& name, const std::string& value) {
      if (value.empty()) return;
      ViewData each;
      each.set("name", name);
      each.set("value", value);
      facts << each;
    };
    if (began_) fact("Began", fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(static_cast<std::time_t>(*began_))));
    if (run_.duration_s > 0) fact("Took", fmt::format("{:.0f} s", run_.duration_s));
    fact("Of it the tool's own", own_time_text(own_time(run_)));
    fact("Resident memory", memory_text(run_.cost));
    fact("Ground", run_.ground);
    fact("Kernel", run_.kernel.empty() ? kernel_ : run_.kernel);
    fact("useipsec", run_.tool_version);
    view.set("facts", facts);
    auto missing = empty_list();
    for (const auto& each : stored_.missing) missing << ViewData(each);
    if (stored_.missing.empty() && !run_.complete) missing << ViewData("the run is not complete");
    view.set("partial", missing.is_non_empty_list());
    view.set("missing", missing);
  }

  void record(ViewData& view) {
    view.set("record", record_text(run_));
    view.set("has_files", !run_.record.files.empty());
    view.set("files", files_text(run_));
  }

  void claims(ViewData& view) {
    std::map<ClaimState, std::size_t> states;
    std::vector<std::pair<std::string, ViewData>> groups;
    auto untouched = empty_list();
    std::size_t untouched_count = 0;
    for (const auto& claim : run_.claims) {
      ++states[claim.state];
      const bool reached = claim.state != ClaimState::not_run || !bears(claim.id).empty();
      if (!reached) {
        ++untouched_count;
        untouched << untouched_row(claim);
        continue;
      }
      const auto name = claim.group_title.empty() ? "Claims" : claim.group_title;
      if (groups.empty() || groups.back().first != name) groups.emplace_back(name, empty_list());
      groups.back().second << claim_row(claim);
    }
    auto list = empty_list();
    for (auto& [name, rows] : groups) {
      ViewData each;
      each.set("group", name);
      each.set("claims", rows);
      list << each;
    }
    view.set("has_claims", !groups.empty());
    view.set("groups", list);
    view.set("untouched_count", counted(untouched_count, "claim"));
    set_list(view, "untouched", untouched);
    view.set("claims_sentence", run_.claims.empty()
                                    ? "This run names no claims."
                                    : fmt::format("Of {} claims: {}.", run_.claims.size(), totals(states)));
  }

  /// The subjects that name the claim.
  std::vector<std::string> bears(const std::string& claim) {
    if (bears_.empty())
      for (const auto& one : run_.cases)
        if (one.control_of.empty())
          for (const auto& each : one.claims) bears_[each.id].push_back(one.id);
    const auto found = bears_.find(claim);
    return found == bears_.end() ? std::vector<std::string>() : found->second;
  }

  ViewData claim_row(const ClaimStatus& claim) {
    ViewData row;
    const auto [kind, glyph] = look_of(claim.state);
    row.set("id", claim.id);
    row.set("kind", kind);
    row.set("glyph", glyph);
    row.set("status", to_string(claim.state));
    row.set("statement", claim.statement.empty() ? claim.id : claim.statement);
    auto sources = empty_list(), cases = empty_list();
    for (const auto& each : claim.sources) sources << ViewData(each);
    for (const auto& id : bears(claim.id))
      if (!mentions(claim.why, id)) cases << piece("", id, id);
    row.set("source", sources);
    row.set("why", linked(claim.why));
    set_list(row, "cases", cases);
    return row;
  }

  static ViewData piece(const std::string& text, const std::string& shown, const std::string& id) {
    ViewData each;
    each.set("text", text);
    each.set("shown", shown);
    each.set("id", text_or_false(id));
    return each;
  }

  /// A sentence as pieces: its words, and the ids of cases in it as links to them. "+variant" goes on from the last id.
  ViewData linked(const std::string& sentence) const {
    auto pieces = empty_list();
    std::string words, base;
    for (std::size_t at = 0; at < sentence.size();) {
      const auto end = std::min(sentence.find_first_of(" ;:,()", at), sentence.size());
      const auto word = sentence.substr(at, end - at);
      const auto id = word.rfind('+', 0) == 0 ? base + word : word;
      if (is_case(id)) {
        base = id.substr(0, id.find('+'));
        pieces << piece(words, word, id);
        words.clear();
      } else {
        words += word;
      }
      if (end < sentence.size()) words += sentence[end];
      at = end + 1;
    }
    if (!words.empty()) pieces << piece(words, "", "");
    return pieces;
  }

  static bool mentions(const std::string& sentence, const std::string& id) {
    const auto plus = id.find('+');
    return sentence.find(id) != std::string::npos ||
           (plus != std::string::npos && sentence.find(id.substr(0, plus)) != std::string::npos &&
            sentence.find(id.substr(plus)) != std::string::npos);
  }

  bool is_case(const std::string& word) const {
    return std::any_of(order_.begin(), order_.end(), [&](const CaseResult* one) { return one->id == word; });
  }

  static ViewData untouched_row(const ClaimStatus& claim) {
    ViewData row;
    row.set("id", claim.id);
    row.set("statement", claim.statement);
    row.set("source", fmt::format("{}", fmt::join(claim.sources, ", ")));
    return row;
  }

  void matrix(ViewData& view) {
    std::vector<std::string> engines, scenarios;
    std::map<std::string, const CaseResult*> first;
    std::map<std::pair<std::string, std::string>, std::vector<const CaseResult*>> cells;
    for (const auto* one : order_) {
      if (std::find(engines.begin(), engines.end(), one->engine) == engines.end()) engines.push_back(one->engine);
      if (first.emplace(one->scenario, one).second) scenarios.push_back(one->scenario);
      cells[{one->scenario, one->engine}].push_back(one);
    }
    // A scenario's controls stand below it, whatever the variants they belong to.
    std::stable_sort(scenarios.begin(), scenarios.end(), [&](const std::string& left, const std::string& right) {
      return place(scenarios_of_subjects(), left) < place(scenarios_of_subjects(), right);
    });
    auto names = empty_list(), rows = empty_list();
    for (const auto& engine : engines) names << ViewData(engine.empty() ? "(no engine)" : engine);
    for (const auto& scenario : scenarios) {
      const auto* one = first.at(scenario);
      const bool control = !one->control_of.empty();
      ViewData row;
      row.set("control", control);
      const auto dot = scenario.find('.');
      row.set("name", control && dot != std::string::npos ? scenario.substr(dot + 1) : scenario);
      row.set("title", control ? ViewData(false) : text_or_false(one->title));
      auto row_cells = empty_list();
      for (const auto& engine : engines) row_cells << cell(cells[{scenario, engine}]);
      row.set("cells", row_cells);
      rows << row;
    }
    const auto subjects = scenarios_of_subjects().size();
    view.set("engines", names);
    view.set("rows", rows);
    view.set("matrix_sentence",
             fmt::format("{} by {}. Every cell leads to its case.",
                         counted(subjects, "scenario") + " with " + counted(scenarios.size() - subjects, "control"),
                         counted(engines.size(), "engine")));
  }

  /// The subjects' scenarios, in their order.
  const std::vector<std::string>& scenarios_of_subjects() {
    if (subject_scenarios_.empty())
      for (const auto* one : order_)
        if (one->control_of.empty() &&
            std::find(subject_scenarios_.begin(), subject_scenarios_.end(), one->scenario) == subject_scenarios_.end())
          subject_scenarios_.push_back(one->scenario);
    return subject_scenarios_;
  }

  static std::size_t place(const std::vector<std::string>& subjects, const std::string& scenario) {
    const auto own = scenario.substr(0, scenario.find('.'));
    return static_cast<std::size_t>(std::find(subjects.begin(), subjects.end(), own) - subjects.begin());
  }

  static ViewData cell(const std::vector<const CaseResult*>& runs) {
    ViewData result;
    auto list = empty_list();
    for (const auto* one : runs) {
      ViewData each;
      set_state(each, *one);
      each.set("anchor", one->id);
      each.set("variant", text_or_false(one->variant));
      list << each;
    }
    set_list(result, "runs", list);
    return result;
  }

  const StoredRun& stored_;
  const RunResult& run_;
  const PageOptions& options_;
  std::vector<const CaseResult*> order_;
  std::map<const CaseResult*, std::string> sections_;
  std::map<std::string, std::vector<std::string>> bears_;
  std::vector<std::string> subject_scenarios_;
  std::optional<double> began_;
  std::string kernel_;
};

}  // namespace

std::string html_page(const StoredRun& stored, const PageOptions& options) { return Page(stored, options).build(); }

}  // namespace useipsec
