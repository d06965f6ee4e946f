// What a wait looks at, live. Verdicts never come from here: they are made from stored observations.

#include <sys/timerfd.h>

#include <algorithm>
#include <iterator>
#include <regex>

#include "base/unique_fd.h"
#include "facts/facts.h"
#include "facts/sa_direction.h"
#include "lab/lab.h"
#include "profile/vantage.h"

using namespace std::chrono_literals;

namespace useipsec {

WaitResult Lab::wait_heard(const std::function<Tri()>& condition, std::chrono::milliseconds within,
                           const std::string& sas_of) {
  // A tick for what makes no event of its own (counters, adjacencies): the kernel tells nobody when they change.
  constexpr auto tick = 100ms;
  const UniqueFd timer(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
  itimerspec every{};
  every.it_interval.tv_nsec = every.it_value.tv_nsec = std::chrono::nanoseconds(tick).count();
  ::timerfd_settime(timer.get(), 0, &every, nullptr);

  bool look = true;
  const auto ticks = loop_.watch_readable(timer.get(), [&] {
    std::uint64_t count = 0;
    look = ::read(timer.get(), &count, sizeof count) > 0 || look;
  });
  Watch kernel;
  if (!sas_of.empty()) {
    kernel = loop_.watch_readable(network_->events(sas_of), [&] { look = network_->heard(sas_of) || look; });
  }
  auto heard = recorder_.observations().log.size();
  const auto checked = [&] {
    look = look || recorder_.observations().log.size() != heard;
    if (!look) return Tri::not_yet;
    look = false;
    heard = recorder_.observations().log.size();
    return condition();
  };
  const auto result = loop_.wait(checked, std::min(deadline_, Loop::Clock::now() + within));
  if (result == WaitResult::interrupted) throw Error("interrupted", ExitCode::interrupted);
  return result;
}

void Lab::idle(std::chrono::milliseconds time) {
  const Stopwatch stopwatch(recorder_, "waiting");
  const auto crashed = [&] {
    fail_if_crashed();
    return Tri::not_yet;
  };
  wait_heard(crashed, time);
  if (Loop::Clock::now() >= deadline_)
    throw Error("timeout: the case's deadline passed while idle", ExitCode::deadline);
}

std::string Lab::wait_for(const Expectation& expectation, std::chrono::milliseconds within) {
  const auto* sa = std::get_if<SaExpectation>(&expectation);
  const Stopwatch stopwatch(recorder_, sa != nullptr ? "keying" : "waiting");
  const auto result = wait_heard(
      [&] {
        fail_if_crashed();
        return now(expectation);
      },
      pace_.of(within), sa != nullptr ? sa->node : std::string());
  if (Loop::Clock::now() >= deadline_)
    throw Error("timeout: the case's deadline passed while waiting", ExitCode::deadline);
  if (result == WaitResult::holds && sa != nullptr && sa->presence == Presence::up) hear_of_ike(sa->node);
  if (result == WaitResult::holds) return "holds";
  if (result == WaitResult::deadline) return "deadline";
  const auto* daemon = sa == nullptr ? nullptr : refuser(*sa);
  return daemon == nullptr ? "impossible" : "impossible: " + daemon->node() + " said: " + *daemon->refusal();
}

void Lab::hear_of_ike(const std::string& node) {
  const auto* profile = case_.profile_of(node);
  if (profile == nullptr || !profile->by_ike()) return;
  wait_heard([&] { return ike_up(node) ? Tri::holds : Tri::not_yet; }, pace_.of(500ms));
}

const Daemon* Lab::refuser(const SaExpectation& expectation) const {
  const auto& initiators = case_.profile.initiators;
  const auto refusal_at = [&](const std::string& node) -> const Daemon* {
    for (const auto& daemon : daemons_)
      if (daemon->refusal() && (node.empty() || daemon->node() == node)) return daemon.get();
    return nullptr;
  };
  if (initiators.size() < 2) return refusal_at("");
  // A responder of several does not say whom it refused: each initiator speaks for itself.
  const Daemon* last = nullptr;
  for (const auto& initiator : initiators) {
    const bool any = expectation.with.empty() && expectation.node == case_.profile.responder;
    if (!any && initiator != expectation.node && initiator != expectation.with) continue;
    last = refusal_at(initiator);
    if (last == nullptr) return nullptr;
  }
  return last;
}

void Lab::forget_refusals(const std::string& node) {
  const bool one_pair = case_.profile.initiators.size() < 2;
  for (auto& daemon : daemons_)
    if (one_pair || daemon->node() == node) daemon->forget_refusal();
}

std::vector<SaRecord> Lab::sas_between(const std::string& node, const std::string& peer) {
  std::map<std::string, std::vector<SaRecord>> sas;
  for (const auto& each : case_.protected_nodes()) sas[each] = network_->sas(each);
  return sas_with(case_, sas, node, peer);
}

bool Lab::sends_from_inside(const std::string& node) {
  const auto* profile = case_.profile_of(node);
  if (profile == nullptr || !profile->inner_addresses || !is_initiator(*profile, node)) return true;
  const auto sources = network_->sources(node);
  return std::any_of(sources.begin(), sources.end(),
                     [&](const auto& source) { return profile->inner_addresses->contains(source); });
}

Tri Lab::sa_now(const SaExpectation& expectation) {
  const auto& [node, level, presence, with] = expectation;
  const bool to_be_up = presence == Presence::up;
  if (level == Level::ike) return ike_up(node) == to_be_up ? Tri::holds : Tri::not_yet;
  const auto sas = with.empty() ? network_->sas(node) : sas_between(node, with);
  // IKE daemons make a child SA for each selector, one after the other.
  const auto* profile = case_.profile_of(node);
  const bool one_peer = peers_of(case_.profile, node).size() == 1;
  const auto wanted = profile == nullptr || !one_peer ? 1 : std::max<std::ptrdiff_t>(1, std::ssize(profile->selectors));
  const auto owns = [&, name = node](const Address& address) { return case_.topology.holds(name, address); };
  const auto outbound =
      std::count_if(sas.begin(), sas.end(), [&](const auto& sa) { return is_usable(sa) && owns(sa.source); });
  const auto inbound =
      std::count_if(sas.begin(), sas.end(), [&](const auto& sa) { return is_usable(sa) && !owns(sa.source); });
  const auto least = to_be_up ? wanted : 1;
  const bool child_up = inbound >= least && outbound >= least;
  if (!to_be_up) return child_up ? Tri::not_yet : Tri::holds;
  // Daemons install SAs before the policy that sends traffic into them, and take it away before them.
  const auto policies = network_->policies(node);
  const auto is_served = [&](const auto& policy) { return sends_under(policy, sas); };
  const bool used = std::count_if(policies.begin(), policies.end(), is_served) >= wanted;
  if (child_up && used && sends_from_inside(node)) return Tri::holds;
  return refuser(expectation) != nullptr ? Tri::impossible : Tri::not_yet;
}

Tri Lab::now(const Expectation& expectation) {
  const auto yes = [](bool holds) { return holds ? Tri::holds : Tri::not_yet; };
  if (const auto* sa = std::get_if<SaExpectation>(&expectation)) return sa_now(*sa);
  if (const auto* adjacency = std::get_if<AdjacencyExpectation>(&expectation)) {
    const auto records = adjacencies(adjacency->router);
    const auto found = std::find_if(records.begin(), records.end(),
                                    [&](const auto& record) { return record.neighbor == adjacency->neighbor; });
    return yes(is_in_state(found == records.end() ? "none" : found->state, adjacency->state));
  }
  if (const auto* neighbor = std::get_if<NeighborExpectation>(&expectation)) {
    Snapshot snapshot;
    snapshot.nodes[neighbor->node].neighbors = network_->neighbors(neighbor->node);
    return yes(neighbor_at(case_, neighbor_facts(case_, snapshot), neighbor->node, neighbor->of) == neighbor->at);
  }
  if (const auto* route = std::get_if<RouteExpectation>(&expectation)) {
    const auto records = routes(route->router);
    return yes(route->learned == std::any_of(records.begin(), records.end(),
                                             [&](const auto& record) { return record.prefix == route->prefix; }));
  }
  if (const auto* drop = std::get_if<DropExpectation>(&expectation)) {
    const auto& before = recorder_.observations().snapshot("before")->nodes.at(drop->node);
    const auto grew = [&](const auto& counters, const auto& earlier) {
      const auto value = counters.find(drop->counter), then = earlier.find(drop->counter);
      return value != counters.end() && value->second > (then == earlier.end() ? 0 : then->second);
    };
    return yes(grew(network_->xfrm_stat(drop->node), before.xfrm_stat) ||
               grew(network_->network_stat(drop->node), before.network_stat));
  }
  if (const auto* acquire = std::get_if<AcquireExpectation>(&expectation)) {
    const bool any = times_acquired(network_->acquires(acquire->node), *acquire) > 0;
    // What was asked for once stays asked for.
    return any == acquire->seen ? Tri::holds : acquire->seen ? Tri::not_yet : Tri::impossible;
  }
  if (const auto* address = std::get_if<AddressExpectation>(&expectation)) {
    std::string state = "none";
    for (const auto& each : network_->addresses(address->node))
      if (each.address == address->address) state = each.state;
    return yes(state == address->state);
  }
  if (const auto* log = std::get_if<LogExpectation>(&expectation)) {
    const std::regex says(log->says);
    const auto& lines = recorder_.observations().log;
    return yes(std::any_of(lines.begin(), lines.end(), [&](const auto& line) {
      return line.node == log->node && std::regex_search(line.line, says);
    }));
  }
  return Tri::impossible;  // a flow is judged after its probe, never waited for; read_scenario refuses it
}

std::vector<AdjacencyRecord> Lab::adjacencies(const std::string& node) {
  for (const auto& setup : routing_) {
    if (setup.node != node || !started_.contains(node)) continue;
    std::vector<AdjacencyRecord> records;
    network_->run_in(node, [&] {
      const auto reply = ask_router(setup.of_neighbors, placed(setup.of_neighbors.socket), pace_.of(2s));
      if (reply) records = neighbors_in(case_, setup, *reply);
    });
    return records;
  }
  return {};
}

std::vector<RouteRecord> Lab::routes(const std::string& node) {
  for (const auto& setup : routing_) {
    if (setup.node != node || !started_.contains(node)) continue;
    std::vector<RouteRecord> records;
    if (!setup.of_routes) return records;
    network_->run_in(node, [&] {
      const auto reply = ask_router(*setup.of_routes, placed(setup.of_routes->socket), pace_.of(2s));
      if (reply) records = routes_in(case_, setup, *reply);
    });
    return records;
  }
  return {};
}

bool Lab::ike_up(const std::string& node) const {
  return std::any_of(daemons_.begin(), daemons_.end(),
                     [&](const auto& daemon) { return daemon->node() == node && daemon->ike_up(); });
}

}  // namespace useipsec
