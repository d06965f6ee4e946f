#include "facts/flow_evidence.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "facts/sa_direction.h"
#include "profile/vantage.h"
#include "wire/protocol_numbers.h"

namespace useipsec {

namespace {

constexpr double rounding = 0.001;       // seconds; captures and clocks are stamped apart
constexpr double snapshot_slack = 0.25;  // seconds that reading the state of all nodes may take

std::set<SaName> outbound(const FlowQuestion& question, const std::string& sender, const std::string& receiver) {
  std::set<SaName> names;
  for (const auto* snapshot : {question.before, question.after, question.observations->snapshot("after")}) {
    if (snapshot == nullptr || !snapshot->nodes.contains(sender)) continue;
    const auto& topology = question.subject->topology;
    for (const auto& sa : snapshot->nodes.at(sender).sas) {
      if (!is_outbound(topology, sender, sa)) continue;
      if (may_be_of(topology, receiver, sa.destination)) names.insert({sa.protocol, sa.spi});
    }
  }
  return names;
}

std::set<SaName> inbound(const FlowQuestion& question, const std::string& sender, const std::string& receiver,
                         std::uint64_t least_packets = 0) {
  std::set<SaName> names;
  for (const auto* snapshot : {question.before, question.after, question.observations->snapshot("after")}) {
    if (snapshot == nullptr || !snapshot->nodes.contains(receiver)) continue;
    const auto& topology = question.subject->topology;
    for (const auto& sa : snapshot->nodes.at(receiver).sas) {
      if (!is_inbound(topology, receiver, sa) || sa.packets < least_packets) continue;
      if (may_be_of(topology, sender, sa.source)) names.insert({sa.protocol, sa.spi});
    }
  }
  return names;
}

/// What an attacker can hope to be taken for: every SA that the receiver has for what arrives.
std::set<SaName> inbound_of(const FlowQuestion& question, const std::string& receiver) {
  std::set<SaName> names;
  for (const auto* snapshot : {question.before, question.after}) {
    if (snapshot == nullptr || !snapshot->nodes.contains(receiver)) continue;
    for (const auto& sa : snapshot->nodes.at(receiver).sas)
      if (is_inbound(question.subject->topology, receiver, sa)) names.insert({sa.protocol, sa.spi});
  }
  return names;
}

/// What both ends know of; with several peers behind one NAT only that tells them apart.
std::set<SaName> between(const FlowQuestion& question, const std::string& sender, const std::string& receiver) {
  const auto& profile = question.subject->profile;
  if (!peer_with(profile, sender, receiver)) return {};
  auto out = outbound(question, sender, receiver);
  auto in = inbound(question, sender, receiver);
  std::set<SaName> both;
  std::set_intersection(out.begin(), out.end(), in.begin(), in.end(), std::inserter(both, both.end()));
  if (!both.empty()) {
    // Of two pairs that were made at once a sender may give up one that it has sent under, before anybody looks.
    const bool one_peer = peers_of(profile, sender).size() == 1 && peers_of(profile, receiver).size() == 1;
    if (one_peer) both.merge(inbound(question, sender, receiver, 1));
    return both;
  }
  // Only one of the two has an SA; what another peer receives or sends with is that one's.
  for (const auto& peer : peers_of(profile, sender))
    if (peer != receiver)
      for (const auto& name : inbound(question, sender, peer)) out.erase(name);
  for (const auto& peer : peers_of(profile, receiver))
    if (peer != sender)
      for (const auto& name : outbound(question, peer, receiver)) in.erase(name);
  return out.empty() ? in : out;
}

/// The SAs of all stretches of the way, one direction of it.
std::set<SaName> along(const FlowQuestion& question, bool backwards) {
  auto relays = question.path.relays;
  if (backwards) std::reverse(relays.begin(), relays.end());
  std::set<SaName> names;
  for (std::size_t index = 0; index + 1 < relays.size(); ++index)
    names.merge(between(question, relays[index], relays[index + 1]));
  return names;
}

/// The SAs that a packet is under: none, one, or those of a bundle.
std::vector<SaName> sa_names(const Packet& packet) {
  std::vector<SaName> names;
  if (packet.spi) names.emplace_back(has_ah(packet.form) ? "ah" : "esp", *packet.spi);
  if (packet.inner_spi) names.emplace_back("esp", *packet.inner_spi);
  return names;
}

/// One mark of the probe in a frame.
struct Mark {
  std::uint32_t sequence = 0;
  bool reply = false;
};

bool is_echo_reply(std::string_view frame, std::size_t token_at) {
  if (token_at < 8) return false;
  const auto type = static_cast<std::uint8_t>(frame[token_at - 8]);  // the echo header is 8 bytes long
  return type == 0 || type == 129;
}

/// Every mark "<token>/<6 digits>/<q or r>/" in the frame. `cut` is set where a token's mark does not end in the frame.
std::vector<Mark> marks(const FlowQuestion& question, std::string_view frame, bool& cut) {
  std::vector<Mark> found;
  const auto start = question.record->token + "/";
  for (auto at = frame.find(start); at != std::string_view::npos; at = frame.find(start, at + 1)) {
    const auto rest = frame.substr(at + start.size(), 9);
    const auto digits = rest.substr(0, std::min<std::size_t>(6, rest.size()));
    const bool whole = rest.size() == 9 && rest[6] == '/' && rest[8] == '/' && (rest[7] == 'q' || rest[7] == 'r') &&
                       std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!whole) {
      cut = true;
      continue;
    }
    Mark mark{.reply = rest[7] == 'r'};
    for (const char c : digits) mark.sequence = mark.sequence * 10 + static_cast<std::uint32_t>(c - '0');
    // The kernel echoes a ping's payload as it came.
    if (question.probe->kind == ProbeKind::icmp) mark.reply = is_echo_reply(frame, at);
    found.push_back(mark);
  }
  return found;
}

/// Whether a packet of a stream goes the question's way, by its ports: addresses are a NAT's to change. FTP's answers
/// come over connections of their own, which only their payloads tell.
bool is_own_segment(const FlowQuestion& question, const Packet& packet) {
  const int protocol = question.probe->kind == ProbeKind::sctp ? protocol_sctp : protocol_tcp;
  if (!is_stream(question.probe->kind) || packet.protocol != protocol) return false;
  return (question.reply ? packet.source_port : packet.destination_port) == question.probe->port;
}

/// Another such probe to the same port at the same time: a segment without payload could be either's.
bool port_is_shared(const FlowQuestion& question) {
  for (const auto& other : question.observations->probes) {
    if (&other == question.record || other.began > question.record->ended || other.ended < question.record->began)
      continue;
    for (const auto& probe : question.subject->probes)
      if (probe.name == other.probe && probe.kind == question.probe->kind && probe.port == question.probe->port)
        return true;
  }
  return false;
}

class Gatherer {
 public:
  explicit Gatherer(const FlowQuestion& question) : question_(question), port_shared_(port_is_shared(question)) {}

  void add(LinkEvidence& link, const Packet& packet) {
    if (packet.is_icmp_error()) return;  // it quotes packets of the flow, it is none
    const bool in_window =
        packet.time >= question_.record->began - rounding && packet.time <= question_.record->ended + rounding;
    // A replay bears the marks of what it repeats: only who sent it, and when, tells the two apart.
    if (question_.probe->forged ? !in_window : is_attack(packet)) return;
    const auto names = sa_names(packet);
    const auto is_own = [&](const SaName& name) { return question_.sas.contains(name) && goes_our_way(packet); };
    const auto own_sas = std::count_if(names.begin(), names.end(), is_own);
    if (question_.before != nullptr && question_.after != nullptr &&
        packet.time >= question_.before->at - snapshot_slack && packet.time <= question_.after->at + snapshot_slack)
      link.sa_packets += static_cast<std::uint64_t>(own_sas);
    bool cut = false, ours = false;
    const auto seen = marks(question_, packet.text(), cut);
    for (const auto& mark : seen) {
      if (mark.reply != question_.reply) continue;
      ours = link.readable = true;
      if (!is_protected(packet.form)) link.clear_sequences.insert(mark.sequence);
    }
    if (seen.empty() && is_protected(packet.form)) ours = own_sas > 0 && in_window;
    if (seen.empty() && !is_protected(packet.form) && in_window && is_own_segment(question_, packet) &&
        (cut || !port_shared_)) {
      ours = true;
      link.clear_unmarked = true;
    }
    if (!ours) return;
    ++link.fact.packets;
    link.fact.forms.insert(packet.form);
    if (!packet.fragment && packet.ip_length > 0) link.fact.sizes.include(packet.ip_length);
  }

 private:
  bool is_attack(const Packet& packet) const {
    for (const auto& probe : question_.subject->probes) {
      if (!probe.forged || probe.from != packet.node) continue;
      for (const auto& record : question_.observations->probes)
        if (record.probe == probe.name && packet.time >= record.began - rounding &&
            packet.time <= record.ended + rounding)
          return true;
    }
    return false;
  }
  bool goes_our_way(const Packet& packet) const {
    if (!question_.sas_both_ways || !packet.source) return true;
    return !question_.subject->topology.holds(question_.path.receiver, *packet.source);
  }

  const FlowQuestion& question_;
  bool port_shared_;
};

std::string icmp_words(const Packet& packet) {
  const auto from = packet.source ? packet.source->str() : "?";
  const int type = packet.icmp->type, code = packet.icmp->code;
  std::string name;
  if (packet.icmp6)
    name = type == 1   ? "destination unreachable"
           : type == 2 ? "packet too big"
           : type == 3 ? "time exceeded"
                       : "parameter problem";
  else
    name = type == 3    ? (code == 4 ? "fragmentation needed" : "destination unreachable")
           : type == 11 ? "time exceeded"
                        : "an ICMP error";
  return fmt::format("ICMP {} (type {}, code {}) from {}", name, type, code, from);
}

}  // namespace

FlowQuestion flow_question(const Case& subject, const Observations& observations, const ProbeRecord& record,
                           bool reply) {
  FlowQuestion question;
  question.subject = &subject;
  question.observations = &observations;
  question.record = &record;
  question.reply = reply;
  for (const auto& probe : subject.probes)
    if (probe.name == record.probe) question.probe = &probe;
  if (question.probe == nullptr) return question;
  question.path = flow_path(subject, *question.probe, reply);
  // A probe may run more than once: the snapshots nearest to this run are its own.
  for (const auto& snapshot : observations.snapshots) {
    if (snapshot.label == fmt::format("probe-{}-before", record.probe) && snapshot.at <= record.began + snapshot_slack)
      question.before = &snapshot;
    if (snapshot.label == fmt::format("probe-{}-after", record.probe) && snapshot.at >= record.ended - snapshot_slack &&
        question.after == nullptr)
      question.after = &snapshot;
  }
  if (question.probe->forged) {
    question.sas = inbound_of(question, question.path.receiver);
    return question;
  }
  question.sas = along(question, false);
  for (const auto& name : along(question, true)) question.sas_both_ways |= question.sas.contains(name);
  return question;
}

FlowEvidence gather(const FlowQuestion& question, const Captures& captures) {
  FlowEvidence evidence;
  Gatherer gatherer(question);
  const auto& path = question.path;
  for (std::size_t index = 0; index < path.hops.size(); ++index) {
    const auto& hop = path.hops[index];
    LinkEvidence link;
    link.fact.link = hop.link;
    link.fact.judged = path.judged[index];
    link.leaving = hop.node;
    const auto* known = question.subject->topology.link(hop.link);
    const bool shared = known != nullptr && known->kind == LinkKind::shared;
    bool captured = false;
    for (const auto& file : captures.files) {
      const bool only_its_own = !shared || question.probe->forged;
      if (file.link() != hop.link || (only_its_own && file.node() != hop.node)) continue;
      captured = true;
      for (const auto& packet : file.packets()) gatherer.add(link, packet);
    }
    if (link.fact.judged) {
      if (!captured)
        evidence.problems.push_back(fmt::format("link {} has no capture of what left {}", hop.link, hop.node));
      for (const auto& [where, problem] : captures.problems)
        if (where == hop.link) evidence.problems.push_back(problem);
    }
    evidence.links.push_back(link);
  }
  for (const auto& file : captures.files)
    for (const auto& packet : file.packets()) {
      if (!packet.is_icmp_error() || packet.text().find(question.record->token) == std::string_view::npos) continue;
      const auto words = icmp_words(packet);
      if (std::find(evidence.icmp_errors.begin(), evidence.icmp_errors.end(), words) == evidence.icmp_errors.end())
        evidence.icmp_errors.push_back(words);
    }
  return evidence;
}

}  // namespace useipsec
