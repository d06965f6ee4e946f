#include "observe/json_fields.h"
#include "report/run_result.h"

namespace useipsec {

namespace {

std::string text(const JsonPlace& place) { return place.text(); }
std::string text_or_null(const JsonPlace& place) { return place.value().is_null() ? std::string() : place.text(); }

/// The value whose word the place holds.
template <class Value>
Value word_from(const JsonPlace& place, std::initializer_list<Value> values, const std::string& expected) {
  const auto found = place.text();
  std::string words;
  for (const auto value : values) {
    if (to_string(value) == found) return value;
    words += (words.empty() ? ": " : ", ") + to_string(value);
  }
  place.fail(expected + words);
}

Presence presence(const JsonPlace& place) {
  return word_from(place, {Presence::up, Presence::down}, "a state of an SA");
}

Address address(const JsonPlace& place) {
  const auto parsed = Address::parse(place.text());
  if (!parsed) place.fail("an IPv4 or IPv6 address");
  return *parsed;
}

PacketSizes sizes(const std::optional<JsonPlace>& place) {  // results from before packets were measured have none
  if (!place) return {};
  return {place->member("smallest").natural<std::uint32_t>(), place->member("largest").natural<std::uint32_t>()};
}

WireFact wire_fact(const JsonPlace& place) {
  WireFact wire;
  wire.link = place.member("link").text();
  for (const auto form : place.member("forms").list([](const JsonPlace& each) {
         const auto found = wire_form(each.text());
         if (!found) each.fail("a form on the wire");
         return *found;
       }))
    wire.forms.insert(form);
  wire.packets = place.member("packets").natural<std::uint64_t>();
  wire.sizes = sizes(place.find("bytes"));
  wire.judged = place.member("judged").truth();
  return wire;
}

FlowResult flow(const JsonPlace& place) {
  FlowResult flow;
  flow.expected = text_or_null(place.member("expected"));
  auto& fact = flow.fact;
  fact.name = place.member("name").text();
  fact.from = place.member("from").text();
  fact.to = place.member("to").text();
  fact.outcome = word_from(place.member("outcome"),
                           {Outcome::protected_, Outcome::exposed, Outcome::blocked, Outcome::degraded}, "an outcome");
  fact.sent = place.member("sent").natural<std::uint32_t>();
  fact.delivered = place.member("delivered").natural<std::uint32_t>();
  fact.began = place.member("began").number();
  fact.ended = place.member("ended").number();
  fact.clear_sizes = sizes(place.find("clear_bytes"));
  fact.wire = place.member("links").list(wire_fact);
  if (const auto found = place.find("readable")) fact.readable = found->truth();
  fact.last_seen_link = place.member("last_seen_link").text();
  fact.why = place.member("why").text();
  fact.disagreements = place.member("disagreements").list(text);
  return flow;
}

SaRecord sa_record(const JsonPlace& place) {
  SaRecord sa;
  sa.protocol = place.member("protocol").text();
  sa.mode = place.member("mode").text();
  sa.spi = place.member("spi").natural<std::uint32_t>();
  sa.source = address(place.member("source"));
  sa.destination = address(place.member("destination"));
  sa.udp_encapsulated = place.member("udp_encapsulated").truth();
  sa.packets = place.member("packets").natural<std::uint64_t>();
  sa.bytes = place.member("bytes").natural<std::uint64_t>();
  sa.integrity_failed = place.member("integrity_failed").natural<std::uint32_t>();
  return sa;
}

SaFact sa_fact(const JsonPlace& place) {
  SaFact fact;
  fact.node = place.member("node").text();
  fact.ike = presence(place.member("ike"));
  fact.child = presence(place.member("child"));
  fact.packets = place.member("packets").natural<std::uint64_t>();
  fact.integrity_failed = place.member("integrity_failed").natural<std::uint64_t>();
  fact.sas = place.member("sas").list(sa_record);
  // Earlier runs have neither.
  if (const auto found = place.find("usable")) fact.usable = found->natural<std::uint64_t>();
  if (const auto found = place.find("policies")) fact.policies = found->natural<std::uint64_t>();
  return fact;
}

ClaimReference claim_reference(const JsonPlace& place) {
  const auto bearing = place.member("bearing");
  const bool supports = bearing.text() == "supports";
  if (!supports && bearing.text() != "refutes") bearing.fail("\"supports\" or \"refutes\"");
  return {.id = place.member("id").text(),
          .bearing = supports ? Bearing::supports : Bearing::refutes,
          .why = place.member("why").text()};
}

StepRecord step(const JsonPlace& place) {
  return {.began = place.member("began").number(),
          .ended = place.member("ended").number(),
          .text = place.member("text").text(),
          .result = place.member("result").text()};
}

DropFact drop(const JsonPlace& place) {
  return {.node = place.member("node").text(),
          .counter = place.member("counter").text(),
          .delta = place.member("delta").natural<std::uint64_t>(),
          .meaning = place.member("meaning").text()};
}

AdjacencyFact adjacency(const JsonPlace& place) {
  return {.router = place.member("router").text(),
          .neighbor = place.member("neighbor").text(),
          .state = place.member("state").text()};
}

RouteFact route(const JsonPlace& place) {
  const auto written = place.member("prefix");
  const auto prefix = Prefix::parse(written.text());
  if (!prefix) written.fail("a prefix");
  return {.router = place.member("router").text(), .prefix = *prefix, .from = place.member("from").text()};
}

ScaledTime scaled(const JsonPlace& place) {
  return {.what = place.member("what").text(),
          .from_s = place.member("from_s").natural<std::uint32_t>(),
          .to_s = place.member("to_s").natural<std::uint32_t>(),
          .source = place.member("source").text()};
}

SpeechFact speech(const JsonPlace& place) {
  SpeechFact fact{.router = place.member("router").text(), .packets = {}};
  for (const auto& [word, count] :
       place.member("packets").map([](const JsonPlace& one) { return one.natural<std::uint64_t>(); }))
    if (const auto form = wire_form(word)) fact.packets[*form] = count;
  return fact;
}

LogRecord log_record(const JsonPlace& place) {
  return {.at = place.member("at").number(),
          .node = place.member("node").text(),
          .program = place.member("program").text(),
          .line = place.member("line").text()};
}

Check check(const JsonPlace& place) {
  return {.subject = place.member("subject").text(),
          .expected = place.member("expected").text(),
          .observed = place.member("observed").text(),
          .holds = place.member("holds").truth()};
}

State state_of(const JsonPlace& place) {
  return word_from(place,
                   {State::passed, State::failed, State::unsupported, State::precondition, State::timeout,
                    State::crashed, State::broken, State::not_run},
                   "a state of a case");
}

Attempt attempt(const JsonPlace& place) {
  return {.number = place.member("number").natural<unsigned>(),
          .state = state_of(place.member("state")),
          .why = place.member("why").text(),
          .duration_s = place.member("duration_s").number(),
          .folder = place.member("folder").text()};
}

NatMeasurement nat_measurement(const JsonPlace& place) {
  return {.behavior = place.member("behavior").text(),
          .expected = place.member("expected").text(),
          .measured = place.member("measured").text()};
}

NatRecord nat(const JsonPlace& place) {
  return {.node = place.member("node").text(), .measured = place.member("measured").list(nat_measurement)};
}

CaseResult case_result_from(const JsonPlace& place) {
  CaseResult result;
  result.id = place.member("id").text();
  result.scenario = place.member("scenario").text();
  result.engine = place.member("engine").text();
  result.variant = place.member("variant").text();
  result.title = place.member("title").text();
  result.about = place.member("about").text();
  result.topology = place.member("topology").text();
  result.verdict.case_id = result.id;
  result.verdict.state = state_of(place.member("state"));
  result.verdict.why = place.member("why").text();
  result.verdict.checks = place.member("checks").list(check);
  result.claims = place.member("bearings").list(claim_reference);
  result.control_of = text_or_null(place.member("control_of"));
  result.controls = place.member("controls").list(text);
  result.duration_s = place.member("duration_s").number();
  result.own_s = place.member("own_s").number();
  result.steps = place.member("steps").list(step);
  result.sas = place.member("sa").list(sa_fact);
  result.flows = place.member("flows").list(flow);
  result.drops = place.member("drops").list(drop);
  result.adjacencies = place.member("adjacencies").list(adjacency);
  result.deciding_log = place.member("log").list(log_record);
  result.evidence = place.member("evidence").list(text);
  // Earlier runs have none of these.
  if (const auto found = place.find("file")) result.file = found->text();
  if (const auto found = place.find("topology_file")) result.topology_file = found->text();
  if (const auto found = place.find("generated"))
    result.generated = found->map([](const JsonPlace& each) { return each.natural<std::uint32_t>(); });
  if (const auto found = place.find("routes")) result.routes = found->list(route);
  if (const auto found = place.find("speech")) result.speech = found->list(speech);
  if (const auto found = place.find("scaled")) result.scaled = found->list(scaled);
  if (const auto found = place.find("nats")) result.nats = found->list(nat);
  if (const auto found = place.find("seed")) result.seed = found->natural<std::uint64_t>();
  if (const auto found = place.find("flaky")) result.flaky = found->truth();
  if (const auto found = place.find("attempts")) result.attempts = found->list(attempt);
  return result;
}

ClaimStatus claim(const JsonPlace& place) {
  ClaimStatus status;
  status.id = place.member("id").text();
  status.state = word_from(place.member("status"),
                           {ClaimState::reproduced, ClaimState::contradicted, ClaimState::mixed, ClaimState::not_run,
                            ClaimState::not_testable},
                           "a status of a claim");
  status.why = place.member("why").text();
  status.cases = place.member("cases").list(text);
  // What the claim says was not always written along.
  if (const auto found = place.find("group")) status.group = found->text();
  if (const auto found = place.find("group_title")) status.group_title = found->text();
  if (const auto found = place.find("statement")) status.statement = found->text();
  if (const auto found = place.find("source")) status.sources = found->list(text);
  return status;
}

RunRequest request(const JsonPlace& place) {
  RunRequest asked;
  asked.ground = place.member("ground").text();
  asked.guest_kernel = place.member("guest_kernel").text();
  asked.jobs = place.member("jobs").natural<unsigned>();
  asked.repeat = place.member("repeat").natural<unsigned>();
  asked.retries = place.member("retries").natural<unsigned>();
  asked.fail_fast = place.member("fail_fast").truth();
  if (const auto seed = place.member("seed"); !seed.value().is_null()) asked.seed = seed.natural<std::uint64_t>();
  return asked;
}

KernelRecord kernel(const JsonPlace& place) {
  return {.release = place.member("release").text(),
          .version = place.member("version").text(),
          .machine = place.member("machine").text(),
          .config = place.member("config").text(),
          .config_sha256 = place.member("config_sha256").text()};
}

ProgramRecord program(const JsonPlace& place) {
  return {.name = place.member("name").text(),
          .file = place.member("file").text(),
          .said = place.member("said").text(),
          .sha256 = place.member("sha256").text()};
}

RunRecord record(const JsonPlace& place) {
  return {.commit = place.member("commit").text(),
          .began = place.member("began").text(),
          .command = place.member("command").list(text),
          .kernel = kernel(place.member("kernel")),
          .programs = place.member("programs").list(program),
          .files = place.member("files").list([](const JsonPlace& each) -> FileRecord {
            return {.file = each.member("file").text(), .sha256 = each.member("sha256").text()};
          }),
          .request = request(place.member("request"))};
}

/// The rest of "cost" stands in the cases.
CostRecord cost(const JsonPlace& place) {
  const auto memory = place.member("memory");
  return {.first_case_s = place.member("first_case_s").number(),
          .supervisor_mib = memory.member("supervisor_mib").number(),
          .worker_mib = memory.member("worker_mib").number(),
          .guest_mib = memory.member("guest_mib").number(),
          .guest_size_mib = memory.member("guest_size_mib").natural<unsigned>()};
}

ShardRecord shard(const JsonPlace& place) {
  ShardRecord part;
  part.index = place.member("index").natural<unsigned>();
  part.total = place.member("total").natural<unsigned>();
  part.plan = place.member("plan").list([](const JsonPlace& each) { return each.list(text); });
  if (part.index < 1 || part.index > part.total) place.member("index").fail("a shard from 1 to total");
  if (part.plan.size() != part.total) place.member("plan").fail("as many lists as there are shards");
  return part;
}

PartRecord part(const JsonPlace& place) {
  return {.run = place.member("run").text(),
          .began = place.member("began").text(),
          .index = place.member("index").natural<unsigned>(),
          .set_aside = place.member("set_aside").list(text)};
}

}  // namespace

RunResult run_from_json(const nlohmann::json& document) {
  const JsonPlace root(document, "");
  const auto schema = root.find("schema");
  if (!schema) root.fail("a run.json of useipsec, which says \"schema\": \"useipsec/run/1\"");
  schema->require_schema("useipsec/run");
  RunResult run;
  run.tool_version = root.member("tool").member("version").text();
  run.ground = root.member("ground").text();
  run.kernel = root.member("kernel").text();
  run.complete = root.member("complete").truth();
  run.duration_s = root.member("duration_s").number();
  run.cases = root.member("cases").list(case_result_from);
  run.claims = root.member("claims").list(claim);
  // Earlier runs have none of these.
  if (const auto found = root.find("record")) run.record = record(*found);
  if (const auto found = root.find("cost")) run.cost = cost(*found);
  if (const auto found = root.find("shard"); found && !found->value().is_null()) run.shard = shard(*found);
  if (const auto found = root.find("stopped")) run.stopped = text_or_null(*found);
  if (const auto found = root.find("parts")) run.parts = found->list(part);
  return run;
}

}  // namespace useipsec
