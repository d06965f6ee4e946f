#include "report/growth/growth_shape.h"

#include "report/run_shape.h"

namespace useipsec {

ShapePtr growth_shape() {
  const auto count = [] { return integer(0, std::int64_t{1} << 53); };  // what JSON carries exactly
  const auto power = [] { return or_null(number(-1e3, 1e3)); };
  const auto holding = object("holding", {required("one_node", count(), "The most that any one node held."),
                                          required("all_nodes", count(), "The sum over all nodes of the case.")});
  const auto pair = object("exponent-pair", {required("one_node", power(), "null: nothing was held."),
                                             required("all_nodes", power(), "Likewise.")});
  const auto exponents = object("exponents", {required("sas", pair, ""), required("policies", pair, "")});
  const auto point =
      object("point", {required("nodes", count(), "n: how many nodes were generated."),
                       required("case", any_text(), "Its id."), required("state", state_shape(), ""),
                       required("measured", boolean(), "It passed: only such bear on the exponents."),
                       required("sas", or_null(holding), "SAs with keys, at the end; null: it was not observed."),
                       required("policies", or_null(holding), "Likewise.")});
  const auto series = object(
      "series",
      {required("name", any_text(), "<scenario>@<engine>, with + and the values of other axes where there are any."),
       required("scenario", any_text(), ""), required("engine", any_text(), ""),
       required("stem", any_text(), "\"r\" where r1, r2, ... were generated."),
       required("title", any_text(), "With n for the number; empty: the cases have none in common."),
       required("others", array_of(any_text()),
                "Nodes that held something and were not generated: all_nodes has them."),
       required("points", array_of(point, 2), "By n."),
       required("exponents", exponents,
                "The power of n by which it grows, between the smallest and the largest n that passed.")});
  return object("growth", {required("schema", word({"useipsec/growth/1"}), ""),
                           required("series", array_of(series), "In the order of the run.")});
}

}  // namespace useipsec
