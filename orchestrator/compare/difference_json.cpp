#include <nlohmann/json.hpp>

#include "compare/difference.h"
#include "report/run_shape.h"

namespace useipsec {

namespace {

using Json = nlohmann::ordered_json;

Json run_of(const ComparedRun& compared) {
  const auto& run = *compared.run;
  return {{"run", compared.name}, {"version", run.tool_version}, {"ground", run.ground},
          {"kernel", run.kernel}, {"began", run.record.began},   {"complete", run.complete}};
}

Json or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

}  // namespace

Json difference_json(const Difference& difference, const ComparedRun& before, const ComparedRun& after, bool all,
                     bool whole) {
  Json circumstances = Json::array(), changes = Json::array(), counts;
  for (const auto& each : difference.circumstances)
    circumstances.push_back({{"what", each.what}, {"before", each.before}, {"after", each.after}});
  for (const auto& each : difference.changes) {
    if (each.turn == Turn::same && !all) continue;
    changes.push_back({{"turn", to_string(each.turn)},
                       {"subject", to_string(each.subject)},
                       {"case", or_null(each.case_id)},
                       {"name", or_null(each.name)},
                       {"before", or_null(each.before)},
                       {"after", or_null(each.after)},
                       {"why", each.why}});
  }
  for (const auto turn : {Turn::worse, Turn::better, Turn::changed, Turn::appeared, Turn::gone, Turn::same})
    counts[to_string(turn)] = difference.count(Subject::case_, turn);
  return {{"schema", "useipsec/diff/1"},
          {"before", run_of(before)},
          {"after", run_of(after)},
          {"worse", difference.got_worse(whole)},
          {"cases", counts},
          {"circumstances", circumstances},
          {"changes", changes}};
}

ShapePtr difference_shape() {
  const auto run =
      object("run", {required("run", any_text(), "As it was named."), required("version", any_text(), ""),
                     required("ground", any_text(), ""), required("kernel", any_text(), ""),
                     required("began", any_text(), "UTC; empty: unknown."), required("complete", boolean(), "")});
  const auto count = integer(0, 1 << 30);
  const auto counts =
      object("counts", {required("worse", count, ""), required("better", count, ""), required("changed", count, ""),
                        required("new", count, ""), required("gone", count, ""), required("same", count, "")});
  const auto circumstance =
      object("circumstance",
             {required("what", any_text(), ""), required("before", any_text(), ""), required("after", any_text(), "")});
  const auto change = object(
      "change",
      {required("turn", word({"worse", "better", "changed", "new", "gone", "same"}), ""),
       required("subject", word({"case", "flow", "wire", "claim"}), ""),
       required("case", or_null(any_text()), "null for a claim."),
       required("name", or_null(any_text()), "Of the flow or the claim; null for a case."),
       required("before", or_null(any_text()), "A state, outcome, forms on the wire or status; null: not there."),
       required("after", or_null(any_text()), ""), required("why", any_text(), "The later run's reason.")});
  return object("diff",
                {required("schema", word({"useipsec/diff/1"}), ""), required("before", run, ""),
                 required("after", run, ""), required("worse", boolean(), "Whether the exit code is 1."),
                 required("cases", counts, "How many cases went which way."),
                 required("circumstances", array_of(circumstance), "What the runs were made with and differ in."),
                 required("changes", array_of(change), "Worse first.")});
}

}  // namespace useipsec
