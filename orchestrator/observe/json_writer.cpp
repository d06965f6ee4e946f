#include <nlohmann/json.hpp>

#include "observe/log_kind.h"
#include "observe/observations.h"

namespace useipsec {

namespace {

using nlohmann::json;

json to_json(const SaRecord& sa) {
  return {{"source", sa.source.str()},
          {"destination", sa.destination.str()},
          {"protocol", sa.protocol},
          {"mode", sa.mode},
          {"spi", sa.spi},
          {"udp_encapsulated", sa.udp_encapsulated},
          {"encap_source_port", sa.encap_source_port},
          {"encap_destination_port", sa.encap_destination_port},
          {"encryption", sa.encryption},
          {"integrity", sa.integrity},
          {"encryption_key", sa.encryption_key},
          {"integrity_key", sa.integrity_key},
          {"integrity_truncation_bits", sa.integrity_truncation_bits},
          {"bytes", sa.bytes},
          {"packets", sa.packets},
          {"replay", sa.replay},
          {"replay_window", sa.replay_window},
          {"integrity_failed", sa.integrity_failed},
          {"extended_sequence", sa.extended_sequence},
          {"request_id", sa.request_id}};
}

json to_json(const PolicyRecord& policy) {
  return {{"source", policy.source.str()},
          {"destination", policy.destination.str()},
          {"protocol", policy.protocol},
          {"source_port", policy.source_port},
          {"destination_port", policy.destination_port},
          {"direction", policy.direction},
          {"action", policy.action},
          {"priority", policy.priority},
          {"template", policy.template_text},
          {"request_id", policy.request_id}};
}

json to_json(const AdjacencyRecord& each) { return {{"neighbor", each.neighbor}, {"state", each.state}}; }

json to_json(const NeighborRecord& each) {
  return {{"link", each.link}, {"address", each.address.str()}, {"mac", each.mac}, {"state", each.state}};
}

// list() finds only what is declared before it.
json to_json(const Snapshot& snapshot);
json to_json(const ProbeRecord& probe);
json to_json(const LogRecord& record);
json to_json(const RouteRecord& route) { return {{"prefix", route.prefix.str()}, {"from", route.from}}; }
json to_json(const StepRecord& step);
json to_json(const CaptureRecord& capture);
json to_json(const NatRecord& nat);

json to_json(const AddressRecord& each) {
  return {{"link", each.link}, {"address", each.address.str()}, {"state", each.state}};
}

json to_json(const AcquireRecord& each) {
  return {{"source", each.source.str()},     {"destination", each.destination.str()},     {"protocol", each.protocol},
          {"source_port", each.source_port}, {"destination_port", each.destination_port}, {"count", each.count}};
}

template <class T>
json list(const std::vector<T>& values) {
  json result = json::array();
  for (const auto& value : values) result.push_back(to_json(value));
  return result;
}

json to_json(const NodeSnapshot& node) {
  return {{"sas", list(node.sas)},
          {"policies", list(node.policies)},
          {"xfrm_stat", node.xfrm_stat},
          {"network_stat", node.network_stat},
          {"filter_stat", node.filter_stat},
          {"adjacencies", list(node.adjacencies)},
          {"routes", list(node.routes)},
          {"neighbors", list(node.neighbors)},
          {"addresses", list(node.addresses)},
          {"acquires", list(node.acquires)},
          {"nat_drops", node.nat_drops},
          {"ike_up", node.ike_up}};
}

json to_json(const Snapshot& snapshot) {
  json nodes = json::object();
  for (const auto& [name, node] : snapshot.nodes) nodes[name] = to_json(node);
  return {{"label", snapshot.label}, {"at", snapshot.at}, {"nodes", nodes}};
}

json to_json(const ProbeRecord& probe) {
  return {{"probe", probe.probe},       {"token", probe.token},
          {"began", probe.began},       {"ended", probe.ended},
          {"sent", probe.sent},         {"arrived", probe.arrived},
          {"answered", probe.answered}, {"answers_arrived", probe.answers_arrived},
          {"errors", probe.errors}};
}

json to_json(const LogRecord& record) {
  std::string_view kind;
  for (const auto& [value, word] : log_kind_words)
    if (value == record.kind) kind = word;
  return {{"at", record.at}, {"node", record.node}, {"program", record.program}, {"line", record.line}, {"kind", kind}};
}

json to_json(const StepRecord& step) {
  return {{"began", step.began}, {"ended", step.ended}, {"text", step.text}, {"result", step.result}};
}

json to_json(const CaptureRecord& capture) {
  return {{"link", capture.link},
          {"node", capture.node},
          {"file", capture.file},
          {"packets", capture.packets},
          {"dropped", capture.dropped}};
}

json to_json(const NatMeasurement& each) {
  return {{"behavior", each.behavior}, {"expected", each.expected}, {"measured", each.measured}};
}

json to_json(const NatRecord& nat) {
  json measured = json::array();
  for (const auto& each : nat.measured) measured.push_back(to_json(each));
  return {{"node", nat.node}, {"measured", measured}};
}

}  // namespace

json to_json_document(const Observations& observations) {
  return {{"schema", "useipsec/observations/1"},     {"started_at", observations.started_at},
          {"kernel", observations.kernel},           {"steps", list(observations.steps)},
          {"probes", list(observations.probes)},     {"snapshots", list(observations.snapshots)},
          {"log", list(observations.log)},           {"captures", list(observations.captures)},
          {"ended_early", observations.ended_early}, {"timings", observations.timings},
          {"nats", list(observations.nats)}};
}

std::string observations_text(const Observations& observations) {
  return to_json_document(observations).dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace useipsec
