#include "inside/lab_state.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/error.h"

namespace useipsec {

using json = nlohmann::ordered_json;

namespace {

LabPhase phase_of(const std::string& word) {
  for (const auto phase : {LabPhase::preparing, LabPhase::held, LabPhase::ending}) {
    if (to_string(phase) == word) return phase;
  }
  throw Error(fmt::format("reading the state of a lab: expected preparing, held or ending, found \"{}\"", word));
}

std::string role_text(const Node& node) {
  if (node.role == Role::host) return "host";
  if (!node.nat) return "router";
  if (node.nat->kind == NatKind::prefix) return "NPTv6";
  return node.nat->kind == NatKind::one_to_one ? "1:1 NAT" : "NAPT";
}

}  // namespace

std::string_view to_string(LabPhase phase) {
  switch (phase) {
    case LabPhase::preparing:
      return "preparing";
    case LabPhase::held:
      return "held";
    case LabPhase::ending:
      return "ending";
  }
  return "ending";
}

json to_json_document(const LabState& lab) {
  json document{{"name", lab.name},
                {"kind", lab.kind == LabKind::lab ? "lab" : "run"},
                {"phase", to_string(lab.phase)},
                {"case", lab.case_id},
                {"scenario", lab.scenario},
                {"engine", lab.engine},
                {"variant", lab.variant},
                {"title", lab.title},
                {"topology", lab.topology},
                {"ground", lab.ground},
                {"kernel", lab.kernel},
                {"since", lab.since},
                {"process", lab.process},
                {"run", lab.run},
                {"folder", lab.folder},
                {"state", lab.state},
                {"why", lab.why},
                {"example", lab.example}};
  document["steps"] = json::array();
  for (const auto& step : lab.steps)
    document["steps"].push_back({{"text", step.text}, {"result", step.result}, {"seconds", step.seconds}});
  document["nodes"] = json::array();
  for (const auto& node : lab.nodes)
    document["nodes"].push_back(
        {{"name", node.name}, {"role", node.role}, {"addresses", node.addresses}, {"commands", node.commands}});
  return document;
}

std::string to_text(const LabState& lab) {
  return to_json_document(lab).dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

LabState lab_state(const json& document) try {
  LabState lab;
  lab.name = document.at("name");
  lab.kind = document.at("kind") == "run" ? LabKind::run : LabKind::lab;
  lab.phase = phase_of(document.at("phase"));
  lab.case_id = document.at("case");
  lab.scenario = document.at("scenario");
  lab.engine = document.at("engine");
  lab.variant = document.at("variant");
  lab.title = document.at("title");
  lab.topology = document.at("topology");
  lab.ground = document.at("ground");
  lab.kernel = document.at("kernel");
  lab.since = document.at("since");
  lab.process = document.at("process");
  lab.run = document.at("run");
  lab.folder = document.at("folder");
  lab.state = document.at("state");
  lab.why = document.at("why");
  lab.example = document.at("example");
  for (const auto& step : document.at("steps"))
    lab.steps.push_back({step.at("text"), step.at("result"), step.at("seconds")});
  for (const auto& node : document.at("nodes"))
    lab.nodes.push_back({node.at("name"), node.at("role"), node.at("addresses"), node.at("commands")});
  return lab;
} catch (const json::exception& error) {
  throw Error(fmt::format("reading the state of a lab: {}", error.what()));
}

LabState lab_state(const std::string& text) {
  const auto document = json::parse(text, nullptr, false);
  if (document.is_discarded()) throw Error("reading the state of a lab: it is no JSON");
  return lab_state(document);
}

std::string labs_text(const std::vector<LabState>& labs) {
  json document{{"schema", "useipsec/lab/1"}, {"labs", json::array()}};
  for (const auto& lab : labs) document["labs"].push_back(to_json_document(lab));
  return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::vector<LabState::Place> places(const Topology& topology) {
  std::vector<LabState::Place> all;
  for (const auto& node : topology.nodes) {
    LabState::Place place{.name = node.name, .role = role_text(node), .addresses = {}, .commands = {}};
    for (const auto& prefix : node.loopback) place.addresses.push_back(prefix.str() + " on lo");
    for (const auto& link : topology.links) {
      const auto* end = topology.end(link.name, node.name);
      if (end == nullptr) continue;
      for (const auto& prefix : end->addresses)
        place.addresses.push_back(fmt::format("{} on {}", prefix.str(), link.name));
    }
    all.push_back(std::move(place));
  }
  return all;
}

}  // namespace useipsec
