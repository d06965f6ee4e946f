#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "facts/facts.h"
#include "facts/flow_fact.h"
#include "facts/hashed_addresses.h"
#include "facts/ivs.h"
#include "facts/speech.h"

namespace useipsec {

namespace {

Captures read_captures(const Observations& observations, const std::filesystem::path& folder) {
  Captures captures;
  for (const auto& record : observations.captures) {
    if (record.dropped > 0)
      captures.problems.emplace_back(record.link, fmt::format("the capture of {} at {} lost {} packets", record.link,
                                                              record.node, record.dropped));
    try {
      captures.files.emplace_back(folder / record.file, record.link, record.node, observations.started_at);
      if (const auto& problem = captures.files.back().problem(); !problem.empty())
        captures.problems.emplace_back(
            record.link, fmt::format("the capture of {} at {} is cut off: {}", record.link, record.node, problem));
    } catch (const Error& error) {
      captures.problems.emplace_back(record.link, error.what());
    }
  }
  return captures;
}

const Snapshot* first_of(const Observations& observations) {
  if (const auto* before = observations.snapshot("before")) return before;
  return observations.snapshots.empty() ? nullptr : &observations.snapshots.front();
}

const Snapshot* last_of(const Observations& observations) {
  if (const auto* after = observations.snapshot("after")) return after;
  return observations.snapshots.empty() ? nullptr : &observations.snapshots.back();
}

bool expects_nat_detection(const Case& subject) {
  const auto asks = [](const std::vector<Expectation>& facts) {
    return std::any_of(facts.begin(), facts.end(),
                       [](const Expectation& each) { return std::holds_alternative<NatDetectionExpectation>(each); });
  };
  return asks(subject.expect) || std::any_of(subject.timeline.begin(), subject.timeline.end(), [&](const Step& step) {
           const auto* expect = std::get_if<ExpectStep>(&step);
           return expect != nullptr && asks(expect->facts);
         });
}

bool has_answers(const Case& subject, const ProbeRecord& record) {
  for (const auto& probe : subject.probes)
    if (probe.name == record.probe) return has_answers(probe);
  return false;
}

/// Up to the last look: when the daemons are told to end, SAs go before the routers' last words.
std::vector<Packet> packets_until(const Captures& captures, const Snapshot* last) {
  std::vector<Packet> packets;
  for (const auto& file : captures.files)
    for (const auto& packet : file.packets())
      if (last == nullptr || packet.time <= last->at) packets.push_back(packet);
  return packets;
}

}  // namespace

Facts establish(const Case& subject, const Observations& observations, const std::filesystem::path& case_folder) {
  Facts facts;
  const auto captures = read_captures(observations, case_folder);
  for (const auto& file : captures.files)
    for (const auto& packet : file.packets()) ++facts.wire_totals[file.link()][to_string(packet.form)];
  facts.ivs = iv_facts(subject, captures.files);
  for (const auto& record : observations.probes) {
    const auto request = flow_question(subject, observations, record, false);
    if (request.probe == nullptr) continue;
    facts.flows.push_back(flow_fact(request, captures));
    if (has_answers(subject, record))
      facts.flows.push_back(flow_fact(flow_question(subject, observations, record, true), captures));
  }
  const auto* first = first_of(observations);
  const auto* last = last_of(observations);
  if (subject.routing) facts.speech = speech_facts(subject, packets_until(captures, last));
  if (expects_nat_detection(subject)) facts.hashed = hashed_addresses(captures);
  if (last != nullptr) {
    facts.sas = sa_facts(subject, *last);
    facts.adjacencies = adjacency_facts(*last);
    facts.acquires = acquire_facts(*last);
    facts.routes = route_facts(*last);
    facts.drops = drop_facts(subject, *first, *last);
    facts.neighbors = neighbor_facts(subject, *last);
  }
  return facts;
}

}  // namespace useipsec
