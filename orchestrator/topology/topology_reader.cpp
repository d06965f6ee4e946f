#include "topology/topology_reader.h"

#include <nlohmann/json.hpp>
#include <set>

#include "input/check.h"
#include "topology/generate.h"
#include "topology/nat_reader.h"
#include "topology/settle.h"
#include "topology/topology_shape.h"
#include "topology/words.h"

namespace useipsec {
namespace {

std::vector<Prefix> prefixes(const Json& array) {
  std::vector<Prefix> result;
  for (const auto& each : array) {
    if (const auto prefix = Prefix::parse(each.get<std::string>())) result.push_back(*prefix);
  }
  return result;
}

FilterRule filter_rule(const Json& json) {
  FilterRule rule;
  rule.accept = json.at("do").get<std::string>() == "accept";
  rule.protocol = json.value("protocol", "");
  if (json.contains("from")) rule.from = Prefix::parse(json["from"].get<std::string>());
  if (json.contains("to")) rule.to = Prefix::parse(json["to"].get<std::string>());
  if (json.contains("from_port")) rule.from_port = json["from_port"].get<std::uint16_t>();
  if (json.contains("to_port")) rule.to_port = json["to_port"].get<std::uint16_t>();
  return rule;
}

std::vector<DraftRoute> routes_of(const Json& array) {
  std::vector<DraftRoute> routes;
  for (const auto& route : array)
    routes.push_back({route.at("to").get<std::string>(), route.at("via").get<std::string>()});
  return routes;
}

DraftNode draft_node(const std::string& name, const Json& json) {
  DraftNode node;
  node.name = name;
  node.role = value_of(role_words, json.at("role").get<std::string>());
  if (json.contains("loopback")) node.loopback = prefixes(json["loopback"]);
  if (json.contains("nat")) node.nat = read_nat_policy(json["nat"]);
  if (json.contains("filter"))
    for (const auto& rule : json["filter"]) node.filter.push_back(filter_rule(rule));
  if (json.contains("routes")) node.routes = routes_of(json["routes"]);
  node.autoconfigures = json.value("autoconfigures", false);
  return node;
}

std::vector<Generator> generators_of(const Json& json) {
  std::vector<Generator> result;
  if (!json.contains("generate")) return result;
  for (const auto& [stem, each] : json["generate"].items()) {
    Generator generator{stem,
                        each.at("count").get<std::uint32_t>(),
                        value_of(role_words, each.at("role").get<std::string>()),
                        {},
                        {},
                        each.at("on").get<std::vector<std::string>>()};
    if (each.contains("loopback")) generator.loopback = prefixes(each["loopback"]);
    if (each.contains("routes")) generator.routes = routes_of(each["routes"]);
    result.push_back(std::move(generator));
  }
  return result;
}

Impairment impairment(const Json& json) {
  Impairment result;
  result.delay_ms = json.value("delay_ms", 0.0);
  result.jitter_ms = json.value("jitter_ms", 0.0);
  result.loss_percent = json.value("loss_percent", 0.0);
  result.rate_kbit = json.value("rate_kbit", std::uint32_t{0});
  result.mtu = json.value("mtu", std::uint16_t{0});
  return result;
}

DraftLink draft_link(const std::string& name, const Json& json) {
  DraftLink link;
  link.name = name;
  link.kind = value_of(link_kind_words, json.value("kind", "point-to-point"));
  link.subnets = prefixes(json.at("subnets"));
  for (const auto& [node, addresses] : json.at("ends").items()) {
    DraftEnd end{node, addresses.is_string(), {}};
    if (!end.automatic) end.addresses = addresses.get<std::vector<std::string>>();
    link.ends.push_back(std::move(end));
  }
  if (json.contains("impair")) link.impairment = impairment(json["impair"]);
  link.static_neighbors = json.value("neighbors", "dynamic") == "static";
  link.snooping = json.value("snooping", false);
  return link;
}

}  // namespace

TopologyReading topology_at(const View& view, const std::string& pointer, Diagnostics& diagnostics) {
  const auto* json = view.find(pointer);
  if (json == nullptr || view.is_gap(pointer)) return {};
  TopologyDraft draft;
  draft.name = json->at("topology").get<std::string>();
  draft.about = json->value("about", "");
  for (const auto& [name, node] : json->at("nodes").items()) draft.nodes.push_back(draft_node(name, node));
  for (const auto& [name, link] : json->at("links").items()) draft.links.push_back(draft_link(name, link));
  const auto generators = generators_of(*json);
  const bool generators_known = view.is_whole(pointer + "/generate");
  const auto written = [&](const std::string& below) { return pointer + written_at(generators, below); };
  const Certainty certainty{
      [&](const std::string& below) { return view.is_whole(written(below)); },
      [&](const std::string& below) { return generators_known && view.knows_members(written(below)); }};
  bool whole = view.is_whole(pointer);
  std::set<std::string> said;  // what is wrong with a generator is wrong with each node that it makes
  const Complain complain = [&](const std::string& below, std::string message, std::string found, std::string nearest) {
    if (!certainty.whole(below)) return;
    whole = false;
    const auto here = written(below);
    if (here != pointer + below || below.starts_with("/generate/"))
      if (!said.insert(here).second) return;
    diagnostics.add(view.at(here, std::move(message), std::move(found), std::move(nearest)));
  };
  if (generators_known) generate(draft, generators, complain);
  auto topology = settle(draft, complain, certainty);
  if (!certainty.knows_members("/nodes") || !certainty.knows_members("/links")) return {};
  return {std::move(topology), whole};
}

TopologyReading read_topology_parts(const std::filesystem::path& file, Diagnostics& diagnostics) {
  const auto document = Document::read(file, diagnostics);
  if (!document) return {};
  const auto view = mended(*document, *topology_shape(), diagnostics);
  if (!view) return {};
  const auto& name = view->root().at("topology").get_ref<const std::string&>();
  if (name != file.stem().string() && !view->is_gap("/topology")) {
    diagnostics.add(view->at("/topology",
                             "expected the file's name without .json: " + quoted_text(file.stem().string()),
                             quoted_text(name)));
  }
  auto reading = topology_at(*view, "", diagnostics);
  reading.topology.file = file.string();
  return reading;
}

std::optional<Topology> read_topology(const std::filesystem::path& file, Diagnostics& diagnostics) {
  Diagnostics found;
  auto reading = read_topology_parts(file, found);
  diagnostics.add(found);
  return found.empty() ? std::optional(std::move(reading.topology)) : std::nullopt;
}

}  // namespace useipsec
