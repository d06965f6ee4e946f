#include "scenario/schemas.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "input/formats.h"
#include "input/schema.h"
#include "scenario/scenario_shape.h"
#include "topology/topology_shape.h"

namespace useipsec {
namespace {

/// claims/<group>/<claim>.json
ShapePtr claim_shape() {
  const auto texts = array_of(any_text(), 1);
  return object(
      "claim",
      {optional("$schema", any_text(), "Where this format is described, for editors."),
       required("claim", text(name_format()), "Its id: the file's name, without .json."),
       required("group", text(name_format()), "The group it belongs to: the folder."),
       required("number", integer(1, 9999), "Its place in the catalogue."),
       required("statement", any_text(), "What is claimed."), required("source", texts, "Who says so and where."),
       required("hypothesis", any_text(), "What is seen if it is true."),
       required("refuted_if", any_text(), "What is seen if it is not."),
       required("experiment", any_text(), "How to find out."),
       required("control", any_text(), "The matching run that must go the other way."),
       required("expected", any_text(), "The outcome, or several with where each applies."),
       required("tier", array_of(word({"K0", "K1", "K2", "K2+SCTP"}), 1), "What the machine must have."),
       required("grade", word({"S", "M", "L"}), "How much work it is."),
       optional("caveats", any_text(), "What to beware of.")});
}

}  // namespace

std::map<std::string, nlohmann::ordered_json> schemas() {
  const std::string base = "urn:useipsec:schema:";
  auto scenario = to_schema(*scenario_shape(), base + "scenario", "A useipsec scenario");
  // Of axes one has the control: which, no schema can say.
  scenario["anyOf"] = {{{"required", {"controls"}}}, {{"required", {"axes"}}}};
  return {{"claim.json", to_schema(*claim_shape(), base + "claim", "A claim of the useipsec catalogue")},
          {"scenario.json", std::move(scenario)},
          {"topology.json", to_schema(*topology_shape(), base + "topology", "A useipsec topology")}};
}

}  // namespace useipsec
