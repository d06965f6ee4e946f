#include "report/ladder/ladder.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "report/ladder/columns.h"
#include "report/ladder/flow_tracks.h"
#include "report/ladder/journeys.h"
#include "report/ladder/packet_name.h"

namespace useipsec {

namespace {

constexpr std::uint8_t protocol_tcp = 6, protocol_esp = 50;
constexpr double rounding = 0.001;            // seconds; captures and clocks are stamped apart
constexpr std::size_t most_rows_a_step = 40;  // more are no conversation any more, but a flood

/// The conversation that a packet in the clear belongs to, whatever its direction: for TCP segments without payload.
using Conversation = std::tuple<std::uint8_t, std::string, std::string>;

Conversation conversation(const Packet& packet) {
  auto left = endpoint_text(packet.source, packet.source_port);
  auto right = endpoint_text(packet.destination, packet.destination_port);
  if (right < left) std::swap(left, right);
  return {packet.protocol, std::move(left), std::move(right)};
}

bool is_upkeep(const Packet& packet) {
  if (packet.form == WireForm::arp || packet.form == WireForm::neighbor_discovery || packet.protocol == 2) return true;
  const bool listener = packet.icmp && packet.icmp6 &&
                        ((packet.icmp->type >= 130 && packet.icmp->type <= 132) || packet.icmp->type == 143);
  return listener && packet.form == WireForm::clear;  // RFC 2710, RFC 3810
}

/// Which probe wrote a payload that can be read, by its token. A replay repeats another's: there the time decides.
class Tokens {
 public:
  explicit Tokens(const StoredCase& stored) {
    if (!stored.observations) return;
    for (const auto& probe : stored.observations->probes)
      if (!probe.token.empty()) tokens_.push_back({probe.token + "/", probe.probe, probe.began, probe.ended});
    if (tokens_.empty()) return;
    common_ = tokens_.front().token;
    for (const auto& [token, probe, began, ended] : tokens_) {
      const auto end = std::mismatch(common_.begin(), common_.end(), token.begin(), token.end()).first;
      common_.erase(end, common_.end());
    }
  }
  /// Empty where there is none.
  std::string probe_of(const Packet& packet) const {
    if (tokens_.empty()) return {};
    const auto text = packet.text();
    if (common_.size() > 3 && text.find(common_) == std::string_view::npos) return {};
    std::string_view found;
    for (const auto& each : tokens_) {
      const bool in_time = packet.time >= each.began - rounding && packet.time <= each.ended + rounding;
      if ((found.empty() || in_time) && text.find(each.token) != std::string_view::npos) found = each.probe;
    }
    return std::string(found);
  }

 private:
  struct Token {
    std::string token, probe;
    Moment began, ended;
  };
  std::vector<Token> tokens_;
  std::string common_;  ///< one search tells most packets that they have none
};

/// Sequence numbers as they are said: "seq 1-3, 7".
class Sequences {
 public:
  void add(std::uint32_t number) {
    if (!runs_.empty() && (number == runs_.back().second || number == runs_.back().second + 1)) {
      runs_.back().second = number;
      return;
    }
    if (runs_.size() < most_runs) {
      runs_.emplace_back(number, number);
      return;
    }
    whole_ = false;
    least_ = std::min(least_, number);
    most_ = std::max(most_, number);
  }
  void add(const Sequences& others) {
    for (const auto& [least, most] : others.runs_) add(least), add(most);
  }
  std::string text() const {
    if (runs_.empty()) return {};
    auto runs = runs_;
    std::sort(runs.begin(), runs.end());
    if (!whole_)
      return fmt::format(" seq {} to {}", std::min(least_, runs.front().first), std::max(most_, runs.back().second));
    std::vector<std::string> words;
    for (const auto& [least, most] : runs)
      words.push_back(least == most ? std::to_string(least) : fmt::format("{}-{}", least, most));
    return fmt::format(" seq {}", fmt::join(words, ", "));
  }

 private:
  static constexpr std::size_t most_runs = 5;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> runs_;
  bool whole_ = true;  ///< `runs_` are all
  std::uint32_t least_ = ~std::uint32_t{0}, most_ = 0;
};

class Builder {
 public:
  explicit Builder(const StoredCase& stored) : stored_(stored), tokens_(stored), tracks_(flow_tracks(stored)) {
    result_.case_id = stored.result->id;
    result_.title = stored.result->title;
    result_.nodes = columns_of(stored);
    result_.missing = stored.missing;
    for (std::size_t index = 0; index < result_.nodes.size(); ++index) column_.emplace(result_.nodes[index], index);
  }

  Ladder build() {
    const auto all = journeys(stored_);
    result_.packets = all.size();
    learn_conversations(all);
    auto steps = stored_.observations ? stored_.observations->steps : stored_.result->steps;
    if (!steps.empty()) steps.push_back({steps.back().ended, steps.back().ended, "end of the timeline", ""});
    std::size_t step = 0, next = 0;
    for (;;) {
      const bool in_step = step < steps.size();
      const auto until = [&](const Journey& each) { return !in_step || each.first().time < steps[step].began; };
      const auto window = result_.rows.size();
      groups_.clear();
      for (; next < all.size() && until(all[next]); ++next) add(all[next]);
      if (result_.rows.size() - window > most_rows_a_step) group_kinds(window);
      if (!in_step) break;
      LadderRow row;
      row.kind = LadderKind::step;
      row.first = steps[step].began;
      row.last = steps[step].ended;
      row.label = steps[step].text + (steps[step].result.empty() ? "" : ": " + steps[step].result);
      result_.rows.push_back(std::move(row));
      facts_.resize(result_.rows.size());
      ++step;
    }
    finish();
    return std::move(result_);
  }

 private:
  /// What a row knows of its packets beside what is shown.
  struct RowFacts {
    std::string kind;  ///< packet_kind, for floods
    std::string way;   ///< links and direction
    std::vector<const FlowTrack*> tracks;
    std::uint64_t bytes = 0;
    Sequences sequences;
    bool one_sa = true;  ///< else sequence numbers say nothing
  };

  std::size_t column(std::string_view node) {
    const auto found = column_.find(std::string(node));
    if (found != column_.end()) return found->second;
    result_.nodes.emplace_back(node);
    return column_.emplace(std::string(node), result_.nodes.size() - 1).first->second;
  }

  void learn_conversations(const std::vector<Journey>& all) {
    for (const auto& journey : all)
      for (const auto& hop : journey.hops) {
        ++result_.frames;
        const auto probe = tokens_.probe_of(*hop.packet);
        if (probe.empty()) continue;
        if (hop.packet->protocol != protocol_esp) protocols_.emplace(probe, hop.packet->protocol);
        if (hop.packet->protocol == protocol_tcp) conversations_.emplace(conversation(*hop.packet), probe);
      }
  }

  std::string probe_of(const Packet& packet) const {
    auto probe = tokens_.probe_of(packet);
    if (!probe.empty() || packet.protocol != protocol_tcp) return probe;
    const auto found = conversations_.find(conversation(packet));
    return found == conversations_.end() ? std::string() : found->second;
  }

  /// Flows whose way the journey goes: by their token where it can be read, else by time, link and form.
  std::vector<const FlowTrack*> tracks_of(const Journey& journey) const {
    std::vector<const FlowTrack*> found;
    const auto& first = journey.first();
    if (first.is_icmp_error()) return found;
    const auto probe = probe_of(first);
    if (probe.empty() && !is_protected(first.form)) return found;
    for (const auto& track : tracks_) {
      const auto& fact = track.flow->fact;
      if (!probe.empty() && probe != track.probe) continue;
      if (const auto known = protocols_.find(track.probe);
          known != protocols_.end() && first.protocol != protocol_esp && first.protocol != known->second)
        continue;  // AH lets its payload's protocol be read
      if (first.time < fact.began - rounding || first.time > fact.ended + rounding) continue;
      const bool along = std::all_of(journey.hops.begin(), journey.hops.end(), [&](const JourneyHop& hop) {
        return std::any_of(track.hops.begin(), track.hops.end(), [&](const TrackHop& own) {
          return own.node == hop.packet->node && own.link == hop.packet->link &&
                 (!probe.empty() || own.wire->forms.contains(hop.packet->form));
        });
      });
      if (along) found.push_back(&track);
    }
    return found;
  }

  /// The node that passed the packet on no further though it was not for it; nothing where it arrived or nobody knows.
  std::optional<std::size_t> dead_end(const Journey& journey) {
    const auto& hop = journey.hops.back();
    const auto& packet = *hop.packet;
    if (!stored_.topology || hop.next.size() != 1 || is_link_scope(packet) || packet.destination->is_multicast())
      return std::nullopt;
    const auto& topology = *stored_.topology;
    const auto* node = topology.node(hop.next.front());
    const auto* owner = topology.owner(*packet.destination);
    if (node == nullptr || (owner == nullptr && node->role == Role::host)) return std::nullopt;
    // What comes for the address of a NAT box is for somebody behind it, but for errors.
    const bool for_nat = node->role == Role::nat && !packet.is_icmp_error() && packet.form != WireForm::other;
    if (topology.holds(node->name, *packet.destination) && !for_nat) return std::nullopt;
    return column(node->name);
  }

  /// Main, aggressive and quick mode (RFC 2409): all others are one message, or have ids that tell them apart.
  static bool is_counted(std::uint8_t exchange) { return exchange == 2 || exchange == 4 || exchange == 32; }

  /// IKEv1 says nothing about a message's place in its exchange: counted here, retransmissions left out.
  void name_ike(const Packet& packet, LadderRow& row) {
    const auto& ike = *packet.ike;
    const auto message = std::hash<std::string_view>{}(Bytes(packet.payload).text());
    row.retransmission = !ike_seen_.insert({ike.initiator_spi, message}).second;
    row.detail = fmt::format("IKEv{}, initiator SPI {:016x}, responder SPI {:016x}, message id {:08x}, {} bytes",
                             ike.version, ike.initiator_spi, ike.responder_spi, ike.message_id, packet.payload.size());
    if (ike.version == 1 && is_counted(ike.exchange)) {
      auto& numbers = ike_numbers_[{ike.initiator_spi, ike.exchange, ike.message_id}];
      if (!row.retransmission) numbers.push_back(message);
      const auto at = std::find(numbers.begin(), numbers.end(), message);
      row.label += fmt::format(" {}", at - numbers.begin() + 1);
    }
    if (row.retransmission) row.label += ", retransmitted";
  }

  void add(const Journey& journey) {
    const auto& first = journey.first();
    LadderRow row;
    row.first = row.last = first.time;
    row.count = 1;
    row.form = first.form;
    row.upkeep = is_upkeep(first);
    row.label = packet_name(first);
    if (first.ike) name_ike(first, row);
    RowFacts facts;
    facts.kind = packet_kind(first) + (row.retransmission ? ", retransmitted" : "");
    facts.tracks = tracks_of(journey);
    facts.bytes = first.length;
    if (first.sequence) facts.sequences.add(*first.sequence);
    std::string ends;
    for (const auto& hop : journey.hops) {
      LadderArrow arrow;
      arrow.from = column(hop.packet->node);
      for (const auto node : hop.next) arrow.to.push_back(column(node));
      arrow.link = hop.packet->link;
      arrow.source = endpoint_text(hop.packet->source, hop.packet->source_port);
      arrow.destination = endpoint_text(hop.packet->destination, hop.packet->destination_port);
      facts.way += fmt::format("{} {} {}|", arrow.from, arrow.link, fmt::join(arrow.to, ","));
      ends += fmt::format("{} {}|", arrow.source, arrow.destination);
      row.path.push_back(std::move(arrow));
    }
    row.stopped_at = dead_end(journey);
    if (row.stopped_at) facts.way += "x";

    const auto key = fmt::format("{}\n{}\n{}", row.label, facts.way, ends);
    const auto [group, is_new] = groups_.emplace(key, result_.rows.size());
    if (!is_new) return merge(group->second, row, facts);
    result_.rows.push_back(std::move(row));
    facts_.push_back(std::move(facts));
  }

  void merge(std::size_t into, const LadderRow& row, const RowFacts& facts) {
    auto& kept = result_.rows[into];
    kept.count += row.count;
    kept.last = std::max(kept.last, row.last);
    facts_[into].bytes += facts.bytes;
    auto& tracks = facts_[into].tracks;
    for (const auto* track : facts.tracks)
      if (std::find(tracks.begin(), tracks.end(), track) == tracks.end()) tracks.push_back(track);
    facts_[into].sequences.add(facts.sequences);
  }

  /// A step with very many different rows: those of one kind on one way become one.
  void group_kinds(std::size_t from) {
    std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> alike;
    for (auto index = from; index < result_.rows.size(); ++index)
      alike[{facts_[index].kind, facts_[index].way}].push_back(index);
    std::vector<bool> gone(result_.rows.size(), false);
    for (const auto& [kind, rows] : alike) {
      if (rows.size() < 4) continue;
      auto& kept = result_.rows[rows.front()];
      kept.label = fmt::format("{}, {} different", kind.first, rows.size());
      kept.detail.clear();
      facts_[rows.front()].one_sa = false;
      for (std::size_t index = 1; index < rows.size(); ++index) {
        merge(rows.front(), result_.rows[rows[index]], facts_[rows[index]]);
        gone[rows[index]] = true;
        for (std::size_t hop = 0; hop < kept.path.size(); ++hop) {
          const auto& other = result_.rows[rows[index]].path[hop];
          if (kept.path[hop].source != other.source) kept.path[hop].source = "various";
          if (kept.path[hop].destination != other.destination) kept.path[hop].destination = "various";
        }
      }
    }
    std::size_t to = from;
    for (auto index = from; index < gone.size(); ++index) {
      if (gone[index]) continue;
      if (to != index) {
        result_.rows[to] = std::move(result_.rows[index]);
        facts_[to] = std::move(facts_[index]);
      }
      ++to;
    }
    result_.rows.resize(to);
    facts_.resize(to);
  }

  void finish() {
    std::set<const FlowTrack*> explained;
    for (std::size_t index = 0; index < result_.rows.size(); ++index) {
      auto& row = result_.rows[index];
      if (row.kind != LadderKind::packets) continue;
      if (facts_[index].one_sa) row.label += facts_[index].sequences.text();
      const auto bytes = facts_[index].bytes;
      row.detail += fmt::format("{}{} bytes on the first link", row.detail.empty() ? "" : ", ", bytes);
      tell_flows(row, facts_[index].tracks);
      explain(row, facts_[index].tracks, explained);
    }
    add_unseen(explained);
  }

  static void tell_flows(LadderRow& row, const std::vector<const FlowTrack*>& tracks) {
    std::map<std::string, std::vector<std::string>> by_outcome;
    for (const auto* track : tracks) {
      row.flows.push_back(track->flow->fact.name);
      by_outcome[to_string(track->flow->fact.outcome)].push_back(track->flow->fact.name);
    }
    if (by_outcome.size() == 1) {
      row.outcome = by_outcome.begin()->first;
      return;
    }
    std::vector<std::string> words;
    for (const auto& [outcome, names] : by_outcome)
      words.push_back(fmt::format("{} {}", fmt::join(names, ", "), outcome));
    row.outcome = fmt::format("{}", fmt::join(words, "; "));
  }

  /// Whether what the flow's outcome rests on is to be seen in this row.
  static bool decides(const LadderRow& row, const FlowTrack& track) {
    const auto& fact = track.flow->fact;
    const auto& last = row.path.back();
    switch (fact.outcome) {
      case Outcome::blocked:
        return last.link == fact.last_seen_link;
      case Outcome::exposed:
        return !is_protected(row.form) && std::any_of(row.path.begin(), row.path.end(), [&](const LadderArrow& arrow) {
          return std::any_of(fact.wire.begin(), fact.wire.end(),
                             [&](const WireFact& wire) { return wire.link == arrow.link && wire.judged; });
        });
      case Outcome::degraded:
        return true;
      case Outcome::protected_:
        return false;
    }
    return false;
  }

  /// Says why, once for all flows that fared alike, and marks where blocked packets ended.
  void explain(LadderRow& row, const std::vector<const FlowTrack*>& tracks, std::set<const FlowTrack*>& explained) {
    bool all_blocked = !tracks.empty();
    for (const auto* track : tracks) {
      const auto& fact = track->flow->fact;
      all_blocked &= fact.outcome == Outcome::blocked && decides(row, *track);
      if (!decides(row, *track) || explained.contains(track)) continue;
      std::vector<std::string> names;
      for (const auto& other : tracks_) {
        const auto& its = other.flow->fact;
        if (its.outcome != fact.outcome || its.why != fact.why || !explained.insert(&other).second) continue;
        names.push_back(its.name);
      }
      row.reasons.push_back(fmt::format("{} {}: {}", fmt::join(names, ", "), to_string(fact.outcome), fact.why));
    }
    if (all_blocked && !row.stopped_at && row.path.back().to.size() == 1) row.stopped_at = row.path.back().to.front();
  }

  /// Blocked flows of which no packet was seen: what is said of them stands where they should have begun.
  void add_unseen(const std::set<const FlowTrack*>& explained) {
    std::vector<std::pair<LadderRow, std::vector<std::string>>> notes;
    for (const auto& track : tracks_) {
      const auto& fact = track.flow->fact;
      const bool unasked = fact.outcome == Outcome::blocked && fact.sent == 0 && fact.name != track.probe;
      if (fact.outcome == Outcome::protected_ || explained.contains(&track) || unasked) continue;
      const auto words = fmt::format("{}: {}", to_string(fact.outcome), fact.why);
      const auto known = std::find_if(notes.begin(), notes.end(), [&](const auto& each) {
        return each.first.label == words && each.first.first == fact.began;
      });
      if (known != notes.end()) {
        known->second.push_back(fact.name);
        continue;
      }
      LadderRow row;
      row.kind = LadderKind::note;
      row.first = fact.began;
      row.last = fact.ended;
      row.label = words;
      if (const auto at = column_.find(fact.from); at != column_.end()) row.stopped_at = at->second;
      notes.push_back({row, {fact.name}});
    }
    for (auto& [row, names] : notes) {
      row.label = fmt::format("{} {}", fmt::join(names, ", "), row.label);
      const auto place = std::find_if(result_.rows.begin(), result_.rows.end(),
                                      [&, began = row.first](const LadderRow& each) { return each.first > began; });
      result_.rows.insert(place, std::move(row));
    }
  }

  const StoredCase& stored_;
  Tokens tokens_;
  std::vector<FlowTrack> tracks_;
  Ladder result_;
  std::vector<RowFacts> facts_;  ///< by row
  std::map<std::string, std::size_t> column_;
  std::map<Conversation, std::string> conversations_;  ///< probe by TCP connection
  std::map<std::string, std::uint8_t> protocols_;      ///< by probe, where its payload was read
  std::unordered_map<std::string, std::size_t> groups_;
  std::set<std::pair<std::uint64_t, std::size_t>> ike_seen_;
  std::map<std::tuple<std::uint64_t, std::uint8_t, std::uint32_t>, std::vector<std::size_t>> ike_numbers_;
};

}  // namespace

Ladder ladder(const StoredCase& stored) { return Builder(stored).build(); }

}  // namespace useipsec
