#include "observe/json_fields.h"
#include "observe/log_kind.h"
#include "observe/observations.h"

namespace useipsec {

namespace {

std::string text(const JsonPlace& place) { return place.text(); }
template <class T>
T natural(const JsonPlace& place) {
  return place.natural<T>();
}

Address address(const JsonPlace& place) {
  const auto parsed = Address::parse(place.text());
  if (!parsed) place.fail("an IPv4 or IPv6 address");
  return *parsed;
}

Prefix prefix(const JsonPlace& place) {
  const auto parsed = Prefix::parse(place.text());
  if (!parsed) place.fail("an address with a prefix length");
  return *parsed;
}

SaRecord sa_record(const JsonPlace& place) {
  SaRecord sa;
  sa.source = address(place.member("source"));
  sa.destination = address(place.member("destination"));
  sa.protocol = place.member("protocol").text();
  sa.mode = place.member("mode").text();
  sa.spi = place.member("spi").natural<std::uint32_t>();
  sa.udp_encapsulated = place.member("udp_encapsulated").truth();
  sa.encap_source_port = place.member("encap_source_port").natural<std::uint16_t>();
  sa.encap_destination_port = place.member("encap_destination_port").natural<std::uint16_t>();
  sa.encryption = place.member("encryption").text();
  sa.integrity = place.member("integrity").text();
  sa.encryption_key = place.member("encryption_key").text();
  sa.integrity_key = place.member("integrity_key").text();
  sa.integrity_truncation_bits = place.member("integrity_truncation_bits").natural<std::uint32_t>();
  sa.bytes = place.member("bytes").natural<std::uint64_t>();
  sa.packets = place.member("packets").natural<std::uint64_t>();
  sa.replay = place.member("replay").natural<std::uint32_t>();
  sa.replay_window = place.member("replay_window").natural<std::uint32_t>();
  sa.integrity_failed = place.member("integrity_failed").natural<std::uint32_t>();
  if (const auto extended = place.find("extended_sequence")) sa.extended_sequence = extended->truth();
  if (const auto request = place.find("request_id")) sa.request_id = request->natural<std::uint32_t>();
  return sa;
}

PolicyRecord policy_record(const JsonPlace& place) {
  PolicyRecord policy;
  policy.source = prefix(place.member("source"));
  policy.destination = prefix(place.member("destination"));
  policy.protocol = place.member("protocol").natural<std::uint8_t>();
  policy.source_port = place.member("source_port").text();
  policy.destination_port = place.member("destination_port").text();
  policy.direction = place.member("direction").text();
  policy.action = place.member("action").text();
  policy.priority = place.member("priority").natural<std::uint32_t>();
  policy.template_text = place.member("template").text();
  if (const auto request = place.find("request_id")) policy.request_id = request->natural<std::uint32_t>();
  return policy;
}

AdjacencyRecord adjacency_record(const JsonPlace& place) {
  return {.neighbor = place.member("neighbor").text(), .state = place.member("state").text()};
}

RouteRecord route_record(const JsonPlace& place) {
  return {.prefix = prefix(place.member("prefix")), .from = place.member("from").text()};
}

NeighborRecord neighbor_record(const JsonPlace& place) {
  return {.link = place.member("link").text(),
          .address = address(place.member("address")),
          .mac = place.member("mac").text(),
          .state = place.member("state").text()};
}

AddressRecord address_record(const JsonPlace& place) {
  return {.link = place.member("link").text(),
          .address = address(place.member("address")),
          .state = place.member("state").text()};
}

AcquireRecord acquire_record(const JsonPlace& place) {
  return {.source = address(place.member("source")),
          .destination = address(place.member("destination")),
          .protocol = place.member("protocol").natural<std::uint8_t>(),
          .source_port = place.member("source_port").natural<std::uint16_t>(),
          .destination_port = place.member("destination_port").natural<std::uint16_t>(),
          .count = place.member("count").natural<std::uint64_t>()};
}

NodeSnapshot node_snapshot(const JsonPlace& place) {
  NodeSnapshot node;
  node.sas = place.member("sas").list(sa_record);
  node.policies = place.member("policies").list(policy_record);
  node.xfrm_stat = place.member("xfrm_stat").map(natural<std::uint64_t>);
  node.network_stat = place.member("network_stat").map(natural<std::uint64_t>);
  if (const auto filter = place.find("filter_stat")) node.filter_stat = filter->map(natural<std::uint64_t>);
  node.adjacencies = place.member("adjacencies").list(adjacency_record);
  if (const auto routes = place.find("routes")) node.routes = routes->list(route_record);
  node.neighbors = place.member("neighbors").list(neighbor_record);
  if (const auto addresses = place.find("addresses")) node.addresses = addresses->list(address_record);
  if (const auto acquires = place.find("acquires")) node.acquires = acquires->list(acquire_record);
  if (const auto drops = place.find("nat_drops")) node.nat_drops = drops->map(natural<std::uint64_t>);
  node.ike_up = place.member("ike_up").truth();
  return node;
}

Snapshot snapshot(const JsonPlace& place) {
  return {.label = place.member("label").text(),
          .at = place.member("at").number(),
          .nodes = place.member("nodes").map(node_snapshot)};
}

ProbeRecord probe_record(const JsonPlace& place) {
  ProbeRecord probe;
  probe.probe = place.member("probe").text();
  probe.token = place.member("token").text();
  probe.began = place.member("began").number();
  probe.ended = place.member("ended").number();
  probe.sent = place.member("sent").list(natural<std::uint32_t>);
  probe.arrived = place.member("arrived").list(natural<std::uint32_t>);
  probe.answered = place.member("answered").list(natural<std::uint32_t>);
  probe.answers_arrived = place.member("answers_arrived").list(natural<std::uint32_t>);
  probe.errors = place.member("errors").list(text);
  return probe;
}

LogKind log_kind(const JsonPlace& place) {
  const auto word = place.text();
  for (const auto& [kind, name] : log_kind_words)
    if (name == word) return kind;
  place.fail("a kind of log line");
}

LogRecord log_record(const JsonPlace& place) {
  return {.at = place.member("at").number(),
          .node = place.member("node").text(),
          .program = place.member("program").text(),
          .line = place.member("line").text(),
          .kind = log_kind(place.member("kind"))};
}

StepRecord step_record(const JsonPlace& place) {
  return {.began = place.member("began").number(),
          .ended = place.member("ended").number(),
          .text = place.member("text").text(),
          .result = place.member("result").text()};
}

CaptureRecord capture_record(const JsonPlace& place) {
  return {.link = place.member("link").text(),
          .node = place.member("node").text(),
          .file = place.member("file").text(),
          .packets = place.member("packets").natural<std::uint64_t>(),
          .dropped = place.member("dropped").natural<std::uint64_t>()};
}

NatMeasurement nat_measurement(const JsonPlace& place) {
  return {.behavior = place.member("behavior").text(),
          .expected = place.member("expected").text(),
          .measured = place.member("measured").text()};
}

NatRecord nat_record(const JsonPlace& place) {
  return {.node = place.member("node").text(), .measured = place.member("measured").list(nat_measurement)};
}

}  // namespace

Observations observations_from_json(const nlohmann::json& document) {
  const JsonPlace root(document, "");
  root.member("schema").require_schema("useipsec/observations");
  Observations result;
  result.started_at = root.member("started_at").number();
  result.kernel = root.member("kernel").text();
  result.steps = root.member("steps").list(step_record);
  result.probes = root.member("probes").list(probe_record);
  result.snapshots = root.member("snapshots").list(snapshot);
  result.log = root.member("log").list(log_record);
  result.captures = root.member("captures").list(capture_record);
  if (const auto nats = root.find("nats")) result.nats = nats->list(nat_record);
  result.ended_early = root.member("ended_early").text();
  result.timings = root.member("timings").map([](const JsonPlace& place) { return place.number(); });
  return result;
}

}  // namespace useipsec
