#include "lab/timeline.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "facts/facts.h"
#include "lab/attack.h"

namespace useipsec {

namespace {

template <class... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <class... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

std::string list(const std::vector<std::string>& names) {
  return names.empty() ? "all" : fmt::format("{}", fmt::join(names, ", "));
}

/// "icmp6/135", "udp from port 68 to port 67", "any".
std::string traffic(const Selector& selector) {
  const bool icmp = selector.protocol.starts_with("icmp");
  std::string words = selector.protocol;
  if (selector.local_port) words += (icmp ? "/" : " from port ") + std::to_string(*selector.local_port);
  if (selector.remote_port && !icmp) words += " to port " + std::to_string(*selector.remote_port);
  return words;
}

std::string describe(const Expectation& expectation) {
  return std::visit(
      Overloaded{
          [](const SaExpectation& sa) {
            return fmt::format("{} SA of {}{} is {}", sa.level == Level::ike ? "IKE" : "child", sa.node,
                               sa.with.empty() ? "" : " with " + sa.with, sa.presence == Presence::up ? "up" : "down");
          },
          [](const FlowExpectation& flow) { return fmt::format("flow {} is {}", flow.flow, to_string(flow.outcome)); },
          [](const DropExpectation& drop) { return fmt::format("{} of {} grows", drop.counter, drop.node); },
          [](const AdjacencyExpectation& adjacency) {
            return fmt::format("{} sees {} as {}", adjacency.router, adjacency.neighbor, adjacency.state);
          },
          [](const AcquireExpectation& acquire) {
            return fmt::format("{} {} for {}", acquire.node, acquire.seen ? "asks" : "does not ask",
                               acquire_words(acquire));
          },
          [](const AddressExpectation& address) {
            return fmt::format("{} of {} is {}", address.address.str(), address.node, address.state);
          },
          [](const IvExpectation& iv) {
            return fmt::format("IVs of {} are {}", iv.node, iv.repeated ? "repeated" : "fresh");
          },
          [](const KeyExpectation& keys) {
            return fmt::format("keys of {} are {}", keys.node, keys.kept ? "kept" : "fresh");
          },
          [](const NeighborExpectation& neighbor) {
            return fmt::format("{} has {} at {}", neighbor.node, neighbor.of, neighbor.at);
          },
          [](const RouteExpectation& route) {
            return fmt::format("{} has {} route to {}", route.router, route.learned ? "a" : "no", route.prefix.str());
          },
          [](const SpeechExpectation& speech) {
            return fmt::format("{} speaks as {}", speech.router, fmt::join(speech.wire, ", "));
          },
          [](const CountExpectation& counts) {
            return fmt::format("{} has {} {}", counts.node, counts.count, counts.policies ? "policies" : "SAs");
          },
          [](const LogExpectation& log) { return fmt::format("{} says /{}/", log.node, log.says); },
          [](const NatDetectionExpectation& expected) { return "the NAT detection on " + expected.link; }},
      expectation);
}

/// "done", or how a wait ended.
std::string carry_out(Lab& lab, const Step& step, int& expectations) {
  auto& network = lab.network();
  return std::visit(
      Overloaded{
          [&](const StartStep& start) {
            lab.start(start.nodes);
            const auto pace = lab.pace().factor();
            return pace <= 1
                       ? "done"
                       : fmt::format("done, on a slow machine: windows from here on are {:.1f} times as long", pace);
          },
          [&](const InitiateStep& initiate) { return lab.initiate(initiate.node), std::string("done"); },
          [&](const StopStep& stop) { return lab.stop(stop), std::string("done"); },
          [&](const ChangeProfileStep& change) { return lab.change_profile(change), std::string("done"); },
          [&](const RekeyStep& rekey) { return lab.rekey(rekey), std::string("done"); },
          [&](const ProbeStep& probe) { return lab.probe(probe.probes), std::string("done"); },
          [&](const WaitStep& wait) { return lab.wait_for(wait.until, wait.within); },
          [&](const ExpectStep&) {
            return lab.snapshot(fmt::format("expect-{}", ++expectations)), std::string("done");
          },
          [&](const IdleStep& idle) { return lab.idle(idle.time), std::string("done"); },
          [&](const FlushNatStep& flush) { return network.flush_nat(flush.node), std::string("done"); },
          [&](const ChangeMappingsStep& change) { return network.change_mappings(change.node), std::string("done"); },
          [&](const MoveAddressStep& move) {
            network.move_address(move.node, move.link, move.from, move.to);
            return std::string("done");
          },
          [&](const AddAddressStep& add) {
            return network.give_address(add.node, add.link, add.address), std::string("done");
          },
          [&](const LinkStep& link) { return network.set_link(link.link, link.node, link.up), std::string("done"); },
          [&](const SetNeighborsStep& set) { return network.set_neighbors(set.link, set.nodes), std::string("done"); },
          [&](const FlushNeighborsStep& flush) {
            return network.flush_neighbors(flush.link, flush.nodes), std::string("done");
          },
          [&](const RollKeysStep& roll) { return lab.roll_keys(roll), std::string("done"); },
          [&](const AddPolicyStep& add) { return lab.add_policy(add), std::string("done"); },
          [&](const RemovePolicyStep& remove) { return fmt::format("done: {} removed", lab.remove_policy(remove)); },
          [&](const ReplayStep& replay) { return fmt::format("done: {} packets", lab.replay(replay)); },
          [&](const TamperStep& tamper) { return lab.tamper(tamper), std::string("done"); },
          [&](const InjectStep& inject) { return fmt::format("done: {} packets", lab.inject(inject)); }},
      step);
}

}  // namespace

std::string describe(const Step& step) {
  return std::visit(
      Overloaded{
          [](const StartStep& start) { return "start " + list(start.nodes); },
          [](const InitiateStep& initiate) { return "initiate " + initiate.node; },
          [](const StopStep& stop) {
            return fmt::format("{} the daemons of {}{}", stop.killed ? "kill" : "stop", stop.node,
                               stop.flush ? " and flush its SAs and policies" : "");
          },
          [](const ChangeProfileStep& change) {
            std::vector<std::string> nodes;
            for (const auto& [node, profile] : change.profiles) nodes.push_back(node);
            return "change the profile of " + list(nodes);
          },
          [](const RekeyStep& rekey) {
            return fmt::format("rekey the {} SAs of {}", rekey.level == Level::ike ? "IKE" : "child", rekey.node);
          },
          [](const ProbeStep& probe) { return "probe " + list(probe.probes); },
          [](const WaitStep& wait) {
            return fmt::format("wait up to {} s until {}", static_cast<double>(wait.within.count()) / 1000,
                               describe(wait.until));
          },
          [](const ExpectStep&) { return std::string("look"); },
          [](const IdleStep& idle) {
            return fmt::format("be idle for {} s", static_cast<double>(idle.time.count()) / 1000);
          },
          [](const FlushNatStep& flush) { return fmt::format("flush the mappings of {}", flush.node); },
          [](const ChangeMappingsStep& change) { return fmt::format("change the mappings of {}", change.node); },
          [](const MoveAddressStep& move) {
            return fmt::format("move {} from {} to {} on {}", move.node, move.from.str(), move.to.str(), move.link);
          },
          [](const AddAddressStep& add) {
            return fmt::format("give {} the address {} on {}", add.node, add.address.str(), add.link);
          },
          [](const LinkStep& link) {
            return fmt::format("take {} {} at {}", link.link, link.up ? "up" : "down", link.node);
          },
          [](const SetNeighborsStep& set) {
            return fmt::format("set neighbors of {} on {}", list(set.nodes), set.link);
          },
          [](const FlushNeighborsStep& flush) {
            return fmt::format("flush neighbors of {} on {}", list(flush.nodes), flush.link);
          },
          [](const RollKeysStep& roll) {
            const auto keys = fmt::format("the keys of generation {} at {}", roll.generation, list(roll.nodes));
            if (roll.phase == RollPhase::use) return "send under " + keys;
            return (roll.phase == RollPhase::add ? "add " : "remove ") + keys;
          },
          [](const AddPolicyStep& add) {
            const auto* way = !add.outwards ? "" : *add.outwards ? " outwards" : " inwards";
            return fmt::format("add a policy{} for {}{} at {}", way, traffic(add.policy.selector),
                               add.keyed ? " and its SAs" : "", list(add.nodes));
          },
          [](const RemovePolicyStep& remove) {
            return fmt::format("remove the policies for {} at {}", traffic(remove.selector), list(remove.nodes));
          },
          [](const ReplayStep& replay) { return describe(replay); },
          [](const InjectStep& inject) { return describe(inject); },
          [](const TamperStep& tamper) { return describe(tamper); }},
      step);
}

void play(Lab& lab, Recorder& recorder, const PlayOptions& options) {
  auto& observations = recorder.observations();
  int expectations = 0;
  const auto keep = [&](StepRecord record) {
    observations.steps.push_back(std::move(record));
    if (options.on_step) options.on_step(observations.steps.back());
  };
  try {
    lab.snapshot("before");
    for (const auto& step : lab.subject().timeline) {
      if (observations.steps.size() == options.until) {
        observations.ended_early =
            fmt::format("interrupted: held before step {}, {}", observations.steps.size() + 1, describe(step));
        break;
      }
      StepRecord record{.began = recorder.now(), .ended = 0, .text = describe(step), .result = {}};
      try {
        record.result = carry_out(lab, step, expectations);
      } catch (Error& error) {
        record.ended = recorder.now();
        record.result = error.what();
        keep(record);
        throw error.within(record.text);
      }
      record.ended = recorder.now();
      keep(std::move(record));
    }
    lab.snapshot("after");
  } catch (const Error& error) {
    // The first word says whose fault it is: see Verdict.
    const char* kind = error.exit_code() == ExitCode::deadline                            ? "timeout: "
                       : error.exit_code() == ExitCode::precondition                      ? "precondition: "
                       : error.exit_code() == ExitCode::interrupted                       ? "interrupted: "
                       : std::string(error.what()).find("crashed: ") != std::string::npos ? "crashed: "
                                                                                          : "broken: ";
    observations.ended_early = std::string(kind) + error.what();
  }
}

}  // namespace useipsec
