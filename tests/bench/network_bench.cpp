// Builds and tears down networks of growing size, and has a script of `ip` commands build one of the same, in the same
// kernel; then says what is wanted of it. Needs root over namespaces: run it in a guest, or under `unshare -mn`.
//
//   network_bench [--sizes 10,100,1000] [--script 100]      --script 0: without the script
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <functional>
#include <map>
#include <string_view>

#include "network/network.h"
#include "proc/loop.h"
#include "proc/run_program.h"

namespace {

using namespace useipsec;
using Clock = std::chrono::steady_clock;

Address address(std::uint32_t value) {
  const std::array bytes{static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
                         static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
  return Address(bytes);
}

Mac mac(std::size_t link, std::size_t end) {
  return Mac{{0x02, 0x75, static_cast<std::uint8_t>(link >> 8), static_cast<std::uint8_t>(link),
              static_cast<std::uint8_t>(end >> 8), static_cast<std::uint8_t>(end)}};
}

Node host(std::size_t number) {
  return {.name = fmt::format("n{}", number), .role = Role::host, .loopback = {}, .routes = {}, .nat = {}};
}

constexpr std::uint32_t ten = 10U << 24;

/// All nodes on one shared link, 10.0.0.0/16.
Topology star(std::size_t size) {
  Topology topology;
  topology.name = "star";
  Link link{.name = "hub", .kind = LinkKind::shared, .subnets = {{address(ten), 16}}, .ends = {}, .impairment = {}};
  for (std::size_t i = 0; i < size; ++i) {
    topology.nodes.push_back(host(i));
    link.ends.push_back(
        {topology.nodes.back().name, {{address(ten + 1 + static_cast<std::uint32_t>(i)), 16}}, mac(1, i)});
  }
  topology.links.push_back(std::move(link));
  return topology;
}

/// Routers in a row, each joined to the next by a point-to-point link, with a default route towards the first.
Topology chain(std::size_t size) {
  Topology topology;
  topology.name = "chain";
  for (std::size_t i = 0; i < size; ++i) {
    topology.nodes.push_back(host(i));
    topology.nodes.back().role = Role::router;
    if (i == 0) continue;
    const auto subnet = ten + static_cast<std::uint32_t>(i * 4);
    topology.nodes.back().routes.push_back({Prefix::any(Family::v4), address(subnet + 1)});
    topology.links.push_back({.name = fmt::format("l{}", i),
                              .kind = LinkKind::point_to_point,
                              .subnets = {{address(subnet), 30}},
                              .ends = {{fmt::format("n{}", i - 1), {{address(subnet + 1), 30}}, mac(i, 1)},
                                       {fmt::format("n{}", i), {{address(subnet + 2), 30}}, mac(i, 2)}},
                              .impairment = {}});
  }
  return topology;
}

double seconds(const std::function<void()>& work) {
  const auto began = Clock::now();
  work();
  return std::chrono::duration<double>(Clock::now() - began).count();
}

double measure(Loop& loop, const Topology& topology) {
  const auto size = static_cast<double>(topology.nodes.size());
  std::unique_ptr<Network> network;
  const double build = seconds([&] { network = Network::build(loop, topology, {}); });
  // The kernel takes namespaces away behind our back; the next network waits for it, and so does this clock.
  const Topology next = star(1);
  const double teardown = seconds([&] {
    network.reset();
    Network::build(loop, next, {});
  });
  fmt::print("{:<8} {:>6} {:>10.3f} {:>10.3f} {:>12.3f}\n", topology.name, topology.nodes.size(), build,
             build * 1000 / size, teardown);
  std::fflush(stdout);
  return build;
}

/// The star as a person would write it down.
std::string script_of(const Topology& topology) {
  std::string text =
      "set -e\nip netns add fabric\nip -n fabric link add hub type bridge mcast_snooping 0\nip -n fabric link set hub "
      "up\n";
  for (std::size_t i = 0; i < topology.nodes.size(); ++i) {
    const auto& end = topology.links.front().ends[i];
    text += fmt::format(
        "ip netns add {0}\nip -n {0} link set lo up\nip link add hub netns {0} address {1} type veth peer name p{2} "
        "netns fabric\n"
        "ip -n fabric link set p{2} master hub up\nip -n {0} addr add {3} dev hub\nip -n {0} link set hub up\n",
        end.node, end.mac.str(), i, end.addresses.front().str());
  }
  return text;
}

double measure_script(Loop& loop, const Topology& topology) {
  const auto run = [&](const std::string& script) {
    const ProcessSpec shell{.program = "sh", .arguments = {"-s"}, .environment = {}, .input = script, .directory = {}};
    const auto done = run_program(loop, shell, {}, Loop::Clock::now() + std::chrono::minutes(10));
    if (!done.status.success()) throw Error(fmt::format("the script: {} ({})", done.output, done.status.str()));
  };
  const double build = seconds([&] { run(script_of(topology)); });
  std::string removal = "ip netns del fabric\n";
  for (const auto& node : topology.nodes) removal += fmt::format("ip netns del {}\n", node.name);
  const double teardown = seconds([&] { run(removal); });
  const auto size = static_cast<double>(topology.nodes.size());
  fmt::print("{:<8} {:>6} {:>10.3f} {:>10.3f} {:>12.3f}\n", "ip", topology.nodes.size(), build, build * 1000 / size,
             teardown);
  return build;
}

std::vector<std::size_t> numbers(std::string_view text) {
  std::vector<std::size_t> found;
  for (const char* at = text.data(); at < text.data() + text.size(); ++at) {
    std::size_t number = 0;
    at = std::from_chars(at, text.data() + text.size(), number).ptr;
    found.push_back(number);
  }
  return found;
}

}  // namespace

int main(int count, char** words) {
  std::vector<std::size_t> sizes{10, 100, 1000};
  std::size_t script = 100;
  for (int i = 1; i + 1 < count; i += 2) {
    if (words[i] == std::string_view("--sizes")) sizes = numbers(words[i + 1]);
    if (words[i] == std::string_view("--script")) script = numbers(words[i + 1]).front();
  }
  try {
    Loop loop;
    fmt::print("{:<8} {:>6} {:>10} {:>10} {:>12}\n", "network", "nodes", "build s", "ms/node", "teardown s");
    // Small ones first: the kernel goes on for seconds to clear a large one away, at the cost of whoever comes next.
    std::sort(sizes.begin(), sizes.end());
    std::map<std::size_t, double> per_node;  // ms, the dearer of the two
    const auto both = [&](std::size_t size) {
      const double in_a_row = measure(loop, chain(size)), on_one_link = measure(loop, star(size));
      per_node[size] = std::max(in_a_row, on_one_link) * 1000 / static_cast<double>(size);
      return on_one_link;
    };
    double ours = 0, by_script = 0;
    auto size = sizes.begin();
    for (; size != sizes.end() && *size < script; ++size) both(*size);
    if (script != 0) {
      ours = both(script);
      by_script = measure_script(loop, star(script));
    }
    for (; size != sizes.end(); ++size) {
      if (*size != script) both(*size);
    }
    fmt::print(
        "\n(chain: routers in a row; star: hosts on one shared link; ip: the same star by a script of ip commands)\n");
    if (ours > 0) {
      fmt::print("{:.1f} times as fast as the script at {} nodes; wanted: at least 20\n", by_script / ours, script);
    }
    if (per_node.size() > 1) {
      const auto& [few, cost_of_few] = *per_node.begin();
      const auto& [many, cost_of_many] = *per_node.rbegin();
      fmt::print("{:.2f} ms for a node among {}, {:.2f} ms among {}; wanted: not more\n", cost_of_few, few,
                 cost_of_many, many);
    }
  } catch (const std::exception& error) {
    fmt::print(stderr, "network_bench: {}\n", error.what());
    return 1;
  }
}
