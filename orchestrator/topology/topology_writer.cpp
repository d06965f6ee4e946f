#include "topology/topology_writer.h"

#include <nlohmann/json.hpp>

#include "topology/nat_reader.h"
#include "topology/words.h"

namespace useipsec {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
Json texts(const std::vector<T>& values) {
  auto result = Json::array();
  for (const auto& each : values) result.push_back(each.str());
  return result;
}

Json rule_json(const FilterRule& rule) {
  Json json{{"do", rule.accept ? "accept" : "drop"}};
  if (!rule.protocol.empty()) json["protocol"] = rule.protocol;
  if (rule.from) json["from"] = rule.from->str();
  if (rule.to) json["to"] = rule.to->str();
  if (rule.from_port) json["from_port"] = *rule.from_port;
  if (rule.to_port) json["to_port"] = *rule.to_port;
  return json;
}

Json node_json(const Node& node) {
  Json json{{"role", word_of(role_words, node.role)}};
  if (!node.loopback.empty()) json["loopback"] = texts(node.loopback);
  for (const auto& route : node.routes) json["routes"].push_back({{"to", route.to.str()}, {"via", route.via.str()}});
  if (node.nat) json["nat"] = nat_policy_json(*node.nat);
  for (const auto& rule : node.filter) json["filter"].push_back(rule_json(rule));
  if (node.autoconfigures) json["autoconfigures"] = true;
  return json;
}

Json impairment_json(const Impairment& impairment) {
  auto json = Json::object();
  if (impairment.delay_ms > 0) json["delay_ms"] = impairment.delay_ms;
  if (impairment.jitter_ms > 0) json["jitter_ms"] = impairment.jitter_ms;
  if (impairment.loss_percent > 0) json["loss_percent"] = impairment.loss_percent;
  if (impairment.rate_kbit > 0) json["rate_kbit"] = impairment.rate_kbit;
  if (impairment.mtu > 0) json["mtu"] = impairment.mtu;
  return json;
}

Json link_json(const Link& link) {
  Json json{{"kind", word_of(link_kind_words, link.kind)}, {"subnets", texts(link.subnets)}};
  json["ends"] = Json::object();
  for (const auto& end : link.ends) json["ends"][end.node] = texts(end.addresses);
  if (auto impairment = impairment_json(link.impairment); !impairment.empty()) json["impair"] = std::move(impairment);
  if (link.static_neighbors) json["neighbors"] = "static";
  if (link.snooping) json["snooping"] = true;
  return json;
}

}  // namespace

std::string topology_text(const Topology& topology) {
  Json json{{"topology", topology.name}};
  if (!topology.about.empty()) json["about"] = topology.about;
  json["nodes"] = Json::object();
  json["links"] = Json::object();
  for (const auto& node : topology.nodes) json["nodes"][node.name] = node_json(node);
  for (const auto& link : topology.links) json["links"][link.name] = link_json(link);
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace useipsec
