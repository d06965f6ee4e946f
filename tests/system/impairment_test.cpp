// What an impaired link does to packets, against a link without impairments between the same nodes in the same run.
// Bounds hold on a busy machine, and fail for a unit that is wrong by a factor (bits for bytes, ms for us).
#include <gtest/gtest.h>
#include <linux/rtnetlink.h>
#include <net/if.h>

#include <algorithm>
#include <cmath>

#include "kernel/socket.h"
#include "network/requests.h"
#include "proc/loop.h"
#include "system/datagrams.h"
#include "system/try_build.h"

namespace useipsec {
namespace {

/// alice and bob with two links: "plain" (10.1.0.0/24) and "bad" (10.2.0.0/24). Neighbors are static: no packet is lost
/// or late for ARP's sake.
Topology two_links(const Impairment& impairment, LinkKind kind = LinkKind::point_to_point) {
  const auto prefix = [](const std::string& text) { return *Prefix::parse(text); };
  const auto link = [&](const std::string& name, std::uint8_t number, const Impairment& does) {
    const auto end = [&](const char* node, std::uint8_t host) {
      return End{node,
                 {prefix("10." + std::to_string(number) + ".0." + std::to_string(host) + "/24")},
                 Mac{{0x02, 0x75, 0x69, 0, number, host}}};
    };
    return Link{name, kind, {}, {end("alice", 1), end("bob", 2)}, does, true};
  };
  Topology topology;
  topology.name = "two-links";
  topology.nodes = {{.name = "alice", .role = Role::host, .loopback = {}, .routes = {}, .nat = {}},
                    {.name = "bob", .role = Role::host, .loopback = {}, .routes = {}, .nat = {}}};
  topology.links = {link("plain", 1, {}), link("bad", 2, impairment)};
  return topology;
}

struct Trial {
  Loop loop;
  std::unique_ptr<Network> network;
  std::optional<DatagramPath> plain, bad, bad_back;

  /// Empty, or why this kernel cannot do it.
  std::string make(const Topology& topology) {
    auto built = try_build(loop, topology);
    if (!built) return built.error().what();
    network = std::move(*built);
    plain.emplace(*network, loop, "alice", "10.1.0.1", "bob", "10.1.0.2");
    bad.emplace(*network, loop, "alice", "10.2.0.1", "bob", "10.2.0.2");
    return {};
  }
  DatagramPath& way_back() {
    bad.reset();  // the same addresses and ports
    return bad_back.emplace(*network, loop, "bob", "10.2.0.2", "alice", "10.2.0.1");
  }
};

std::vector<double> sorted_times(const std::vector<Arrival>& arrivals) {
  std::vector<double> times;
  for (const auto& arrival : arrivals) times.push_back(arrival.took_ms());
  std::sort(times.begin(), times.end());
  return times;
}

/// The range of the middle half: what a few late wake-ups do not move.
double spread(const std::vector<Arrival>& arrivals) {
  const auto times = sorted_times(arrivals);
  return times[times.size() * 3 / 4] - times[times.size() / 4];
}

double fastest(const std::vector<Arrival>& arrivals) { return sorted_times(arrivals).front(); }

/// Bytes of payload per second, from the first arrival to the last.
double bytes_per_second(const std::vector<Arrival>& arrivals, std::size_t bytes) {
  const auto [first, last] =
      std::minmax_element(arrivals.begin(), arrivals.end(),
                          [](const auto& left, const auto& right) { return left.received_s < right.received_s; });
  return static_cast<double>((arrivals.size() - 1) * bytes) / (last->received_s - first->received_s);
}

void expect_delay(LinkKind kind) {
  Trial trial;
  if (const auto why = trial.make(two_links({.delay_ms = 40}, kind)); !why.empty()) GTEST_SKIP() << why;
  const double without = fastest(trial.plain->send(20, 64, 2));
  for (auto* way : {&*trial.bad, &trial.way_back()}) {
    const double added = fastest(way->send(20, 64, 2)) - without;
    EXPECT_GT(added, 36);  // never early
    EXPECT_LT(added, 120);
  }
}

TEST(ImpairmentTest, DelayIsAddedEachWay) { expect_delay(LinkKind::point_to_point); }
TEST(ImpairmentTest, DelayIsAddedOnceOnASharedLink) { expect_delay(LinkKind::shared); }

TEST(ImpairmentTest, JitterSpreadsTheDelay) {
  Trial jittery, steady;
  if (const auto why = jittery.make(two_links({.delay_ms = 50, .jitter_ms = 30})); !why.empty()) GTEST_SKIP() << why;
  ASSERT_EQ(steady.make(two_links({.delay_ms = 50})), "");
  const auto with = jittery.bad->send(80, 64, 2);
  const auto without = steady.bad->send(80, 64, 2);
  ASSERT_EQ(with.size(), 80U);
  ASSERT_EQ(without.size(), 80U);
  // Uniform within 50 ms +- 30 ms: the middle half spans 30 ms. That none of 80 takes less than 40 ms: (2/3)^80.
  EXPECT_GT(spread(with), 15);
  EXPECT_GT(spread(with), 3 * spread(without));
  EXPECT_GT(fastest(with), 19);
  EXPECT_LT(fastest(with), fastest(without) - 10);
}

TEST(ImpairmentTest, LossIsTheShareAskedForEachWay) {
  Trial trial;
  if (const auto why = trial.make(two_links({.loss_percent = 25})); !why.empty()) GTEST_SKIP() << why;
  constexpr std::uint32_t count = 600;
  EXPECT_EQ(trial.plain->send(count, 64, 0).size(), count);
  // Binomial: 450 of 600 arrive, with a standard deviation of 10.6. Six of them: odds of 10^-9.
  const double deviation = std::sqrt(count * 0.25 * 0.75);
  for (auto* way : {&*trial.bad, &trial.way_back()})
    EXPECT_NEAR(static_cast<double>(way->send(count, 64, 0).size()), count * 0.75, 6 * deviation);
}

constexpr std::size_t payload = 1000, headers = 42;  ///< bytes; Ethernet, IPv4, UDP
constexpr std::uint32_t rate_kbit = 2000;

void expect_rate(DatagramPath& plain, DatagramPath& limited) {
  const double wanted = rate_kbit * 125.0 * payload / (payload + headers);
  const auto arrivals = limited.send(60, payload, 0);
  ASSERT_EQ(arrivals.size(), 60U);
  const double got = bytes_per_second(arrivals, payload);
  // Two packets may pass at once at the beginning; being late makes it slower.
  EXPECT_LT(got, wanted * 1.1);
  EXPECT_GT(got, wanted / 3);
  EXPECT_GT(bytes_per_second(plain.send(60, payload, 0), payload), wanted * 5);
}

TEST(ImpairmentTest, ARateLimitsEachWay) {
  Trial trial;
  if (const auto why = trial.make(two_links({.rate_kbit = rate_kbit})); !why.empty()) GTEST_SKIP() << why;
  expect_rate(*trial.plain, *trial.bad);
  expect_rate(*trial.plain, trial.way_back());
}

/// What kernels without netem get for a rate.
TEST(ImpairmentTest, ATokenBucketLimitsToo) {
  Trial trial;
  ASSERT_EQ(trial.make(two_links({})), "");
  std::optional<NetlinkSocket> socket;
  int index = 0;
  trial.network->run_in("alice", [&] {
    socket.emplace(NETLINK_ROUTE);
    index = static_cast<int>(::if_nametoindex("bad"));
  });
  try {
    socket->request(token_bucket(index, rate_kbit, "a token bucket"));
  } catch (const Error& error) {
    GTEST_SKIP() << error.what();
  }
  expect_rate(*trial.plain, *trial.bad);
}

TEST(ImpairmentTest, AnMtuIsTheLongestPacket) {
  for (const auto kind : {LinkKind::point_to_point, LinkKind::shared}) {
    Trial trial;
    ASSERT_EQ(trial.make(two_links({.mtu = 1200}, kind)), "");
    EXPECT_TRUE(trial.plain->fits(1500 - 28));
    EXPECT_FALSE(trial.plain->fits(1501 - 28));
    EXPECT_FALSE(trial.bad->fits(1201 - 28));
    EXPECT_EQ(trial.bad->send(3, 1200 - 28, 0).size(), 3U);
    EXPECT_FALSE(trial.way_back().fits(1201 - 28));
  }
}

TEST(ImpairmentTest, SeveralAtOnceAddUp) {
  Trial trial;
  const Impairment all{.delay_ms = 30, .loss_percent = 30, .rate_kbit = rate_kbit, .mtu = 1200};
  if (const auto why = trial.make(two_links(all)); !why.empty()) GTEST_SKIP() << why;
  EXPECT_FALSE(trial.bad->fits(1201 - 28));
  const auto arrivals = trial.bad->send(200, payload, 0);
  EXPECT_NEAR(static_cast<double>(arrivals.size()), 140, 6 * std::sqrt(200 * 0.3 * 0.7));
  EXPECT_GT(fastest(arrivals), 30);
  EXPECT_LT(bytes_per_second(arrivals, payload), rate_kbit * 125.0 * 1.1);
}

}  // namespace
}  // namespace useipsec
