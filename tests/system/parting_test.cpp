// How a probe's connections end, over a link slow enough that a careless end would meet what is still on its way.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "probe/probe_runner.h"
#include "system/try_build.h"

namespace useipsec {
namespace {

Topology slow_link() {
  Topology topology;
  topology.name = "slow-link";
  topology.nodes = {{.name = "alice", .role = Role::host, .loopback = {}, .routes = {}, .nat = {}},
                    {.name = "bob", .role = Role::host, .loopback = {}, .routes = {}, .nat = {}}};
  const auto end = [](const char* node, const char* address, std::uint8_t number) {
    return End{.node = node, .addresses = {*Prefix::parse(address)}, .mac = {{0x02, 0x75, 0x69, 0, 0, number}}};
  };
  topology.links = {{.name = "lan",
                     .ends = {end("alice", "10.1.0.1/24", 1), end("bob", "10.1.0.2/24", 2)},
                     .impairment = {.delay_ms = 20}}};
  return topology;
}

/// Resets that a node has sent: the column OutRsts of /proc/net/snmp.
long resets(Network& network, const std::string& node) {
  std::string names, values;
  network.run_in(node, [&] {
    std::ifstream counters("/proc/thread-self/net/snmp");
    for (std::string line; std::getline(counters, line);)
      if (line.starts_with("Tcp:")) (names.empty() ? names : values) = line;
  });
  std::istringstream columns(names), numbers(values);
  for (std::string name, value; columns >> name && numbers >> value;)
    if (name == "OutRsts") return std::stol(value);
  throw Error("no OutRsts in /proc/net/snmp");
}

TEST(PartingTest, AConnectionEndsWithOneResetThatMeetsNothingOnItsWay) {
  Loop loop;
  const auto built = try_build(loop, slow_link());
  if (!built) GTEST_SKIP() << built.error().what();
  auto& network = **built;
  ProbeJob job{.probe = {.name = "tcp", .kind = ProbeKind::tcp, .from = "alice", .to = "bob", .count = 3},
               .token = "parting"};
  job.probe.wait_ms = 5000;
  job.ends = {.source = Address::any(Family::v4), .destination = *Address::parse("10.1.0.2")};
  const auto record =
      ProbeRunner(
          loop, [&](const auto& node, const auto& work) { network.run_in(node, work); }, [] { return Moment{0}; })
          .run(job);
  ASSERT_EQ(record.answers_arrived.size(), 3U);
  const auto meanwhile = Loop::Clock::now() + std::chrono::milliseconds(200);
  loop.run_until(meanwhile);  // ten times as long as anything is on its way
  EXPECT_EQ(resets(network, "bob"), 1) << "a second one answers what came to a closed connection";
  EXPECT_EQ(resets(network, "alice"), 0) << "her connection is gone when she closes it";
}

}  // namespace
}  // namespace useipsec
