#include "report/run_shape.h"

#include "facts/facts.h"
#include "input/formats.h"
#include "judge/verdict.h"
#include "wire/wire_form.h"

namespace useipsec {

namespace {

/// Counts: as far as every JSON reader holds whole numbers exactly.
ShapePtr count() { return integer(0, std::int64_t{1} << 53); }
ShapePtr seconds() { return number(0, 1e9); }
ShapePtr texts() { return array_of(any_text()); }

template <class Value>
ShapePtr word_of(std::initializer_list<Value> values) {
  std::vector<std::string> words;
  for (const auto value : values) words.push_back(to_string(value));
  return word(words);
}

ShapePtr presence_shape() { return word_of({Presence::up, Presence::down}); }

ShapePtr flow_shape() {
  const auto sizes =
      object("packet-sizes", {required("smallest", count(), "IP bytes, headers included; 0: none was measured."),
                              required("largest", count(), "")});
  const auto link =
      object("flow-link",
             {required("link", any_text(), ""), required("forms", array_of(form_shape()), ""),
              required("packets", count(), "Of this flow, seen there."), optional("bytes", sizes, "Of those packets."),
              optional("overhead", or_null(integer(-65535, 65535)),
                       "Bytes that each had more than in the clear; null: not to be said."),
              required("judged", boolean(), "Whether it lies between the IPsec peers.")});
  return object(
      "flow",
      {required("name", any_text(), "The probe's name, or its name with -reply."), required("from", any_text(), ""),
       required("to", any_text(), ""),
       required("expected", or_null(outcome_shape()), "null: the scenario says nothing about it."),
       required("outcome", outcome_shape(), ""), required("sent", count(), ""), required("delivered", count(), ""),
       required("began", number(-1e9, 1e9), "Seconds."), required("ended", number(-1e9, 1e9), "Seconds."),
       optional("clear_bytes", sizes, "Of its packets with nothing added to them."),
       required("wire", array_of(form_shape()), "The forms seen on the judged links."),
       required("links", array_of(link), "In path order."),
       optional("readable", boolean(), "Its payload could be read on a judged link, inside of AH or ESP too."),
       required("last_seen_link", any_text(), "Empty: it never left."), required("why", any_text(), ""),
       required("disagreements", texts(), "Where captures and kernel counters contradict each other.")});
}

ShapePtr sa_shape() {
  const auto sa = object(
      "sa", {required("protocol", any_text(), ""), required("mode", any_text(), ""), required("spi", count(), ""),
             required("source", any_text(), ""), required("destination", any_text(), ""),
             required("udp_encapsulated", boolean(), ""), required("packets", count(), ""),
             required("bytes", count(), ""), required("integrity_failed", count(), "")});
  return object("node-sa", {required("node", any_text(), ""), required("ike", presence_shape(), ""),
                            required("child", presence_shape(), ""), required("packets", count(), ""),
                            required("integrity_failed", count(), ""), required("sas", array_of(sa), ""),
                            optional("usable", count(), "SAs with keys."), optional("policies", count(), "")});
}

ShapePtr case_shape() {
  const auto bearing = object("bearing", {required("id", any_text(), "The claim."),
                                          required("bearing", word({"supports", "refutes"}), "What passing does."),
                                          required("why", any_text(), "")});
  const auto step = object("step", {required("began", number(-1e9, 1e9), "Seconds since the case began."),
                                    required("ended", number(-1e9, 1e9), ""), required("text", any_text(), ""),
                                    required("result", any_text(), "")});
  const auto drop = object("drop", {required("node", any_text(), ""), required("counter", any_text(), ""),
                                    required("delta", count(), ""), required("meaning", any_text(), "")});
  const auto adjacency = object("adjacency", {required("router", any_text(), ""), required("neighbor", any_text(), ""),
                                              required("state", any_text(), "")});
  const auto route = object("route", {required("router", any_text(), ""), required("prefix", any_text(), ""),
                                      required("from", any_text(), "The router that told it; empty: unsaid.")});
  const auto speech = object(
      "speech", {required("router", any_text(), ""),
                 required("packets",
                          object("speech-packets", {optional("clear", count(), ""), optional("ah", count(), ""),
                                                    optional("esp", count(), ""), optional("esp-in-udp", count(), ""),
                                                    optional("ah+esp", count(), "")}),
                          "By form.")});
  const auto line = object(
      "log-line", {required("at", number(-1e9, 1e9), "Seconds since the case began."), required("node", any_text(), ""),
                   required("program", any_text(), ""), required("line", any_text(), "")});
  const auto check = object("check", {required("subject", any_text(), ""), required("expected", any_text(), ""),
                                      required("observed", any_text(), ""), required("holds", boolean(), "")});
  const auto measurement = object(
      "nat-measurement", {required("behavior", any_text(), "As the topology's format names it."),
                          required("expected", any_text(), "As the file says."), required("measured", any_text(), "")});
  const auto nat = object("nat", {required("node", any_text(), ""), required("measured", array_of(measurement), "")});
  const auto scaled = object(
      "scaled-time", {required("what", any_text(), "What happens after it."),
                      required("from_s", count(), "Outside of a lab."), required("to_s", count(), "In this case."),
                      required("source", any_text(), "Who says how long it is outside of a lab.")});
  const auto attempt =
      object("attempt", {required("number", count(), "From 1, in the order they were begun."),
                         required("state", state_shape(), ""), required("why", any_text(), ""),
                         required("duration_s", seconds(), ""),
                         required("folder", any_text(), "Its evidence, relative to the run's folder.")});
  const auto counts =
      object("attempt-counts",
             {optional("passed", count(), ""), optional("failed", count(), ""), optional("unsupported", count(), ""),
              optional("precondition", count(), ""), optional("timeout", count(), ""), optional("crashed", count(), ""),
              optional("broken", count(), ""), optional("not-run", count(), "")});
  return object(
      "case",
      {required("id", any_text(), "<scenario>@<engine>, with +<variant> where there is one."),
       required("scenario", any_text(), ""),
       required("engine", any_text(), ""),
       required("variant", any_text(), ""),
       required("title", any_text(), ""),
       required("about", any_text(), ""),
       required("topology", any_text(), "In one line."),
       required("state", state_shape(), ""),
       required("why", any_text(), ""),
       required("claims", texts(), "Ids of the claims it bears on."),
       required("bearings", array_of(bearing), ""),
       required("control_of", or_null(any_text()), "The subject's case id; null: it is a subject."),
       required("controls", texts(), "Case ids."),
       required("duration_s", seconds(), ""),
       required("own_s", seconds(), "Of it, the tool's own: all but daemons, protocol timers and probes."),
       required("steps", array_of(step), ""),
       required("sa", array_of(sa_shape()), "By node, at the end."),
       required("flows", array_of(flow_shape()), ""),
       required("drops", array_of(drop),
                "Counters that grew: of kernels, filters, and NAT boxes that are the lab's own."),
       required("adjacencies", array_of(adjacency), ""),
       required("log", array_of(line), "The lines of daemons that decided."),
       required("checks", array_of(check), ""),
       required("evidence", texts(), "Files, relative to the run's folder."),
       optional("file", any_text(), "The scenario: relative to the project's folder, or absolute."),
       optional("topology_file", any_text(), "Likewise; empty: the topology stands within the scenario."),
       optional("generated", map_of(name_format(), count()),
                "How many of its nodes the topology's \"generate\" made, by stem: {\"r\": 20} made r1 to r20."),
       optional("seed", integer(0, std::int64_t{1} << 53), "For keys and payloads."),
       optional("routes", array_of(route), "Routes that routers had from others at the end."),
       optional("speech", array_of(speech), "What routers said to others, and how it looked on the wire."),
       optional("scaled", array_of(scaled),
                "Times of protocols and boxes that were set shorter, so that nobody has to wait for them."),
       optional("nats", array_of(nat), "Its NAT boxes, as they were measured before they were used."),
       optional("flaky", boolean(), "It ran several times and did not come to one state: never counted as passed."),
       optional("counts", counts, "Where it ran several times: how many attempts came to which state."),
       optional("attempts", array_of(attempt),
                "Where it ran several times: each. The case's other members are of the one with the worst state.")});
}

ShapePtr cost_shape() {
  const auto mib = [] { return number(0, 1e9); };
  const auto memory = object(
      "memory", {required("supervisor_mib", mib(), "0: not known."), required("worker_mib", mib(), "The largest one."),
                 required("guest_mib", mib(), "The largest one, all that is in its memory included; 0: no guest."),
                 required("guest_size_mib", count(), "What a guest may take.")});
  return object(
      "cost", {required("own_s", seconds(), "The sum over the cases."),
               required("cases_s", seconds(), "Likewise, of their whole time."),
               required("own_share", number(0, 1), "own_s by cases_s; wanted: under 0.1."),
               required("first_case_s", seconds(),
                        "From the start of the first worker to its first case, a guest's boot included; 0: not known."),
               required("memory", memory, "MiB resident, each at its most; daemons are not counted.")});
}

ShapePtr record_shape() {
  const auto program =
      object("program",
             {required("name", any_text(), ""), required("file", any_text(), "The program that was asked."),
              required("said", any_text(), "Its own words about its version."), required("sha256", any_text(), "")});
  const auto file = object("file", {required("file", any_text(), ""), required("sha256", any_text(), "")});
  const auto kernel = object("kernel", {required("release", any_text(), ""), required("version", any_text(), ""),
                                        required("machine", any_text(), ""),
                                        required("config", any_text(), "Where its configuration was read."),
                                        required("config_sha256", any_text(), "Empty: none is readable.")});
  const auto request = object(
      "request", {required("ground", word({"auto", "host", "guest"}), ""), required("guest_kernel", any_text(), ""),
                  required("jobs", count(), "0: chosen by itself."), required("repeat", count(), ""),
                  required("retries", count(), ""), required("fail_fast", boolean(), ""),
                  required("seed", or_null(count()), "For every case; null: each scenario's own.")});
  return object(
      "record",
      {required("commit", any_text(), "Of the tool; empty: unknown."), required("began", any_text(), "UTC."),
       required("command", texts(), ""), required("kernel", kernel, ""), required("programs", array_of(program), ""),
       required("files", array_of(file), "Scenarios and topologies as they were."), required("request", request, "")});
}

}  // namespace

ShapePtr state_shape() {
  return word_of({State::passed, State::failed, State::unsupported, State::precondition, State::timeout, State::crashed,
                  State::broken, State::not_run});
}

ShapePtr claim_state_shape() {
  return word_of({ClaimState::reproduced, ClaimState::contradicted, ClaimState::mixed, ClaimState::not_run,
                  ClaimState::not_testable});
}

ShapePtr outcome_shape() {
  return word_of({Outcome::protected_, Outcome::exposed, Outcome::blocked, Outcome::degraded});
}

ShapePtr form_shape() {
  return word_of({WireForm::clear, WireForm::ah, WireForm::esp, WireForm::esp_in_udp, WireForm::ah_esp, WireForm::ike,
                  WireForm::keepalive, WireForm::arp, WireForm::neighbor_discovery, WireForm::other});
}

ShapePtr or_null(ShapePtr shape) { return either({std::move(shape), null()}); }

ShapePtr run_shape() {
  const auto claim =
      object("claim", {required("id", any_text(), ""), required("status", claim_state_shape(), ""),
                       required("why", any_text(), "A sentence."), required("cases", texts(), "Those it rests on."),
                       optional("group", any_text(), ""), optional("group_title", any_text(), ""),
                       optional("statement", any_text(), "What is claimed."),
                       optional("source", texts(), "Who says so and where.")});
  const auto shard =
      object("shard", {required("index", integer(1, 100000), "From 1."), required("total", integer(1, 100000), ""),
                       required("plan", array_of(texts()), "The cases of each shard.")});
  const auto part =
      object("part", {required("run", any_text(), "The folder's name."), required("began", any_text(), "UTC."),
                      required("index", count(), "Its shard; 0: it was none."),
                      required("set_aside", texts(), "Cases whose result another part's replaced.")});
  return object(
      "run",
      {required("schema", word({run_schema_id}), ""),
       required("tool", object("tool", {required("version", any_text(), "")}), ""),
       required("ground", any_text(), "host or guest."), required("kernel", any_text(), "Of that ground."),
       required("complete", boolean(), "Every selected case was finished."), required("duration_s", seconds(), ""),
       required("cases", array_of(case_shape()), ""), required("claims", array_of(claim), ""),
       optional("record", record_shape(), "What is needed to run the same again."),
       optional("cost", cost_shape(), "Of the tool itself: all but daemons, protocol timers and probes."),
       optional("shard", or_null(shard), "Which part of a larger run this is; null: the whole."),
       optional("stopped", or_null(word({"fail-fast"})), "Why it was ended early on purpose."),
       optional("parts", array_of(part), "The runs that merge put together.")});
}

}  // namespace useipsec
