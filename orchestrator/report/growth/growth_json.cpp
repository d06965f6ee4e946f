#include <nlohmann/json.hpp>

#include "report/growth/growth.h"

namespace useipsec {
namespace {

using Json = nlohmann::ordered_json;

Json holding_json(const std::optional<Held>& holding) {
  if (!holding) return nullptr;
  return {{"one_node", holding->one_node}, {"all_nodes", holding->all_nodes}};
}

Json number_json(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json exponents_json(const GrowthExponents& exponents) {
  return {{"one_node", number_json(exponents.one_node)}, {"all_nodes", number_json(exponents.all_nodes)}};
}

Json growth_json(const Growth& growth) {
  auto points = Json::array();
  for (const auto& point : growth.points)
    points.push_back({{"nodes", point.nodes},
                      {"case", point.result->id},
                      {"state", to_string(point.result->verdict.state)},
                      {"measured", point.measured},
                      {"sas", holding_json(point.sas)},
                      {"policies", holding_json(point.policies)}});
  return {{"name", growth.name},
          {"scenario", growth.scenario},
          {"engine", growth.points.front().result->engine},
          {"stem", growth.stem},
          {"title", growth.title},
          {"others", growth.others},
          {"points", std::move(points)},
          {"exponents", {{"sas", exponents_json(growth.sas)}, {"policies", exponents_json(growth.policies)}}}};
}

}  // namespace

Json growth_json(const std::vector<Growth>& growths) {
  auto series = Json::array();
  for (const auto& each : growths) series.push_back(growth_json(each));
  return {{"schema", "useipsec/growth/1"}, {"series", std::move(series)}};
}

}  // namespace useipsec
