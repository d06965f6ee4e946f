#include "judge/expectation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <regex>
#include <set>

namespace useipsec {

namespace {

std::string listed(const std::set<std::string>& words) { return fmt::format("{}", fmt::join(words, ", ")); }

Check start(std::string subject, std::string expected) {
  return {std::move(subject), std::move(expected), "not observed", false};
}

/// Everything an expectation is judged by, at one moment.
class Checker {
 public:
  Checker(const Case& subject, const Observations& observations, const Facts& facts, const Snapshot* at)
      : subject_(subject), observations_(observations), facts_(facts), at_(at) {}

  Check operator()(const SaExpectation& expected) const {
    const auto with = expected.with.empty() ? "" : " with " + expected.with;
    const auto level = expected.level == Level::ike ? "IKE" : "child";
    auto check = start(fmt::format("{} SA of {}{}", level, expected.node, with), to_string(expected.presence));
    if (!looked_at(expected.node)) return check;
    auto presence = Presence::down;  // a node without SAs has no SaFact
    for (const auto& sa : at_ == nullptr ? facts_.sas : sa_facts(subject_, *at_))
      if (sa.node == expected.node) presence = presence_in(sa, expected);
    check.observed = to_string(presence);
    check.holds = presence == expected.presence;
    return check;
  }

  Check operator()(const FlowExpectation& expected) const {
    auto check = start(fmt::format("flow {}", expected.flow), to_string(expected.outcome));
    if (!expected.wire.empty())
      check.expected += fmt::format(" as {}", listed({expected.wire.begin(), expected.wire.end()}));
    if (expected.overhead) check.expected += fmt::format(", overhead {}", *expected.overhead);
    const FlowFact* flow = nullptr;  // where a probe ran again, the last run up to this moment
    for (const auto& each : facts_.flows)
      if (each.name == expected.flow && (at_ == nullptr || each.ended <= at_->at)) flow = &each;
    if (flow == nullptr) return check;
    std::set<std::string> forms;
    for (const auto& wire : flow->wire)
      if (wire.judged)
        for (const auto form : wire.forms) forms.insert(to_string(form));
    check.observed = to_string(flow->outcome);
    if (!expected.wire.empty()) check.observed += fmt::format(" as {}", forms.empty() ? "nothing" : listed(forms));
    const bool wire_holds =
        expected.wire.empty() || forms == std::set<std::string>(expected.wire.begin(), expected.wire.end());
    if (expected.overhead) check.observed += fmt::format(", overhead {}", overhead_words(*flow));
    if (expected.readable) {
      check.expected += *expected.readable ? ", readable" : ", not readable";
      check.observed += flow->readable ? ", readable" : ", not readable";
    }
    const bool readable_holds = !expected.readable || *expected.readable == flow->readable;
    check.holds = flow->outcome == expected.outcome && wire_holds && readable_holds &&
                  (!expected.overhead || overhead_is(*flow, *expected.overhead));
    if (!check.holds && !flow->why.empty()) check.observed += fmt::format(" ({})", flow->why);
    return check;
  }

  Check operator()(const DropExpectation& expected) const {
    auto check = start(fmt::format("{} of {}", expected.counter, expected.node), "grows");
    const auto* before = observations_.snapshot("before");
    if (observations_.snapshots.empty() ||
        (at_ != nullptr && (before == nullptr || !at_->nodes.contains(expected.node))))
      return check;
    std::uint64_t delta = 0;
    for (const auto& drop : at_ == nullptr ? facts_.drops : drop_facts(subject_, *before, *at_))
      if (drop.node == expected.node && counts(drop, expected)) delta += drop.delta;
    check.observed = delta == 0 ? "did not grow" : fmt::format("+{}", delta);
    check.holds = delta > 0;
    return check;
  }

  Check operator()(const AdjacencyExpectation& expected) const {
    auto check = start(fmt::format("adjacency {}-{}", expected.router, expected.neighbor), expected.state);
    if (!looked_at(expected.router)) return check;
    std::string state = "none";
    for (const auto& each : at_ == nullptr ? facts_.adjacencies : adjacency_facts(*at_))
      if (each.router == expected.router && each.neighbor == expected.neighbor) state = each.state;
    check.observed = state;
    check.holds = is_in_state(state, expected.state);
    return check;
  }

  Check operator()(const CountExpectation& expected) const {
    auto check = start(fmt::format("{} of {}", expected.policies ? "policies" : "SAs", expected.node),
                       fmt::format("{}", expected.count));
    if (!looked_at(expected.node)) return check;
    std::uint64_t count = 0;  // a node without SAs and policies has no SaFact
    for (const auto& sa : at_ == nullptr ? facts_.sas : sa_facts(subject_, *at_))
      if (sa.node == expected.node) count = expected.policies ? sa.policies : sa.usable;
    check.observed = fmt::format("{}", count);
    check.holds = count == expected.count;
    return check;
  }

  Check operator()(const RouteExpectation& expected) const {
    auto check = start(fmt::format("route of {} to {}", expected.router, expected.prefix.str()),
                       expected.learned ? "learned" : "none");
    if (!looked_at(expected.router)) return check;
    check.observed = "none";
    for (const auto& route : at_ == nullptr ? facts_.routes : route_facts(*at_))
      if (route.router == expected.router && route.prefix == expected.prefix)
        check.observed = route.from.empty() ? "learned" : "learned from " + route.from;
    check.holds = (check.observed != "none") == expected.learned;
    return check;
  }

  /// Of the whole case, whenever it is asked: captures are not cut.
  Check operator()(const SpeechExpectation& expected) const {
    const std::set<std::string> wanted(expected.wire.begin(), expected.wire.end());
    auto check = start("what " + expected.router + " says", "as " + listed(wanted));
    for (const auto& speech : facts_.speech) {
      if (speech.router != expected.router) continue;
      std::set<std::string> forms;
      for (const auto& [form, count] : speech.packets) forms.insert(to_string(form));
      check.observed = speech.str();
      check.holds = forms == wanted;
    }
    return check;
  }

  Check operator()(const AcquireExpectation& expected) const {
    auto check = start(fmt::format("acquires of {} for {}", expected.node, acquire_words(expected)),
                       expected.seen ? "some" : "none");
    const auto* node = node_at(expected.node);
    if (node == nullptr) return check;
    const auto times = times_acquired(node->acquires, expected);
    check.holds = (times > 0) == expected.seen;
    check.observed = fmt::format("{}", times);
    if (check.holds || node->acquires.empty()) return check;
    std::set<std::string> others;
    for (const auto& each : node->acquires) others.insert(acquire_words(each));
    check.observed += fmt::format(" (it asked for {})", listed(others));
    return check;
  }

  Check operator()(const AddressExpectation& expected) const {
    auto check = start(fmt::format("address {} of {}", expected.address.str(), expected.node), expected.state);
    const auto* node = node_at(expected.node);
    if (node == nullptr) return check;
    check.observed = "none";
    for (const auto& each : node->addresses)
      if (each.address == expected.address) check.observed = each.state;
    check.holds = check.observed == expected.state;
    return check;
  }

  Check operator()(const IvExpectation& expected) const {
    auto check = start(fmt::format("IVs of {}", expected.node), expected.repeated ? "repeated" : "fresh");
    const auto found = facts_.ivs.find(expected.node);
    if (at_ != nullptr || found == facts_.ivs.end()) return check;  // no packet shows nothing
    const auto& [packets, repeated] = found->second;
    check.observed =
        repeated > 0 ? fmt::format("{} of {} repeated", repeated, packets) : fmt::format("{} fresh ones", packets);
    check.holds = (repeated > 0) == expected.repeated;
    return check;
  }

  Check operator()(const KeyExpectation& expected) const {
    auto check = start(fmt::format("keys of {}", expected.node), expected.kept ? "kept" : "fresh");
    const auto* at = moment();
    const auto kept = at == nullptr ? std::nullopt : kept_keys(observations_, expected.node, *at);
    if (!kept) return check;
    check.observed = *kept ? "kept" : "fresh";
    check.holds = *kept == expected.kept;
    return check;
  }

  Check operator()(const NeighborExpectation& expected) const {
    auto check = start(fmt::format("neighbor {} of {}", expected.of, expected.node),
                       expected.at == "none" ? "none" : "at " + expected.at);
    if (!looked_at(expected.node)) return check;
    const auto at = neighbor_at(subject_, at_ == nullptr ? facts_.neighbors : neighbor_facts(subject_, *at_),
                                expected.node, expected.of);
    check.observed = at == "none" ? "none" : "at " + at;
    check.holds = at == expected.at;
    return check;
  }

  Check operator()(const LogExpectation& expected) const {
    auto check = start(fmt::format("log of {}", expected.node),
                       fmt::format("{} /{}/", expected.never ? "never says" : "says", expected.says));
    check.observed = "does not";
    check.holds = expected.never;
    try {
      const std::regex pattern(expected.says);
      for (const auto& record : observations_.log) {
        if (record.node != expected.node || (at_ != nullptr && record.at > at_->at) ||
            !std::regex_search(record.line, pattern))
          continue;
        check.observed = fmt::format("\"{}\"", record.line);
        check.holds = !expected.never;
        return check;
      }
    } catch (const std::regex_error& error) {
      check.observed = fmt::format("not searched: {}", error.what());
      check.holds = false;
    }
    return check;
  }

  Check operator()(const NatDetectionExpectation& expected) const {
    const auto words = [](const std::set<std::string>& addresses) {
      return addresses.empty() ? "none" : listed(addresses);
    };
    std::set<std::string> wanted, found;
    for (const auto& address : expected.addresses) wanted.insert(address.str());
    auto check = start(fmt::format("source addresses in the NAT detection on {}", expected.link), words(wanted));
    std::size_t unknown = 0;
    for (const auto& each : facts_.hashed) {
      if (each.link != expected.link) continue;
      if (each.address) found.insert(each.address->str());
      unknown += each.address ? 0 : 1;
    }
    check.observed = words(found);
    if (unknown > 0) check.observed += fmt::format(", and {} hashes of none that was tried", unknown);
    check.holds = found == wanted;
    return check;
  }

 private:
  /// The moment that is judged, by default the last; null where nobody looked.
  const Snapshot* moment() const {
    return at_ != nullptr || observations_.snapshots.empty() ? at_ : &observations_.snapshots.back();
  }
  /// The node as it was at the moment that is judged, by default the last; null where nobody looked.
  const NodeSnapshot* node_at(const std::string& name) const {
    const auto* at = moment();
    if (at == nullptr) return nullptr;
    const auto found = at->nodes.find(name);
    return found == at->nodes.end() ? nullptr : &found->second;
  }
  bool looked_at(const std::string& node) const {
    return at_ == nullptr ? !observations_.snapshots.empty() : at_->nodes.contains(node);
  }
  /// FilterDrops are those of all rules of the node's filter.
  static bool counts(const DropFact& drop, const DropExpectation& expected) {
    return expected.counter == "FilterDrops" ? drop.counter.starts_with("filter: ") : drop.counter == expected.counter;
  }
  static bool overhead_is(const FlowFact& flow, std::uint32_t bytes) {
    bool measured = false;
    for (const auto& wire : flow.wire) {
      if (!wire.judged) continue;
      measured = true;
      if (overhead(flow, wire) != std::int64_t{bytes}) return false;
    }
    return measured;
  }
  /// "48", "48 on wan, 56 on far": one number where all judged links agree.
  static std::string overhead_words(const FlowFact& flow) {
    std::set<std::string> numbers;
    std::vector<std::string> by_link;
    for (const auto& wire : flow.wire) {
      if (!wire.judged) continue;
      const auto added = overhead(flow, wire);
      const auto words = added                     ? fmt::format("{}", *added)
                         : wire.sizes.largest == 0 ? std::string("unmeasured")
                                                   : "uneven (packets of " + wire.sizes.str() + ")";
      numbers.insert(words);
      by_link.push_back(fmt::format("{} on {}", words, wire.link));
    }
    if (numbers.empty()) return "unmeasured";
    return numbers.size() == 1 ? *numbers.begin() : fmt::format("{}", fmt::join(by_link, ", "));
  }
  static Presence presence_in(const SaFact& sa, const SaExpectation& expected) {
    if (expected.level == Level::ike) return sa.ike;
    const auto with = sa.child_with.find(expected.with);  // a node with one peer has no SAs with another
    return with == sa.child_with.end() ? sa.child : with->second;
  }

  const Case& subject_;
  const Observations& observations_;
  const Facts& facts_;
  const Snapshot* at_;
};

}  // namespace

Check check_expectation(const Expectation& expectation, const Case& subject, const Observations& observations,
                        const Facts& facts, const Snapshot* at) {
  return std::visit(Checker(subject, observations, facts, at), expectation);
}

}  // namespace useipsec
