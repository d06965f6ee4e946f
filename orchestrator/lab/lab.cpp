#include "lab/lab.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>

#include "base/files.h"
#include "engine/strongswan/control.h"
#include "lab/ends.h"
#include "pki/issue.h"
#include "proc/run_program.h"

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace useipsec {

namespace {

/// Below the node's own /run: short enough for Unix sockets, and the same in every node.
const std::string node_folder = "/run/useipsec";

std::vector<NodeSetup> setups_of(const Case& subject) {
  if (subject.without_ipsec) return {};
  const Engine* engine = find_engine(subject.engine);
  return engine == nullptr ? std::vector<NodeSetup>{} : engine->render(subject);
}

/// As a shell takes it for one word.
std::string quoted(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](unsigned char letter) {
    return std::isalnum(letter) != 0 ||
           std::string_view("-_./:=,@+%").find(static_cast<char>(letter)) != std::string_view::npos;
  });
  if (plain) return word;
  std::string text = "'";
  for (const char letter : word) text += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  return text + "'";
}

bool named(const std::vector<std::string>& nodes, const std::string& node) {
  return nodes.empty() || std::find(nodes.begin(), nodes.end(), node) != nodes.end();
}

}  // namespace

Lab::Lab(Loop& loop, const Case& subject, fs::path folder, fs::path seed, Recorder& recorder)
    : loop_(loop),
      case_(subject),
      folder_(std::move(folder)),
      seed_(std::move(seed)),
      recorder_(recorder),
      deadline_(Loop::Clock::now() + subject.deadline),
      setups_(setups_of(subject)),
      routing_(render_routing(subject)) {
  const Stopwatch stopwatch(recorder_, "build");
  issue_certificates();
  BuildOptions options;
  for (const auto& setup : setups_) {
    if (setup.daemon || !setup.files.empty()) options.with_mounts.insert(setup.node);
  }
  for (const auto& setup : routing_) options.with_mounts.insert(setup.node);
  network_ = in_context("building the network", [&] { return Network::build(loop_, case_.topology, options); });
  const RunInNode run_in = [this](const std::string& node, const std::function<void()>& work) {
    network_->run_in(node, work);
  };
  captures_ = std::make_unique<CaptureSession>(loop_, run_in, case_.topology, folder_);
  probes_ = std::make_unique<ProbeRunner>(loop_, run_in, [this] { return recorder_.now(); });
}

Lab::~Lab() = default;

std::string Lab::placed(std::string text) const {
  for (const auto& [word, value] : {std::pair<std::string, std::string>{"{dir}", node_folder},
                                    {"{seed}", seed_.string()},
                                    {"{packages}", (seed_ / "packages").string()}}) {
    for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + value.size())) {
      text.replace(at, word.size(), value);
    }
  }
  return text;
}

ProcessSpec Lab::process(const Command& command) const {
  ProcessSpec spec;
  spec.program = placed(command.program);
  for (const auto& argument : command.arguments) spec.arguments.push_back(placed(argument));
  for (const auto& variable : command.environment) spec.environment.push_back(placed(variable));
  return spec;
}

void Lab::issue_certificates() {
  const auto plan = pki_plan(case_);
  if (plan.empty()) return;
  KeyRing keys(seed_ / "keys");
  for (const auto& file : issue(plan, keys, std::chrono::system_clock::now()))
    write_text(folder_ / "pki" / file.path, file.bytes);
}

void Lab::place_files(const NodeSetup& setup) {
  network_->run_in(setup.node, [&] {
    fs::create_directories(node_folder);
    for (const auto& folder : setup.folders) fs::create_directories(fs::path(node_folder) / folder);
    for (const auto& copy : setup.copies) {
      fs::copy(seed_ / copy.from, fs::path(node_folder) / copy.to,
               fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    }
    for (const auto& path : setup.credentials) {
      const auto to = fs::path(node_folder) / "pki" / path;
      fs::create_directories(to.parent_path());
      fs::copy_file(folder_ / "pki" / path, to);
    }
    for (const auto& file : setup.files) write_text(fs::path(node_folder) / file.path, placed(file.text));
  });
  // What was rendered is evidence, also of a case that does not get any further.
  for (const auto& file : setup.files) write_text(folder_ / "nodes" / setup.node / file.path, placed(file.text));
}

LogRecord Lab::run_command(const std::string& node, const Command& command) {
  const auto spec = process(command);
  const auto done = run_program(loop_, spec, network_->node(node).handles(),
                                std::min(deadline_, Loop::Clock::now() + longest_program));
  LogRecord record{
      .at = recorder_.now(), .node = node, .program = fs::path(spec.program).filename(), .line = done.output};
  if (!done.status.success()) {
    record.kind = LogKind::warning;
    record.line = fmt::format("{} ({})", record.line, done.status.str());
  }
  recorder_.log(record);
  return record;
}

/// With what its values stand for.
ViciSection Lab::filled(const std::string& node, ViciSection section) const {
  constexpr std::string_view file = "{file:";
  const auto fill = [&](std::string& text) {
    if (text.starts_with(file) && text.ends_with('}'))
      network_->run_in(node, [&] {
        text = read_text(fs::path(node_folder) / text.substr(file.size(), text.size() - file.size() - 1));
      });
    else
      text = placed(text);
  };
  for (auto& entry : section.entries) {
    if (auto* text = std::get_if<std::string>(&entry.value)) fill(*text);
    if (auto* list = std::get_if<std::vector<std::string>>(&entry.value))
      for (auto& each : *list) fill(each);
    if (auto* inner = std::get_if<ViciSection>(&entry.value)) *inner = filled(node, std::move(*inner));
  }
  return section;
}

void Lab::carry_out(const std::string& node, const Order& order) {
  if (const auto* command = std::get_if<Command>(&order)) {
    run_command(node, *command);
    return;
  }
  auto request = std::get<ViciRequest>(order);
  request.message = filled(node, std::move(request.message));
  Result<ViciSection> answer;
  network_->run_in(node, [&] { answer = ask_charon(placed(request.socket), request, pace_.of(30s)); });
  LogRecord record{.at = recorder_.now(), .node = node, .program = "vici", .line = request.command};
  if (!answer) {
    record.kind = LogKind::warning;
    record.line = answer.error().what();
  }
  recorder_.log(std::move(record));
  if (!answer && request.command.starts_with("load-"))
    throw answer.error();  // what we rendered is at fault, not the case
}

bool Lab::has_files(const std::string& node) const {
  return std::any_of(setups_.begin(), setups_.end(), [&](const NodeSetup& setup) {
    return setup.node == node && (setup.daemon || !setup.files.empty());
  });
}

void Lab::start_daemon(const std::string& node, const DaemonSpec& spec) {
  const auto log = folder_ / "nodes" / node / (spec.name + ".log");
  fs::create_directories(log.parent_path());
  daemons_.push_back(std::make_unique<Daemon>(loop_, spec, process(spec.command), network_->node(node).handles(), node,
                                              log, recorder_));
}

void Lab::prepare(const std::string& node, const std::vector<Command>& commands) {
  for (const auto& command : commands) {
    const auto said = run_command(node, command);
    if (said.kind == LogKind::warning) throw Error(fmt::format("{}: {}", said.program, said.line));
  }
}

/// What an earlier life of the node left, such as a lock file.
void Lab::clear_folder(const std::string& node) {
  network_->run_in(node, [] { fs::remove_all(node_folder); });
}

void Lab::start_node(const std::string& node) {
  if (has_files(node)) clear_folder(node);
  for (const auto& setup : setups_) {
    if (setup.node != node) continue;
    if (overlaid_.insert(node).second)
      for (const auto& overlay : setup.overlays)
        network_->run_in(node, [&] { lay_over(placed(overlay.from), overlay.onto); });
    if (keyed_.insert(node).second) network_->install(node, setup.sas, setup.policies);
    if (!setup.daemon && setup.files.empty()) continue;
    place_files(setup);
    prepare(node, setup.prepare);
    if (setup.daemon) start_daemon(node, *setup.daemon);
  }
}

void Lab::start_router(const RoutingSetup& setup, std::chrono::seconds ready_within) {
  if (!has_files(setup.node)) clear_folder(setup.node);
  NodeSetup files;
  files.node = setup.node;
  files.folders = setup.folders;
  files.files = setup.files;
  place_files(files);
  prepare(setup.node, setup.prepare);
  for (const auto& daemon : setup.daemons) {
    start_daemon(setup.node, daemon);
    if (&daemon != &setup.daemons.back())
      await_ready(ready_within);  // the next one looks for it once, then not for long
  }
}

void Lab::await_ready(std::chrono::seconds ready_within) {
  const auto all_ready = [&] {
    fail_if_crashed();
    return std::all_of(daemons_.begin(), daemons_.end(), [](const auto& daemon) { return daemon->ready(); })
               ? Tri::holds
               : Tri::not_yet;
  };
  if (wait_heard(all_ready, ready_within) == WaitResult::holds) return;
  std::vector<std::string> waiting;
  for (const auto& daemon : daemons_) {
    if (!daemon->ready())
      waiting.push_back(fmt::format("{} of {} (last said: {})", daemon->name(), daemon->node(), daemon->last_line()));
  }
  throw Error(fmt::format("not ready within {} s: {}", ready_within.count(), fmt::join(waiting, ", ")),
              ExitCode::deadline);
}

void Lab::start(const std::vector<std::string>& nodes) {
  const Stopwatch stopwatch(recorder_, "daemon-start");
  std::vector<std::string> chosen;
  for (const auto& node : case_.topology.nodes) {
    if (named(nodes, node.name) && started_.insert(node.name).second) chosen.push_back(node.name);
  }
  const auto is_chosen = [&](const auto& setup) {
    return std::find(chosen.begin(), chosen.end(), setup.node) != chosen.end();
  };
  std::size_t daemons = 0;
  for (const auto& setup : setups_) daemons += is_chosen(setup) && setup.daemon ? 1 : 0;
  for (const auto& setup : routing_) daemons += is_chosen(setup) ? setup.daemons.size() : 0;
  const auto began = Loop::Clock::now();
  const auto longest = Pace::longest_start(daemons);
  deadline_ += longest;  // it is the case's, and how slow the machine is will be known afterwards
  for (const auto& node : chosen) in_context("starting " + node, [&] { start_node(node); });
  await_ready(longest);
  // What a kernel asks its daemon for is heard from now on, not from the first look on.
  for (const auto& node : chosen)
    if (asks_for_sas(node)) network_->events(node);
  for (const auto& setup : setups_) {
    if (!is_chosen(setup)) continue;
    in_context("setting up " + setup.node, [&] {
      for (const auto& order : setup.after_ready) carry_out(setup.node, order);
    });
  }
  // Routers speak from the first moment on: policies are there before them.
  for (const auto& setup : routing_)
    if (is_chosen(setup)) in_context("starting the router " + setup.node, [&] { start_router(setup, longest); });
  await_ready(longest);
  const auto factor = pace_.factor();
  pace_.ready(daemons, Loop::Clock::now() - began);
  deadline_ += std::chrono::duration_cast<Loop::Clock::duration>(case_.deadline * (pace_.factor() - factor)) - longest;
}

void Lab::initiate(const std::string& node) {
  const Stopwatch stopwatch(recorder_, "keying");
  forget_refusals(node);
  for (const auto& setup : setups_) {
    if (setup.node != node) continue;
    for (const auto& order : setup.initiate) carry_out(node, order);
  }
}

void Lab::stop(const StopStep& step) {
  const Stopwatch stopwatch(recorder_, "daemon-stop");
  for (auto& daemon : daemons_) {
    if (daemon->node() != step.node) continue;
    if (step.killed)
      daemon->kill();
    else
      daemon->stop(pace_.of(5s));  // time to tell the peer
  }
  std::erase_if(daemons_, [&](const auto& daemon) { return daemon->node() == step.node; });
  started_.erase(step.node);
  network_->listen_no_more(step.node);  // else the kernel would take us for somebody who makes SAs
  if (!step.flush) return;
  network_->flush_ipsec(step.node);
  keyed_.erase(step.node);
}

void Lab::change_profile(const ChangeProfileStep& step) {
  Case changed = case_;
  for (const auto& [node, profile] : step.profiles) changed.profile_at[node] = profile;
  for (auto& setup : setups_of(changed)) {
    if (!step.profiles.contains(setup.node)) continue;
    const auto found =
        std::find_if(setups_.begin(), setups_.end(), [&](const NodeSetup& each) { return each.node == setup.node; });
    if (found != setups_.end()) *found = std::move(setup);
  }
}

void Lab::rekey(const RekeyStep& step) {
  const Stopwatch stopwatch(recorder_, "keying");
  forget_refusals(step.node);
  for (const auto& setup : setups_) {
    if (setup.node != step.node) continue;
    for (const auto& order : step.level == Level::ike ? setup.rekey_ike : setup.rekey_child)
      carry_out(step.node, order);
  }
}

void Lab::probe(const std::vector<std::string>& names) {
  std::vector<ProbeJob> jobs;
  for (const auto& probe : case_.probes) {
    if (std::find(names.begin(), names.end(), probe.name) == names.end()) continue;
    jobs.push_back({.probe = probe, .token = token_of(case_, probe), .ends = ends_of(case_.topology, probe)});
    jobs.back().keep = std::any_of(case_.probes.begin(), case_.probes.end(),
                                   [&](const Probe& each) { return each.continues == probe.name; });
  }
  run_probes(jobs);
}

void Lab::run_probes(std::vector<ProbeJob> jobs) {
  std::vector<std::string> before, after;
  for (auto& job : jobs) {
    before.push_back("probe-" + job.probe.name + "-before");
    after.push_back("probe-" + job.probe.name + "-after");
    job.probe.wait_ms = static_cast<std::uint32_t>(pace_.of(std::chrono::milliseconds(job.probe.wait_ms)).count());
  }
  snapshot(before);
  {
    const Stopwatch stopwatch(recorder_, "probing");
    for (auto& record : probes_->run(jobs)) recorder_.observations().probes.push_back(std::move(record));
  }
  captures_->drain();
  snapshot(after);
}

void Lab::snapshot(const std::vector<std::string>& labels) {
  const Stopwatch stopwatch(recorder_, "looking");
  Snapshot snapshot{.label = {}, .at = recorder_.now(), .nodes = {}};
  for (const auto& node : case_.topology.nodes) snapshot.nodes[node.name] = look_at(node.name);
  for (const auto& label : labels) {
    snapshot.label = label;
    recorder_.observations().snapshots.push_back(snapshot);
  }
}

bool Lab::asks_for_sas(const std::string& node) const {
  const auto* profile = case_.profile_of(node);
  return profile != nullptr && profile->by_ike() && started_.contains(node);
}

NodeSnapshot Lab::look_at(const std::string& node) {
  // The counters first: their first look opens what the others need too.
  auto xfrm_stat = network_->xfrm_stat(node);
  return {.sas = network_->sas(node),
          .policies = network_->policies(node),
          .xfrm_stat = std::move(xfrm_stat),
          .network_stat = network_->network_stat(node),
          .filter_stat = network_->filter_stat(node),
          .adjacencies = adjacencies(node),
          .routes = routes(node),
          .neighbors = network_->neighbors(node),
          .addresses = network_->addresses(node),
          .acquires = asks_for_sas(node) ? network_->acquires(node) : std::vector<AcquireRecord>{},
          .nat_drops = network_->nat_drops(node),
          .ike_up = ike_up(node)};
}

void Lab::settle() { recorder_.observations().captures = captures_->settle(); }

void Lab::hand_over() {
  captures_->turn_to("captures/held");
  recorder_.close_log();
  handed_over_ = true;
}

void Lab::finish() {
  {
    const Stopwatch stopwatch(recorder_, "daemon-stop");
    for (auto& daemon : daemons_) daemon->ask_to_stop();
    for (auto& daemon : daemons_) daemon->stop(500ms);
  }
  const Stopwatch stopwatch(recorder_, "teardown");
  auto records = captures_->stop();
  if (!handed_over_) recorder_.observations().captures = std::move(records);
  daemons_.clear();
}

std::vector<std::string> Lab::inspections(const std::string& node) const {
  std::vector<std::string> lines;
  const auto add = [&](const Command& command) {
    std::string line = command.environment.empty() ? "" : "env ";
    for (const auto& variable : command.environment) line += placed(variable) + " ";
    line += placed(command.program);
    for (const auto& argument : command.arguments) line += " " + quoted(placed(argument));
    lines.push_back(std::move(line));
  };
  for (const auto& setup : setups_) {
    if (setup.node != node || !started_.contains(node)) continue;
    for (const auto& command : setup.inspect) add(command);
  }
  for (const auto& setup : routing_) {
    if (setup.node == node && started_.contains(node)) add(setup.inspect);
  }
  return lines;
}

void Lab::fail_if_crashed() {
  for (auto& daemon : daemons_) {
    const auto status = daemon->exited();
    if (!status) continue;
    throw Error(fmt::format("crashed: {} of {} ended by itself with {}; its last words: {}", daemon->name(),
                            daemon->node(), status->str(), daemon->last_line()));
  }
}

}  // namespace useipsec
