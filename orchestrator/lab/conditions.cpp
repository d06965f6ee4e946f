// What a wait looks at, live. Verdicts never come from here: they are made from stored observations.

#include <algorithm>
#include <regex>

#include <sys/timerfd.h>

#include "base/unique_fd.h"
#include "lab/lab.h"
#include "routing/bird/control.h"
#include "routing/bird/neighbors.h"

using namespace std::chrono_literals;

namespace useipsec {

WaitResult Lab::wait_heard(const std::function<Tri()>& condition, std::chrono::milliseconds within) {
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

std::string Lab::wait_for(const Expectation& expectation, std::chrono::milliseconds within) {
  const Stopwatch stopwatch(recorder_, std::holds_alternative<SaExpectation>(expectation) ? "keying" : "waiting");
  const auto result = wait_heard(
      [&] {
        fail_if_crashed();
        return now(expectation);
      },
      within);
  if (Loop::Clock::now() >= deadline_) throw Error("timeout: the case's deadline passed while waiting", ExitCode::deadline);
  if (result == WaitResult::holds) return "holds";
  if (result == WaitResult::deadline) return "deadline";
  for (const auto& daemon : daemons_) {
    if (daemon->refusal()) return "impossible: " + daemon->node() + " said: " + *daemon->refusal();
  }
  return "impossible";
}

Tri Lab::sa_now(const SaExpectation& expectation) {
  const auto sas = network_->sas(expectation.node);
  const auto owns = [&](const Address& address) {
    const auto* owner = case_.topology.owner(address);
    return owner != nullptr && owner->name == expectation.node;
  };
  const bool child_up = std::any_of(sas.begin(), sas.end(), [&](const auto& sa) { return sa.spi != 0 && owns(sa.source); }) &&
                        std::any_of(sas.begin(), sas.end(), [&](const auto& sa) { return sa.spi != 0 && !owns(sa.source); });
  // A responder's daemon installs its SAs before the policy that sends traffic into them: until then it answers in the clear.
  const auto policies = network_->policies(expectation.node);
  const bool used = std::any_of(policies.begin(), policies.end(), [](const auto& policy) { return policy.direction == "out" && !policy.template_text.empty(); });
  const bool up = expectation.level == Level::ike ? ike_up(expectation.node) : child_up && used;
  if (up == (expectation.presence == Presence::up)) return Tri::holds;
  const bool refused = std::any_of(daemons_.begin(), daemons_.end(), [](const auto& daemon) { return daemon->refusal().has_value(); });
  return expectation.presence == Presence::up && expectation.level == Level::child && refused ? Tri::impossible : Tri::not_yet;
}

Tri Lab::now(const Expectation& expectation) {
  const auto yes = [](bool holds) { return holds ? Tri::holds : Tri::not_yet; };
  if (const auto* sa = std::get_if<SaExpectation>(&expectation)) return sa_now(*sa);
  if (const auto* adjacency = std::get_if<AdjacencyExpectation>(&expectation)) {
    const auto records = adjacencies(adjacency->router);
    const auto found = std::find_if(records.begin(), records.end(), [&](const auto& record) { return record.neighbor == adjacency->neighbor; });
    return yes(found == records.end() ? adjacency->state == "none" : found->state == adjacency->state);
  }
  if (const auto* drop = std::get_if<DropExpectation>(&expectation)) {
    const auto* before = recorder_.observations().snapshot("before");
    const auto counters = network_->xfrm_stat(drop->node);
    const auto value = counters.find(drop->counter);
    const auto& earlier = before->nodes.at(drop->node).xfrm_stat;
    const auto then = earlier.find(drop->counter);
    return yes(value != counters.end() && value->second > (then == earlier.end() ? 0 : then->second));
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
    if (setup.node != node || started_.count(node) == 0) continue;
    std::vector<AdjacencyRecord> records;
    network_->run_in(node, [&] {
      const auto reply = ask_bird(placed(setup.control_socket), "show ospf neighbors", 2s);
      if (reply) records = parse_ospf_neighbors(*reply, router_ids(*case_.routing));
    });
    return records;
  }
  return {};
}

bool Lab::ike_up(const std::string& node) const {
  return std::any_of(daemons_.begin(), daemons_.end(), [&](const auto& daemon) { return daemon->node() == node && daemon->ike_up(); });
}

}  // namespace useipsec
