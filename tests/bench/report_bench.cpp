// A made-up run of many cases and a made-up flood, written to a folder as a real run leaves them, then reported.
// report_bench [CASES [PACKETS]]
#include <fmt/format.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdlib>

#include "base/files.h"
#include "report/html/page.h"
#include "report/html/publish.h"
#include "report/ladder/ladder.h"
#include "topology/topology_writer.h"
#include "unit/wire/frames.h"

namespace useipsec {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

double megabytes_at_most() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

Topology chain() {
  Topology topology;
  topology.name = "chain";
  for (const auto* name : {"alice", "nat", "bob"}) topology.nodes.push_back({.name = name});
  topology.nodes[1].role = Role::nat;
  topology.nodes[1].nat = NatPolicy{.outside = "far"};
  topology.links = {
      {.name = "near",
       .subnets = {*Prefix::parse("10.0.0.0/24")},
       .ends = {{"alice", {*Prefix::parse("10.0.0.2/24")}, {}}, {"nat", {*Prefix::parse("10.0.0.1/24")}, {}}}},
      {.name = "far",
       .subnets = {*Prefix::parse("203.0.113.0/24")},
       .ends = {{"nat", {*Prefix::parse("203.0.113.1/24")}, {}}, {"bob", {*Prefix::parse("203.0.113.2/24")}, {}}}}};
  return topology;
}

/// `count` packets each way in ESP in UDP through the NAT, every hundredth an IKE message of its own.
void write_captures(const fs::path& folder, std::uint32_t count, Observations& seen) {
  using namespace frames;
  std::vector<std::pair<double, Octets>> near_alice, far_nat, far_bob, near_nat;
  for (std::uint32_t number = 1; number <= count; ++number) {
    const double time = 1002 + 2e-5 * number;
    auto inside = esp(0xb0b00001, number, Octets(64, static_cast<std::uint8_t>(number)));
    if (number % 100 == 0) {
      auto message = ike(2, 37, 8, number);
      inside = join({Octets(4, 0), message});
    }
    near_alice.emplace_back(time, ethernet(0x0800, ipv4("10.0.0.2", "203.0.113.2", 17, udp(4500, 4500, inside))));
    far_nat.emplace_back(time + 1e-6,
                         ethernet(0x0800, ipv4("203.0.113.1", "203.0.113.2", 17, udp(61000, 4500, inside))));
    const auto back = esp(0xa11ce001, number, Octets(64, static_cast<std::uint8_t>(number)));
    far_bob.emplace_back(time + 2e-6, ethernet(0x0800, ipv4("203.0.113.2", "203.0.113.1", 17, udp(4500, 61000, back))));
    near_nat.emplace_back(time + 3e-6, ethernet(0x0800, ipv4("203.0.113.2", "10.0.0.2", 17, udp(4500, 4500, back))));
  }
  fs::create_directories(folder / "captures");
  const auto keep = [&](const char* link, const char* node, const auto& packets) {
    const auto file = fmt::format("captures/{}-{}.pcap", link, node);
    write_pcap(folder / file, packets);
    seen.captures.push_back({.link = link, .node = node, .file = file, .packets = packets.size(), .dropped = 0});
  };
  keep("near", "alice", near_alice);
  keep("far", "nat", far_nat);
  keep("far", "bob", far_bob);
  keep("near", "nat", near_nat);
}

void write_case(const fs::path& run, const CaseResult& result, std::uint32_t packets) {
  const auto folder = run / result.id;
  Observations seen;
  seen.started_at = 1000;
  seen.kernel = "6.1.0";
  seen.steps = result.steps;
  write_captures(folder, packets, seen);
  write_text(folder / "topology.json", topology_text(chain()));
  write_text(folder / "observations.json", observations_text(seen));
  std::string log;
  for (int line = 0; line < 120; ++line)
    log += fmt::format("\"peers\" #{}: a line as pluto says them, with some length to it\n", line);
  for (const auto* node : {"alice", "bob"}) {
    write_text(folder / "nodes" / node / "ipsec.conf", "conn peers\n  left=10.0.0.2\n  right=203.0.113.2\n");
    write_text(folder / "nodes" / node / "pluto.log", log);
  }
}

CaseResult made_up(std::size_t number, const std::string& subject) {
  CaseResult result;
  const bool control = !subject.empty();
  result.scenario = control ? fmt::format("scenario-{}.routed", number) : fmt::format("scenario-{}", number);
  result.engine = number % 2 == 0 ? "libreswan" : "manual";
  result.id = result.scenario + "@" + result.engine;
  result.title = "A made-up case for measuring";
  result.about =
      "What is expected, said in a sentence or two, as long as such sentences are in practice, which is about this "
      "long.";
  result.control_of = subject;
  result.verdict.case_id = result.id;
  constexpr State states[] = {State::passed, State::passed, State::passed,  State::failed,
                              State::passed, State::broken, State::timeout, State::unsupported};
  result.verdict.state = control ? State::passed : states[number % 8];
  result.verdict.why = "all 2 expectations hold";
  result.claims = {{fmt::format("claim-{}", number % 200), Bearing::supports, ""}};
  result.duration_s = 2;
  result.steps = {{.began = 0.5, .ended = 1.9, .text = "start all", .result = "done"},
                  {.began = 1.9, .ended = 4.1, .text = "probe ping, udp", .result = "done"}};
  for (const auto* name : {"ping", "udp"}) {
    FlowResult flow;
    flow.fact.name = name;
    flow.fact.from = "alice";
    flow.fact.to = "bob";
    flow.fact.sent = flow.fact.delivered = 5;
    flow.fact.began = 2;
    flow.fact.ended = 4;
    flow.fact.outcome = Outcome::protected_;
    flow.fact.why = "all arrived; only esp-in-udp on near, far";
    flow.fact.wire = {{.link = "near", .forms = {WireForm::esp_in_udp}, .packets = 20, .judged = true},
                      {.link = "far", .forms = {WireForm::esp_in_udp}, .packets = 20, .judged = true}};
    flow.expected = "protected";
    result.flows.push_back(flow);
    result.verdict.checks.push_back({fmt::format("flow {}", name), "protected", "protected", true});
  }
  return result;
}

int bench(std::size_t cases, std::uint32_t packets) {
  const auto folder = fs::temp_directory_path() / "useipsec-report-bench";
  fs::remove_all(folder);
  RunResult run;
  run.tool_version = "0";
  run.ground = "guest";
  run.complete = true;
  while (run.cases.size() + 1 < cases) {
    auto subject = made_up(run.cases.size() / 2, "");
    auto control = made_up(run.cases.size() / 2, subject.id);
    subject.controls = {control.id};
    run.cases.push_back(std::move(subject));
    run.cases.push_back(std::move(control));
  }
  for (const auto& one : run.cases) write_case(folder, one, 20);
  for (std::size_t number = 0; number < 200; ++number)
    run.claims.push_back({.id = fmt::format("claim-{}", number),
                          .state = ClaimState::reproduced,
                          .why = "reproduced by a case",
                          .group = "g",
                          .group_title = "A group",
                          .statement = "What it states.",
                          .sources = {"RFC 5406 3.1"}});
  write_text(folder / "run.json", run_json_text(run));

  auto began = Clock::now();
  const auto stored = read_stored_run(folder);
  fmt::print("{} cases: run.json read in {:.2f} s", run.cases.size(), seconds_since(began));
  began = Clock::now();
  const auto published = publish(stored, folder / "report.html");
  fmt::print(", page and captures written in {:.2f} s", seconds_since(began));
  began = Clock::now();
  const auto page = html_page(stored, {});
  fmt::print(", the page alone in {:.2f} s; {:.1f} MB; {:.0f} MB of memory at most\n", seconds_since(began),
             static_cast<double>(page.size()) / 1e6, megabytes_at_most());

  RunResult flood;
  flood.cases = {made_up(0, "")};
  write_case(folder / "flood", flood.cases[0], packets / 2);
  write_text(folder / "flood" / "run.json", run_json_text(flood));
  const auto one = read_stored_run(folder / "flood");
  began = Clock::now();
  const auto kept = read_stored_case(one, one.run.cases[0]);
  fmt::print("{} packets on 4 captures: read in {:.2f} s", packets, seconds_since(began));
  began = Clock::now();
  const auto rows = ladder(kept);
  fmt::print(", ladder of {} rows in {:.2f} s", rows.rows.size(), seconds_since(began));
  began = Clock::now();
  const auto text = ladder_text(rows).size(), picture = ladder_svg(rows).size();
  fmt::print(", text ({} bytes) and picture ({} bytes) in {:.3f} s; {:.0f} MB of memory at most\n", text, picture,
             seconds_since(began), megabytes_at_most());
  fs::remove_all(folder);
  return published.problems.empty() ? 0 : 1;
}

}  // namespace
}  // namespace useipsec

int main(int count, char** arguments) {
  const auto number = [&](int at, unsigned long otherwise) {
    return count > at ? std::strtoul(arguments[at], nullptr, 10) : otherwise;
  };
  return useipsec::bench(number(1, 1000), static_cast<std::uint32_t>(number(2, 100'000)));
}
