#include "cli/output_schemas.h"

#include <nlohmann/json.hpp>

#include "compare/difference.h"
#include "input/schema.h"
#include "report/growth/growth_shape.h"
#include "report/ladder/ladder_shape.h"
#include "report/run_shape.h"

namespace useipsec {

namespace {

ShapePtr schema_word(const char* id) { return word({id}); }
ShapePtr texts() { return array_of(any_text()); }

ShapePtr list_shape() {
  const auto one = object(
      "case", {required("id", any_text(), ""), required("scenario", any_text(), ""), required("engine", any_text(), ""),
               required("variant", any_text(), ""), required("control_of", or_null(any_text()), ""),
               required("title", any_text(), ""), required("topology", any_text(), "Its name."),
               required("claims", texts(), ""), required("file", any_text(), "The scenario file.")});
  return object("list", {required("schema", schema_word("useipsec/list/1"), ""), required("cases", array_of(one), ""),
                         optional("shards", array_of(texts()), "With --shards: for each its cases' ids.")});
}

ShapePtr check_shape() {
  const auto diagnostic =
      object("diagnostic", {required("file", any_text(), ""), required("line", integer(0, 1 << 30), ""),
                            required("column", integer(0, 1 << 30), ""), required("pointer", any_text(), "RFC 6901."),
                            required("message", any_text(), ""), required("found", any_text(), ""),
                            required("nearest", any_text(), "")});
  return object("check",
                {required("schema", schema_word("useipsec/check/1"), ""), required("errors", array_of(diagnostic), ""),
                 required("warnings", array_of(diagnostic), "")});
}

ShapePtr grid_shape() {
  const auto cell = object(
      "cell",
      {required("case", any_text(), "Its id."), required("table", any_text(), "The values of the first axes."),
       required("row", any_text(), "The value of the axis that has the controls."),
       required("column", any_text(), "Engine and value of the remaining axis."), required("state", state_shape(), ""),
       required("fate", any_text(), "What became of its flows, else the state."),
       required("proven", boolean(), "Its controls passed."), required("why", any_text(), "")});
  return object("grid",
                {required("schema", schema_word("useipsec/grid/1"), ""), required("grid", any_text(), "The scenario."),
                 required("tables", texts(), ""), required("rows", texts(), ""), required("columns", texts(), ""),
                 required("cells", array_of(cell), "")});
}

ShapePtr claims_shape() {
  const auto claim = object("claim", {required("id", any_text(), ""), required("group", any_text(), ""),
                                      required("statement", any_text(), ""), required("source", texts(), ""),
                                      required("status", claim_state_shape(), ""), required("why", any_text(), ""),
                                      required("cases", texts(), "")});
  const auto statement = object("statement", {required("statement", any_text(), ""), required("source", texts(), ""),
                                              required("why", any_text(), "")});
  return object("claims", {required("schema", schema_word("useipsec/claims/1"), ""),
                           required("claims", array_of(claim), ""), required("not_testable", array_of(statement), "")});
}

ShapePtr doctor_shape() {
  const auto capability = object(
      "capability",
      {required("name", any_text(), ""), required("found", boolean(), ""), required("needed_for", any_text(), ""),
       required("said", any_text(), "The kernel's own words."), required("remedy", any_text(), "")});
  return object("doctor", {required("schema", schema_word("useipsec/doctor/1"), ""),
                           required("ground", or_null(word({"host", "guest"})), "null: there is none."),
                           required("why", any_text(), ""), required("capabilities", array_of(capability), "")});
}

ShapePtr report_shape() {
  return object(
      "report",
      {required("schema", schema_word("useipsec/report/1"), ""), required("page", any_text(), "The HTML page."),
       required("captures", integer(0, 1 << 30), "Cases with case.pcapng and wireshark/, which holds keys."),
       required("command", any_text(), "Opens the first of them; empty: there is none."),
       required("missing", texts(), "What the run lacks."),
       required("problems", texts(), "What could not be written.")});
}

}  // namespace

std::map<std::string, nlohmann::ordered_json> output_schemas() {
  return {{"check.json", to_schema(*check_shape(), "useipsec/check/1", "What useipsec check --json prints")},
          {"claims.json", to_schema(*claims_shape(), "useipsec/claims/1", "What useipsec claims --json prints")},
          {"diff.json", to_schema(*difference_shape(), "useipsec/diff/1", "What useipsec diff --json prints")},
          {"doctor.json", to_schema(*doctor_shape(), "useipsec/doctor/1", "What useipsec doctor --json prints")},
          {"grid.json", to_schema(*grid_shape(), "useipsec/grid/1", "What useipsec show --grid --json prints")},
          {"growth.json", to_schema(*growth_shape(), "useipsec/growth/1", "What useipsec show --growth --json prints")},
          {"ladder.json",
           to_schema(*ladder_shape(), "useipsec/ladder/1", "What useipsec show CASE --ladder --json prints")},
          {"list.json", to_schema(*list_shape(), "useipsec/list/1", "What useipsec list --json prints")},
          {"report.json", to_schema(*report_shape(), "useipsec/report/1", "What useipsec report --json prints")},
          {"run.json", to_schema(*run_shape(), run_schema_id, "One run of useipsec (run.json)")}};
}

}  // namespace useipsec
