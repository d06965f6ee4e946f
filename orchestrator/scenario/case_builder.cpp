#include "scenario/case_builder.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "input/pointer.h"
#include "profile/profile_reader.h"
#include "profile/vantage.h"
#include "scenario/words.h"
#include "topology/broadcast.h"
#include "topology/path.h"

namespace useipsec {
namespace {

Family family_of_probe(const Json& json, const Probe& probe, const Topology& topology) {
  if (json.at("kind") == "broadcast") return Family::v4;
  if (json.contains("family")) return value_of(family_words, json["family"].get<std::string>());
  if (probe.destination) return probe.destination->family();
  const bool both_v4 = topology.address_of(probe.from, Family::v4) && topology.address_of(probe.to, Family::v4);
  return both_v4 ? Family::v4 : Family::v6;
}

Probe probe_from(const std::string& name, const Json& json, const Topology& topology) {
  Probe probe;
  probe.name = name;
  probe.kind = value_of(probe_kind_words, json.at("kind").get<std::string>());
  probe.from = json.at("from").get<std::string>();
  probe.to = json.at("to").get<std::string>();
  if (json.contains("destination")) probe.destination = Address::parse(json["destination"].get<std::string>());
  probe.family = family_of_probe(json, probe, topology);
  if (const auto* shared = shared_link(topology, probe.from, probe.to); shared != nullptr && !has_answers(probe.kind))
    probe.link = shared->name;
  probe.link = json.value("link", probe.link);
  if (!probe.destination && probe.kind == ProbeKind::broadcast) {
    if (const auto* link = topology.link(probe.link)) probe.destination = broadcast_of(*link);
  } else if (!probe.destination && probe.kind != ProbeKind::multicast) {
    probe.destination = address_as_seen(topology, probe.from, probe.to, probe.family);
  }
  if (probe.kind == ProbeKind::ftp) probe.port = 21;  // RFC 959
  probe.port = json.value("port", probe.port);
  probe.count = json.value("count", probe.count);
  probe.interval_ms = json.value("interval_ms", probe.interval_ms);
  probe.checksum = json.value("checksum", probe.checksum);
  probe.passive = json.value("passive", probe.passive);
  probe.router_alert = json.value("router_alert", probe.router_alert);
  probe.listens = json.value("listens", probe.listens);
  if (json.contains("identification")) probe.identification = json["identification"].get<std::uint16_t>();
  probe.wait_ms = json.value("wait_ms", probe.wait_ms);
  probe.size = json.value("size", probe.size);
  if (json.contains("bind"))
    for (const auto& each : json["bind"]) probe.bind.push_back(*Address::parse(each.get<std::string>()));
  probe.continues = json.value("continues", probe.continues);
  return probe;
}

AcquireExpectation acquire_from(const std::string& node, const Json& json) {
  AcquireExpectation expected;
  expected.node = node;
  expected.to = *Prefix::parse(json.at("to").get<std::string>());
  if (json.contains("protocol"))
    expected.protocol = json["protocol"].is_string() ? protocol_number(json["protocol"].get<std::string>()).value_or(0)
                                                     : json["protocol"].get<std::uint8_t>();
  for (const auto* key : {"port", "type"})
    if (json.contains(key)) expected.port = json[key].get<std::uint16_t>();
  expected.seen = json.value("seen", true);
  return expected;
}

Expectation fact_from(const Json& json) {
  const auto& kind = json.begin().key();
  const auto& fact = json.begin().value();
  if (kind == "sa") {
    return SaExpectation{fact.at("node").get<std::string>(), value_of(level_words, fact.at("level").get<std::string>()),
                         value_of(presence_words, fact.at("is").get<std::string>()), fact.value("with", "")};
  }
  if (kind == "adjacency") {
    return AdjacencyExpectation{fact.at("router").get<std::string>(), fact.at("neighbor").get<std::string>(),
                                fact.at("state").get<std::string>()};
  }
  if (kind == "route") {
    return RouteExpectation{fact.at("router").get<std::string>(),
                            Prefix::parse(fact.at("prefix").get<std::string>())->network(),
                            fact.value("is", "learned") == "learned"};
  }
  if (kind == "drop") return DropExpectation{fact.at("node").get<std::string>(), fact.at("counter").get<std::string>()};
  if (kind == "acquire") return acquire_from(fact.at("node").get<std::string>(), fact);
  if (kind == "address")
    return AddressExpectation{fact.at("node").get<std::string>(),
                              *Address::parse(fact.at("address").get<std::string>()),
                              fact.at("state").get<std::string>()};
  if (kind == "neighbor")
    return NeighborExpectation{fact.at("node").get<std::string>(), fact.at("of").get<std::string>(),
                               fact.at("at").get<std::string>()};
  return LogExpectation{fact.at("node").get<std::string>(), fact.at("says").get<std::string>()};
}

FlowExpectation flow_from(const std::string& flow, const Json& json) {
  if (json.is_string()) return {flow, value_of(outcome_words, json.get<std::string>()), {}, {}};
  FlowExpectation expected{flow,
                           value_of(outcome_words, json.at("outcome").get<std::string>()),
                           json.value("wire", std::vector<std::string>()),
                           {}};
  if (json.contains("overhead")) expected.overhead = json["overhead"].get<std::uint32_t>();
  if (json.contains("readable")) expected.readable = json["readable"].get<bool>();
  return expected;
}

std::vector<std::string> nodes_on(const Topology& topology, const std::string& link, const Json& json) {
  if (json.contains("nodes")) return json["nodes"].get<std::vector<std::string>>();
  std::vector<std::string> nodes;
  if (const auto* found = topology.link(link)) {
    for (const auto& end : found->ends) nodes.push_back(end.node);
  }
  return nodes;
}

/// An interface address: without a length it has that of the end's address it belongs to.
Prefix interface_address(const std::string& text, const Topology& topology, const std::string& link,
                         const std::string& node) {
  auto prefix = *Prefix::parse(text);
  const auto* end = topology.end(link, node);
  if (text.find('/') != std::string::npos || end == nullptr) return prefix;
  for (const auto& each : end->addresses) {
    if (each.contains(prefix.address)) prefix.length = each.length;
  }
  return prefix;
}

void sa_expectations(const std::string& node, const Json& levels, const std::string& pointer,
                     std::vector<PlacedExpectation>& into) {
  const auto add = [&](const std::string& here, Level level, const Json& presence, const std::string& with) {
    into.push_back({here, SaExpectation{node, level, value_of(presence_words, presence.get<std::string>()), with}});
  };
  for (const auto& [key, value] : levels.items()) {
    const auto here = child(pointer, key);
    if (key != "with") {
      add(here, value_of(level_words, key), value, "");
      continue;
    }
    for (const auto& [peer, presence] : value.items()) add(child(here, peer), Level::child, presence, peer);
  }
}

void log_expectations(const std::string& node, const Json& json, const std::string& pointer,
                      std::vector<PlacedExpectation>& into) {
  if (json.is_string()) return into.push_back({pointer, LogExpectation{node, json.get<std::string>()}});
  for (const auto& [key, pattern] : json.items())
    into.push_back({child(pointer, key), LogExpectation{node, pattern.get<std::string>(), key == "never"}});
}

std::vector<Address> addresses_from(const Json& json) {
  std::vector<Address> addresses;
  for (const auto& each : json) addresses.push_back(*Address::parse(each.get<std::string>()));
  return addresses;
}

std::vector<Expectation> values_of(std::vector<PlacedExpectation> placed) {
  std::vector<Expectation> result;
  for (auto& each : placed) result.push_back(std::move(each.expectation));
  return result;
}

AddPolicyStep add_policy_from(const Json& json) {
  AddPolicyStep step{json.at("nodes").get<std::vector<std::string>>(), policy_entry_from(json.at("policy"))};
  step.keyed = json.value("keyed", false);
  if (json.contains("direction")) step.outwards = json["direction"] == "out";
  return step;
}

ReplayStep replay_from(const Json& json) {
  const auto& packets = json.at("packets");
  return {.from = json.at("from").get<std::string>(),
          .link = json.at("link").get<std::string>(),
          .packets = {.sent_by = packets.at("sent_by").get<std::string>(),
                      .protocol = packets.value("protocol", "any"),
                      .first = packets.value("first", 0U),
                      .last = packets.value("last", 0U)},
          .times = json.value("times", 1U),
          .flow = json.value("flow", ""),
          .of = json.value("of", ""),
          .source = json.contains("source") ? Address::parse(json["source"].get<std::string>()) : std::nullopt};
}

/// An address of `node` that a forged packet on `link` bears: the one on the link before others.
std::optional<Address> borne(const Topology& topology, const std::string& link, const std::string& node,
                             Family family) {
  if (const auto* end = topology.end(link, node))
    for (const auto& each : end->addresses)
      if (each.family() == family) return each.address;
  if (const auto address = topology.address_of(node, family)) return address;
  const auto* end = topology.end(link, node);
  return end != nullptr && family == Family::v6 ? std::optional(end->mac.link_local()) : std::nullopt;
}

InjectStep inject_from(const Json& json, const Topology& topology) {
  InjectStep step;
  step.kind = value_of(forgery_words, json.begin().key());
  const auto& body = json.begin().value();
  step.from = body.at("from").get<std::string>();
  step.to = body.at("to").get<std::string>();
  step.as = body.at("as").get<std::string>();
  step.flow = body.value("flow", "");
  step.port = body.value("port", step.port);
  step.count = body.value("count", step.count);
  step.with_key = body.value("with_key", false);
  if (body.contains("spi")) step.spi = body["spi"].get<std::uint32_t>();
  if (const auto* shared = shared_link(topology, step.from, step.to)) step.link = shared->name;
  step.claimed = Address::parse(step.as);
  if (body.contains("destination")) step.destination = Address::parse(body["destination"].get<std::string>());
  auto families = std::vector{Family::v4, Family::v6};
  if (step.kind == Forgery::neighbor_advertisement) families = {Family::v6};
  if (step.kind == Forgery::arp_reply) families = {Family::v4};
  if (step.claimed) families = {step.claimed->family()};
  if (step.destination) families = {step.destination->family()};
  if (step.kind == Forgery::ospf_hello && !step.destination) {
    if (const auto* end = topology.end(step.link, step.as)) step.claimed = end->mac.link_local();
    step.destination = Address::parse("ff02::5");  // AllSPFRouters, RFC 5340 section A.1
    families.clear();
  }
  for (const auto family : families) {
    const auto claimed = step.claimed ? step.claimed : borne(topology, step.link, step.as, family);
    const auto destination = step.destination ? step.destination : borne(topology, step.link, step.to, family);
    if (!claimed || !destination) continue;
    step.claimed = claimed;
    step.destination = destination;
    break;
  }
  step.next = step.to;
  if (!step.link.empty() || !step.destination) return step;
  if (const auto hops = path(topology, step.from, *step.destination); !hops.empty()) {
    step.link = hops.front().link;
    step.next = hops.front().next;
  }
  return step;
}

std::vector<std::uint8_t> bytes_from(const std::string& hexadecimal) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t at = 0; at + 1 < hexadecimal.size(); at += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(hexadecimal.substr(at, 2), nullptr, 16)));
  return bytes;
}

Edit edit_from(const Json& json) {
  Edit edit;
  if (json.is_string()) return edit;
  edit.kind = value_of(edit_words, json.begin().key());
  const auto& body = json.begin().value();
  if (body.is_number()) edit.value = body.get<std::uint32_t>();
  if (edit.kind == EditKind::source) edit.source = Address::parse(body.get<std::string>());
  if (edit.kind == EditKind::flip) {
    edit.after = body.value("after", edit.after);
    edit.offset = body.value("offset", edit.offset);
    edit.bytes = bytes_from(body.at("bytes").get<std::string>());
  }
  return edit;
}

/// What a step of an attack makes arrive, as a probe of its own; nothing where it names no flow.
std::optional<Probe> forged_probe(const Step& step, const std::vector<Probe>& probes) {
  if (const auto* inject = std::get_if<InjectStep>(&step); inject != nullptr && !inject->flow.empty()) {
    const bool group = inject->destination && inject->destination->is_multicast();
    return Probe{.name = inject->flow,
                 .kind = group ? ProbeKind::multicast : ProbeKind::udp,
                 .from = inject->from,
                 .to = inject->to,
                 .destination = inject->destination,
                 .family = inject->destination ? inject->destination->family() : Family::v4,
                 .link = group ? inject->link : std::string(),
                 .port = inject->port,
                 .count = inject->count,
                 .forged = true};
  }
  const auto* replay = std::get_if<ReplayStep>(&step);
  if (replay == nullptr || replay->flow.empty()) return std::nullopt;
  for (const auto& each : probes) {
    if (each.name != replay->of) continue;
    auto probe = each;
    probe.name = replay->flow;
    probe.from = replay->from;
    probe.count = 0;  // as many as were captured
    probe.forged = true;
    return probe;
  }
  return Probe{.name = replay->flow, .from = replay->from, .to = {}, .count = 0, .forged = true};
}

Step step_from(const View& view, const std::string& pointer, const Topology& topology) {
  const auto& json = *view.find(pointer);
  if (json.contains("start")) {
    return StartStep{json["start"].is_string() ? std::vector<std::string>()
                                               : json["start"].get<std::vector<std::string>>()};
  }
  if (json.contains("initiate")) return InitiateStep{json["initiate"].get<std::string>()};
  if (json.contains("stop"))
    return StopStep{json["stop"].get<std::string>(), json.value("how", "politely") == "killed",
                    json.value("flush", false)};
  if (json.contains("rekey"))
    return RekeyStep{json["rekey"].get<std::string>(), value_of(level_words, json.value("level", "child"))};
  if (json.contains("change-profile")) {
    ChangeProfileStep step;
    const auto here = child(pointer, "change-profile");
    for (const auto& node : json["change-profile"].at("nodes"))
      if (const auto changed = changed_profile_view(view, here, node.get<std::string>()))
        step.profiles[node.get<std::string>()] = profile_from(*changed->find("/profile"));
    return step;
  }
  if (json.contains("wait")) {
    const auto within = std::chrono::milliseconds(std::lround(json.value("within_s", 10.0) * 1000));
    return WaitStep{fact_from(json["wait"]), within};
  }
  if (json.contains("probe")) return ProbeStep{json["probe"].get<std::vector<std::string>>()};
  if (json.contains("expect")) return ExpectStep{values_of(expectations_at(view, child(pointer, "expect")))};
  if (json.contains("idle_s"))
    return IdleStep{std::chrono::milliseconds(std::llround(json["idle_s"].get<double>() * 1000))};
  if (json.contains("change-mappings")) return ChangeMappingsStep{json["change-mappings"].get<std::string>()};
  if (json.contains("flush-nat")) return FlushNatStep{json["flush-nat"].get<std::string>()};
  const auto& kind = json.begin().key();
  const auto& body = json.begin().value();
  if (kind == "add-policy") return add_policy_from(body);
  if (kind == "replay") return replay_from(body);
  if (kind == "tamper")
    return TamperStep{body.at("node").get<std::string>(), body.value("over", ""), body.value("protocol", "any"),
                      body.value("every", 1U), edit_from(body.at("edit"))};
  if (kind == "inject") return inject_from(body, topology);
  if (kind == "remove-policy")
    return RemovePolicyStep{body.at("nodes").get<std::vector<std::string>>(), selector_from(body.at("selector"))};
  if (kind == "roll-keys")
    return RollKeysStep{body.at("nodes").get<std::vector<std::string>>(),
                        value_of(roll_phase_words, body.at("do").get<std::string>()),
                        body.at("generation").get<std::uint32_t>()};
  const auto link = body.at("link").get<std::string>();
  if (kind == "set-neighbors") return SetNeighborsStep{link, nodes_on(topology, link, body)};
  if (kind == "flush-neighbors") return FlushNeighborsStep{link, nodes_on(topology, link, body)};
  const auto node = body.at("node").get<std::string>();
  if (kind == "move-address") {
    return MoveAddressStep{node, link, interface_address(body.at("from").get<std::string>(), topology, link, node),
                           interface_address(body.at("to").get<std::string>(), topology, link, node)};
  }
  if (kind == "add-address")
    return AddAddressStep{node, link, interface_address(body.at("address").get<std::string>(), topology, link, node)};
  return LinkStep{link, node, kind == "link-up"};
}

std::vector<Prefix> prefixes_from(const Json& array) {
  std::vector<Prefix> prefixes;
  for (const auto& each : array) prefixes.push_back(Prefix::parse(each.get<std::string>())->network());
  return prefixes;
}

Speaker speaker_from(const Json& json) {
  Speaker speaker;
  speaker.as = json.at("as").get<std::uint32_t>();
  speaker.peers = json.value("peers", std::vector<std::string>());
  speaker.passive = json.value("passive", speaker.passive);
  speaker.passwords = json.value("passwords", std::map<std::string, std::string>());
  if (json.contains("announces")) speaker.announces = prefixes_from(json["announces"]);
  if (json.contains("accepts")) speaker.accepts = prefixes_from(json["accepts"]);
  return speaker;
}

Routing routing_from(const Json& json) {
  Routing routing;
  routing.daemon = json.value("daemon", routing.daemon);
  routing.protocol = value_of(routing_protocol_words, json.at("protocol").get<std::string>());
  if (json.contains("link")) {
    const auto& link = json["link"];
    routing.links = link.is_array() ? link.get<std::vector<std::string>>() : std::vector{link.get<std::string>()};
  }
  routing.routers = json.at("routers").get<std::vector<std::string>>();
  routing.hello_s = json.value("hello_s", routing.hello_s);
  routing.dead_s = json.value("dead_s", routing.dead_s);
  if (json.contains("instances"))
    routing.instances = json["instances"].get<std::map<std::string, std::vector<std::uint8_t>>>();
  routing.areas = json.value("areas", routing.areas);
  if (json.contains("virtual_links"))
    for (const auto& link : json["virtual_links"])
      routing.virtual_links.push_back(
          {link.at("routers").get<std::vector<std::string>>(), link.at("area").get<std::string>()});
  if (json.contains("speakers")) {
    for (const auto& [router, speaker] : json["speakers"].items()) routing.speakers[router] = speaker_from(speaker);
  }
  return routing;
}

ClaimReference claim_from(const Json& json) {
  if (json.is_string()) return {json.get<std::string>(), Bearing::supports, {}};
  return {json.at("claim").get<std::string>(), value_of(bearing_words, json.value("bears", "supports")),
          json.value("why", "")};
}

bool is_written(const Json& json, const char* key) { return json.contains(key) && !json[key].is_null(); }

}  // namespace

std::vector<PlacedExpectation> expectations_at(const View& view, const std::string& pointer) {
  std::vector<PlacedExpectation> result;
  const auto* json = view.find(pointer);
  if (json == nullptr) return result;
  for (const auto& [kind, members] : json->items()) {
    for (const auto& [key, value] : members.items()) {
      const auto here = child(child(pointer, kind), key);
      if (kind == "flows") result.push_back({here, flow_from(key, value)});
      if (kind == "log") log_expectations(key, value, here, result);
      if (kind == "nat_detection") result.push_back({here, NatDetectionExpectation{key, addresses_from(value)}});
      if (kind == "sa") sa_expectations(key, value, here, result);
      if (kind == "drops") {
        for (std::size_t index = 0; index < value.size(); ++index)
          result.push_back({child(here, index), DropExpectation{key, value[index].template get<std::string>()}});
      }
      if (kind == "keys") result.push_back({here, KeyExpectation{key, value.template get<std::string>() == "kept"}});
      if (kind == "ivs") result.push_back({here, IvExpectation{key, value.template get<std::string>() == "repeated"}});
      if (kind == "acquires") {
        for (std::size_t index = 0; index < value.size(); ++index)
          result.push_back({child(here, index), acquire_from(key, value[index])});
      }
      if (kind == "addresses") {
        for (const auto& [address, state] : value.items())
          result.push_back({child(here, address),
                            AddressExpectation{key, *Address::parse(address), state.template get<std::string>()}});
      }
      if (kind == "neighbors") {
        for (const auto& [of, at] : value.items())
          result.push_back({child(here, of), NeighborExpectation{key, of, at.template get<std::string>()}});
      }
      if (kind == "counts") {
        for (const auto& [what, count] : value.items())
          result.push_back(
              {child(here, what), CountExpectation{key, what == "policies", count.template get<std::uint64_t>()}});
      }
      if (kind == "routes") {
        for (const auto& [prefix, is] : value.items())
          result.push_back(
              {child(here, prefix), RouteExpectation{key, Prefix::parse(prefix)->network(), is == "learned"}});
      }
      if (kind == "speech")
        result.push_back({here, SpeechExpectation{key, value.template get<std::vector<std::string>>()}});
      if (kind == "adjacencies") {
        for (const auto& [neighbor, state] : value.items())
          result.push_back(
              {child(here, neighbor), AdjacencyExpectation{key, neighbor, state.template get<std::string>()}});
      }
    }
  }
  return result;
}

std::vector<std::string> disagreeing_nodes(const View& view) {
  std::vector<std::string> nodes;
  const auto* at = view.find("/profile_at");
  if (at == nullptr || at->is_null() || !is_written(view.root(), "profile")) return nodes;
  for (const auto& [node, patch] : at->items()) nodes.push_back(node);
  return nodes;
}

std::optional<View> profile_view(const View& view, const std::string& node) {
  const auto patch = child("/profile_at", node);
  if (view.find(patch)->is_null()) return std::nullopt;
  View own = view;
  own.patch(patch, "/profile");
  return own;
}

std::optional<View> changed_profile_view(const View& view, const std::string& step, const std::string& node) {
  if (!is_written(view.root(), "profile")) return std::nullopt;
  const auto disagreeing = disagreeing_nodes(view);
  const bool disagrees = std::find(disagreeing.begin(), disagreeing.end(), node) != disagreeing.end();
  auto own = disagrees ? profile_view(view, node) : std::optional(view);
  if (own) own->patch(child(step, "profile"), "/profile");
  return own;
}

Case case_from(const View& view, Topology topology) {
  const auto& json = view.root();
  Case result;
  result.file = view.document().file();
  result.scenario = json.at("scenario").get<std::string>();
  result.title = json.value("title", "");
  result.about = json.value("about", "");
  if (json.contains("claims")) {
    for (const auto& each : json["claims"]) result.claims.push_back(claim_from(each));
  }
  result.without_ipsec = !is_written(json, "profile");
  if (!result.without_ipsec) {
    result.profile = profile_from(json["profile"]);
    for (const auto& node : disagreeing_nodes(view)) {
      const auto own = profile_view(view, node);
      result.profile_at[node] = own ? std::optional(profile_from(*own->find("/profile"))) : std::nullopt;
    }
  }
  if (is_written(json, "routing")) result.routing = routing_from(json["routing"]);
  if (json.contains("probes")) {
    for (const auto& [name, probe] : json["probes"].items()) result.probes.push_back(probe_from(name, probe, topology));
  }
  for (std::size_t index = 0; index < json.at("timeline").size(); ++index) {
    result.timeline.push_back(step_from(view, child("/timeline", index), topology));
    if (auto probe = forged_probe(result.timeline.back(), result.probes)) result.probes.push_back(std::move(*probe));
  }
  result.expect = values_of(expectations_at(view, "/expect"));
  if (json.contains("lint_accepted")) {
    for (const auto& each : json["lint_accepted"]) result.lint_accepted.push_back(each.at("rule").get<std::string>());
  }
  result.deadline = std::chrono::seconds(json.value("deadline_s", default_deadline.count()));
  result.seed = json.value("seed", std::uint64_t{1});
  result.log_negotiation = json.value("log_negotiation", false);
  result.topology = std::move(topology);
  return result;
}

}  // namespace useipsec
