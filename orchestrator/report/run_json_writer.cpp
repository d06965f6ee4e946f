#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "report/cost.h"
#include "report/run_result.h"

namespace useipsec {

namespace {

using nlohmann::json;

json forms(const std::set<WireForm>& values) {
  json result = json::array();
  for (const auto form : values) result.push_back(to_string(form));
  return result;
}

json sizes(const PacketSizes& bytes) { return {{"smallest", bytes.smallest}, {"largest", bytes.largest}}; }

json flow_json(const FlowResult& each) {
  const auto& fact = each.fact;
  std::set<WireForm> judged;
  json links = json::array();
  for (const auto& wire : fact.wire) {
    if (wire.judged) judged.insert(wire.forms.begin(), wire.forms.end());
    const auto added = overhead(fact, wire);
    links.push_back({{"link", wire.link},
                     {"forms", forms(wire.forms)},
                     {"packets", wire.packets},
                     {"bytes", sizes(wire.sizes)},
                     {"overhead", added ? json(*added) : json(nullptr)},
                     {"judged", wire.judged}});
  }
  return {{"name", fact.name},
          {"from", fact.from},
          {"to", fact.to},
          {"expected", each.expected.empty() ? json(nullptr) : json(each.expected)},
          {"outcome", to_string(fact.outcome)},
          {"sent", fact.sent},
          {"delivered", fact.delivered},
          {"began", fact.began},
          {"ended", fact.ended},
          {"clear_bytes", sizes(fact.clear_sizes)},
          {"wire", forms(judged)},
          {"links", links},
          {"readable", fact.readable},
          {"last_seen_link", fact.last_seen_link},
          {"why", fact.why},
          {"disagreements", fact.disagreements}};
}

// Keys stay in the evidence: a result that is passed on does not carry them.
json sa_json(const SaFact& each) {
  json sas = json::array();
  for (const auto& record : each.sas)
    sas.push_back({{"protocol", record.protocol},
                   {"mode", record.mode},
                   {"spi", record.spi},
                   {"source", record.source.str()},
                   {"destination", record.destination.str()},
                   {"udp_encapsulated", record.udp_encapsulated},
                   {"packets", record.packets},
                   {"bytes", record.bytes},
                   {"integrity_failed", record.integrity_failed}});
  return {{"node", each.node},
          {"ike", to_string(each.ike)},
          {"child", to_string(each.child)},
          {"packets", each.packets},
          {"integrity_failed", each.integrity_failed},
          {"usable", each.usable},
          {"policies", each.policies},
          {"sas", sas}};
}

template <class T, class Write>
json list(const std::vector<T>& values, Write write) {
  json result = json::array();
  for (const auto& value : values) result.push_back(write(value));
  return result;
}

json attempt_json(const Attempt& each) {
  return {{"number", each.number},
          {"state", to_string(each.state)},
          {"why", each.why},
          {"duration_s", each.duration_s},
          {"folder", each.folder}};
}

/// How many attempts came to which state.
json counts_json(const CaseResult& each) {
  json result = json::object();
  for (const auto& attempt : each.attempts) {
    auto& count = result[to_string(attempt.state)];
    count = count.is_null() ? 1 : count.get<int>() + 1;
  }
  return result;
}

json nat_json(const NatRecord& each) {
  return {{"node", each.node},
          {"measured", list(each.measured, [](const auto& one) -> json {
             return {{"behavior", one.behavior}, {"expected", one.expected}, {"measured", one.measured}};
           })}};
}

json scaled_json(const ScaledTime& each) {
  return {{"what", each.what}, {"from_s", each.from_s}, {"to_s", each.to_s}, {"source", each.source}};
}

json speech_json(const SpeechFact& each) {
  json packets = json::object();
  for (const auto& [form, count] : each.packets) packets[to_string(form)] = count;
  return {{"router", each.router}, {"packets", packets}};
}

json case_document(const CaseResult& each) {
  json document = {
      {"id", each.id},
      {"scenario", each.scenario},
      {"engine", each.engine},
      {"variant", each.variant},
      {"title", each.title},
      {"about", each.about},
      {"topology", each.topology},
      {"state", to_string(each.verdict.state)},
      {"why", each.verdict.why},
      {"claims", list(each.claims, [](const auto& claim) { return claim.id; })},
      {"bearings", list(each.claims,
                        [](const auto& claim) -> json {
                          return {{"id", claim.id},
                                  {"bearing", claim.bearing == Bearing::supports ? "supports" : "refutes"},
                                  {"why", claim.why}};
                        })},
      {"control_of", each.control_of.empty() ? json(nullptr) : json(each.control_of)},
      {"controls", each.controls},
      {"duration_s", each.duration_s},
      {"own_s", each.own_s},
      {"steps",
       list(each.steps,
            [](const auto& step) -> json {
              return {{"began", step.began}, {"ended", step.ended}, {"text", step.text}, {"result", step.result}};
            })},
      {"sa", list(each.sas, sa_json)},
      {"flows", list(each.flows, flow_json)},
      {"drops",
       list(each.drops,
            [](const auto& drop) -> json {
              return {{"node", drop.node}, {"counter", drop.counter}, {"delta", drop.delta}, {"meaning", drop.meaning}};
            })},
      {"adjacencies", list(each.adjacencies,
                           [](const auto& one) -> json {
                             return {{"router", one.router}, {"neighbor", one.neighbor}, {"state", one.state}};
                           })},
      {"log",
       list(each.deciding_log,
            [](const auto& record) -> json {
              return {{"at", record.at}, {"node", record.node}, {"program", record.program}, {"line", record.line}};
            })},
      {"checks", list(each.verdict.checks,
                      [](const auto& check) -> json {
                        return {{"subject", check.subject},
                                {"expected", check.expected},
                                {"observed", check.observed},
                                {"holds", check.holds}};
                      })},
      {"evidence", each.evidence},
      {"file", each.file},
      {"topology_file", each.topology_file},
      {"seed", each.seed},
      {"flaky", each.flaky},
      {"counts", counts_json(each)},
      {"attempts", list(each.attempts, attempt_json)}};
  if (!each.generated.empty()) document["generated"] = each.generated;
  if (!each.routes.empty())
    document["routes"] = list(each.routes, [](const auto& one) -> json {
      return {{"router", one.router}, {"prefix", one.prefix.str()}, {"from", one.from}};
    });
  if (!each.speech.empty()) document["speech"] = list(each.speech, speech_json);
  if (!each.scaled.empty()) document["scaled"] = list(each.scaled, scaled_json);
  if (!each.nats.empty()) document["nats"] = list(each.nats, nat_json);
  return document;
}

json request_json(const RunRequest& asked) {
  return {{"ground", asked.ground},
          {"guest_kernel", asked.guest_kernel},
          {"jobs", asked.jobs},
          {"repeat", asked.repeat},
          {"retries", asked.retries},
          {"fail_fast", asked.fail_fast},
          {"seed", asked.seed ? json(*asked.seed) : json(nullptr)}};
}

json record_json(const RunRecord& made) {
  return {{"commit", made.commit},
          {"began", made.began},
          {"command", made.command},
          {"kernel",
           {{"release", made.kernel.release},
            {"version", made.kernel.version},
            {"machine", made.kernel.machine},
            {"config", made.kernel.config},
            {"config_sha256", made.kernel.config_sha256}}},
          {"programs",
           list(made.programs,
                [](const auto& each) -> json {
                  return {{"name", each.name}, {"file", each.file}, {"said", each.said}, {"sha256", each.sha256}};
                })},
          {"files", list(made.files,
                         [](const auto& each) -> json {
                           return {{"file", each.file}, {"sha256", each.sha256}};
                         })},
          {"request", request_json(made.request)}};
}

json cost_json(const RunResult& run) {
  const auto time = own_time(run);
  const auto& memory = run.cost;
  return {{"own_s", time.own_s},
          {"cases_s", time.cases_s},
          {"own_share", time.share()},
          {"first_case_s", run.cost.first_case_s},
          {"memory",
           {{"supervisor_mib", memory.supervisor_mib},
            {"worker_mib", memory.worker_mib},
            {"guest_mib", memory.guest_mib},
            {"guest_size_mib", memory.guest_size_mib}}}};
}

json shard_json(const ShardRecord& part) { return {{"index", part.index}, {"total", part.total}, {"plan", part.plan}}; }

json part_json(const PartRecord& each) {
  return {{"run", each.run}, {"began", each.began}, {"index", each.index}, {"set_aside", each.set_aside}};
}

}  // namespace

json case_json(const CaseResult& result) { return case_document(result); }

json run_json(const RunResult& run) {
  return {{"schema", "useipsec/run/1"},
          {"tool", {{"version", run.tool_version}}},
          {"ground", run.ground},
          {"kernel", run.kernel},
          {"complete", run.complete},
          {"duration_s", run.duration_s},
          {"cases", list(run.cases, case_document)},
          {"claims", list(run.claims,
                          [](const auto& claim) -> json {
                            return {{"id", claim.id},
                                    {"status", to_string(claim.state)},
                                    {"why", claim.why},
                                    {"cases", claim.cases},
                                    {"group", claim.group},
                                    {"group_title", claim.group_title},
                                    {"statement", claim.statement},
                                    {"source", claim.sources}};
                          })},
          {"record", record_json(run.record)},
          {"cost", cost_json(run)},
          {"shard", run.shard ? shard_json(*run.shard) : json(nullptr)},
          {"stopped", run.stopped.empty() ? json(nullptr) : json(run.stopped)},
          {"parts", list(run.parts, part_json)}};
}

std::string run_json_text(const RunResult& run) {
  return run_json(run).dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace useipsec
