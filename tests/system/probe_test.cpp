// Probes in real network namespaces: needs root over a network namespace. No IPsec here.
#include <gmock/gmock.h>

#include <algorithm>

#include "probe/endpoint.h"
#include "system/probe_fixture.h"

namespace useipsec {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using namespace testing_network;

class EachKind : public ProbeTest, public testing::WithParamInterface<std::tuple<ProbeKind, Family>> {
 protected:
  ProbeJob kind_job(const std::string& from, const std::string& to) {
    return job(std::get<0>(GetParam()), std::get<1>(GetParam()), from, to);
  }
};

std::string parameter_name(const testing::TestParamInfo<std::tuple<ProbeKind, Family>>& info) {
  constexpr std::array names = {"icmp", "udp", "tcp", "multicast"};
  return fmt::format("{}_{}", names[static_cast<std::size_t>(std::get<0>(info.param))],
                     std::get<1>(info.param) == Family::v4 ? "v4" : "v6");
}

/// The kinds in which what is lost stays lost and a request stands without its answer.
class EachDatagramKind : public EachKind {};

INSTANTIATE_TEST_SUITE_P(Unicast, EachDatagramKind,
                         testing::Combine(testing::Values(ProbeKind::icmp, ProbeKind::udp),
                                          testing::Values(Family::v4, Family::v6)),
                         parameter_name);
INSTANTIATE_TEST_SUITE_P(Unicast, EachKind,
                         testing::Combine(testing::Values(ProbeKind::icmp, ProbeKind::udp, ProbeKind::tcp),
                                          testing::Values(Family::v4, Family::v6)),
                         parameter_name);

TEST_P(EachKind, IsDeliveredAndAnsweredInBothDirectionsAndEndsEarly) {
  for (const auto& [from, to] : {std::pair{"alice", "bob"}, std::pair{"bob", "alice"}}) {
    const auto probe = kind_job(from, to);
    const auto record = run(probe);
    EXPECT_EQ(record.probe, probe.probe.name);
    EXPECT_EQ(record.token, probe.token);
    EXPECT_EQ(record.sent, numbers(3));
    EXPECT_EQ(record.arrived, numbers(3));
    EXPECT_EQ(record.answered, numbers(3));
    EXPECT_EQ(record.answers_arrived, numbers(3));
    EXPECT_THAT(record.errors, IsEmpty());
    EXPECT_LT(record.ended - record.began, probe.probe.wait_ms / 1000.0 / 2) << "it did not wait for its window";
  }
}

TEST_P(EachKind, LargeAndManyPayloadsArriveWhole) {
  auto probe = kind_job("alice", "bob");
  probe.probe.size = 1200;
  probe.probe.count = 50;
  probe.probe.interval_ms = 0;
  const auto record = run(probe);
  EXPECT_THAT(record.arrived, SizeIs(50));
  EXPECT_THAT(record.answers_arrived, SizeIs(50));
  EXPECT_THAT(record.errors, IsEmpty());
}

TEST_P(EachKind, BlackHoleKeepsItsWindow) {
  auto probe = kind_job("alice", "bob");
  probe.probe.wait_ms = 200;
  unreachable_at_router((probe.ends.destination.str() + (probe.probe.family == Family::v4 ? "/32" : "/128")).c_str(),
                        RTN_BLACKHOLE);
  const auto record = run(probe);
  EXPECT_THAT(record.arrived, IsEmpty());
  EXPECT_THAT(record.answers_arrived, IsEmpty());
  EXPECT_GE(record.ended - record.began, 0.2);
  if (probe.probe.kind == ProbeKind::tcp) {
    EXPECT_THAT(record.sent, IsEmpty());
    EXPECT_THAT(record.errors, ElementsAre("connect: no answer within the window (EINPROGRESS)"));
  } else {
    EXPECT_EQ(record.sent, numbers(3));
    EXPECT_THAT(record.errors, IsEmpty()) << "a black hole says nothing";
  }
}

TEST_P(EachKind, RouterThatCannotReachSaysSo) {
  auto probe = kind_job("alice", "bob");
  probe.probe.wait_ms = 200;
  probe.probe.interval_ms = 20;
  const bool v4 = probe.probe.family == Family::v4;
  unreachable_at_router(v4 ? "10.2.0.2/32" : "2001:db8:2::2/128", RTN_UNREACHABLE);
  const auto record = run(probe);
  EXPECT_THAT(record.arrived, IsEmpty());
  if (probe.probe.kind == ProbeKind::tcp) {
    // ICMP host unreachable and ICMPv6 no route as connect(2) says them.
    EXPECT_THAT(record.errors, ElementsAre(v4 ? "connect: No route to host (EHOSTUNREACH)"
                                              : "connect: Network is unreachable (ENETUNREACH)"));
    return;
  }
  EXPECT_EQ(record.sent, numbers(3)) << "what the kernel took was sent, whatever came back about the one before";
  // Linux paces its ICMP errors (icmp_ratelimit), so not each is answered; the first always is.
  ASSERT_THAT(record.errors, Not(IsEmpty()));
  EXPECT_EQ(record.errors.front(), v4 ? "sequence 1: ICMP: destination unreachable (host unreachable) from 10.1.0.1"
                                      : "sequence 1: ICMP: destination unreachable (no route) from 2001:db8:1::1");
}

TEST_P(EachKind, NoRouteIsTheKernelsAnswerAtOnce) {
  auto probe = kind_job("alice", "bob");
  const bool v4 = probe.probe.family == Family::v4;
  network_->change_route("alice", v4 ? "10.2.0.0/24" : "2001:db8:2::/64", v4 ? "10.1.0.1" : "2001:db8:1::1",
                         RTN_UNICAST, false);
  const auto record = run(probe);
  EXPECT_THAT(record.sent, IsEmpty());
  EXPECT_LT(record.ended - record.began, probe.probe.wait_ms / 1000.0 / 2) << "what was not sent is not waited for";
  if (probe.probe.kind == ProbeKind::tcp) {
    EXPECT_THAT(record.errors, ElementsAre("connect: Network is unreachable (ENETUNREACH)"));
  } else {
    EXPECT_THAT(record.errors, ElementsAre("sequence 1: sendto: Network is unreachable (ENETUNREACH)",
                                           "sequence 2: sendto: Network is unreachable (ENETUNREACH)",
                                           "sequence 3: sendto: Network is unreachable (ENETUNREACH)"));
  }
}

TEST_P(EachKind, ReceiverOffItsLinkIsBlocked) {
  auto probe = kind_job("alice", "bob");
  probe.probe.wait_ms = 150;
  network_->set_up("bob", "wan", false);
  const auto record = run(probe);
  EXPECT_THAT(record.arrived, IsEmpty());
  EXPECT_THAT(record.answers_arrived, IsEmpty());
}

TEST_P(EachDatagramKind, LostAnswersAreNotLostRequests) {
  auto probe = kind_job("alice", "bob");
  probe.probe.wait_ms = 200;
  probe.probe.interval_ms = 20;
  const bool v4 = probe.probe.family == Family::v4;
  unreachable_at_router(v4 ? "10.1.0.2/32" : "2001:db8:1::2/128", RTN_UNREACHABLE);
  const auto record = run(probe);
  EXPECT_EQ(record.arrived, numbers(3));
  EXPECT_EQ(record.answered, numbers(3));
  EXPECT_THAT(record.answers_arrived, IsEmpty());
  ASSERT_THAT(record.errors, Not(IsEmpty()));
  EXPECT_EQ(record.errors.front(), v4 ? "answer 1: ICMP: destination unreachable (host unreachable) from 10.2.0.1"
                                      : "answer 1: ICMP: destination unreachable (no route) from 2001:db8:2::1");
}

TEST_P(EachDatagramKind, PartialLossIsTold) {
  auto probe = kind_job("alice", "bob");
  probe.probe.count = 10;
  probe.probe.interval_ms = 30;
  probe.probe.wait_ms = 150;
  const bool v4 = probe.probe.family == Family::v4;
  later(std::chrono::milliseconds(100),
        [&] { unreachable_at_router(v4 ? "10.2.0.2/32" : "2001:db8:2::2/128", RTN_BLACKHOLE); });
  const auto record = run(probe);
  EXPECT_EQ(record.sent, numbers(10));
  EXPECT_EQ(record.arrived, numbers(static_cast<std::uint32_t>(record.arrived.size())))
      << "the first ones and only they";
  EXPECT_THAT(record.arrived, Not(IsEmpty()));
  EXPECT_LT(record.arrived.size(), 10U);
  EXPECT_EQ(record.answers_arrived, record.arrived);
}

TEST_P(EachKind, LeavesOncePerHopAndIsCapturedThere) {
  CaptureSession captures(loop_, run_in_node(), described(), folder_);
  const auto probe = kind_job("alice", "bob");
  const auto record = run(probe);
  ASSERT_EQ(record.answers_arrived, numbers(3));
  captures.drain();
  // An echo reply repeats its request's payload.
  const bool icmp = probe.probe.kind == ProbeKind::icmp;
  const std::map<std::string, int> requests = {{"1q", 1}, {"2q", 1}, {"3q", 1}};
  const std::map<std::string, int> answers =
      icmp ? requests : std::map<std::string, int>{{"1r", 1}, {"2r", 1}, {"3r", 1}};
  EXPECT_EQ(seen(folder_ / "captures/lan-alice.pcap", probe.token), requests);
  EXPECT_EQ(seen(folder_ / "captures/wan-router.pcap", probe.token), requests) << "forwarded: seen where it leaves";
  EXPECT_EQ(seen(folder_ / "captures/wan-bob.pcap", probe.token), answers);
  EXPECT_EQ(seen(folder_ / "captures/lan-router.pcap", probe.token), answers);
}

class Multicast : public ProbeTest, public testing::WithParamInterface<Family> {};
INSTANTIATE_TEST_SUITE_P(Families, Multicast, testing::Values(Family::v4, Family::v6),
                         [](const auto& tested) { return tested.param == Family::v4 ? "v4" : "v6"; });

TEST_P(Multicast, ArrivesOnItsLinkAndEndsEarlyWithoutAnswers) {
  CaptureSession captures(loop_, run_in_node(), described(), folder_);
  for (const auto& [from, to] : {std::pair{"alice", "router"}, std::pair{"router", "alice"}}) {
    const auto probe = group_job(GetParam(), from, to, "lan");
    const auto record = run(probe);
    EXPECT_EQ(record.sent, numbers(3));
    EXPECT_EQ(record.arrived, numbers(3));
    EXPECT_THAT(record.answered, IsEmpty());
    EXPECT_THAT(record.answers_arrived, IsEmpty());
    EXPECT_THAT(record.errors, IsEmpty());
    EXPECT_LT(record.ended - record.began, probe.probe.wait_ms / 1000.0 / 2);
    captures.drain();
    EXPECT_THAT(seen(folder_ / fmt::format("captures/lan-{}.pcap", from), probe.token), SizeIs(3));
    EXPECT_THAT(seen(folder_ / fmt::format("captures/lan-{}.pcap", to), probe.token), IsEmpty())
        << "received, not sent";
  }
}

TEST_P(Multicast, DoesNotArriveOnAnotherInterface) {
  auto probe = group_job(GetParam(), "alice", "router", "wan");
  probe.probe.wait_ms = 100;
  const auto record = run(probe);
  EXPECT_EQ(record.sent, numbers(3));
  EXPECT_THAT(record.arrived, IsEmpty());
}

TEST_P(Multicast, ReceiversOfOneNodeShareAPort) {
  const auto records =
      run(std::vector{group_job(GetParam(), "alice", "router", "lan"), group_job(GetParam(), "bob", "router", "wan"),
                      group_job(GetParam(), "alice", "router", "lan")});
  for (const auto& record : records) EXPECT_EQ(record.arrived, numbers(3)) << record.probe;
}

TEST_F(ProbeTest, ParallelProbesShareTheirWindowsAndReceivers) {
  std::vector<ProbeJob> jobs;
  for (const auto kind : {ProbeKind::icmp, ProbeKind::udp, ProbeKind::tcp}) {
    for (const auto family : {Family::v4, Family::v6}) {
      for (const auto& [from, to] : {std::pair{"alice", "bob"}, std::pair{"bob", "alice"}, std::pair{"alice", "bob"}}) {
        jobs.push_back(job(kind, family, from, to));
        jobs.back().probe.wait_ms = 300;
      }
    }
  }
  const std::vector<std::uint32_t> all = numbers(3);
  for (const auto& record : run(jobs)) EXPECT_EQ(record.answers_arrived, all) << record.probe;

  unreachable_at_router("10.2.0.2/32", RTN_BLACKHOLE);
  unreachable_at_router("10.1.0.2/32", RTN_BLACKHOLE);
  const auto records = run(jobs);
  double first = records.front().began, last = 0;
  int blocked = 0;
  for (std::size_t index = 0; index < jobs.size(); ++index) {
    const auto& record = records[index];
    first = std::min(first, record.began);
    last = std::max(last, record.ended);
    if (jobs[index].probe.family == Family::v6) {
      EXPECT_EQ(record.answers_arrived, all);
      EXPECT_LT(record.ended - record.began, 0.3) << "it ends by itself, others still wait";
    } else {
      EXPECT_THAT(record.arrived, IsEmpty());
      ++blocked;
    }
  }
  ASSERT_EQ(blocked, 9);
  EXPECT_LT(last - first, 0.3 * blocked / 3) << "nine windows at once, not one after the other";
}

/// Two probes, the second on the connection of the first; what becomes of it between the two is `meanwhile`.
class Continued : public ProbeTest {
 protected:
  std::pair<ProbeRecord, ProbeRecord> run_both(const std::function<void(ProbeRunner&)>& meanwhile) {
    auto first = job(ProbeKind::tcp, Family::v4, "alice", "bob");
    auto second = job(ProbeKind::tcp, Family::v4, "alice", "bob");
    first.keep = true;
    second.probe.continues = first.probe.name;
    ProbeRunner runner(loop_, run_in_node(), now);
    auto record = runner.run(first);
    meanwhile(runner);
    return {record, runner.run(second)};
  }
};

TEST_F(Continued, GoesOnWithTheConnectionThoughNobodyListens) {
  const auto [first, second] = run_both([](ProbeRunner&) {});
  EXPECT_THAT(first.answers_arrived, ElementsAre(1, 2, 3));
  EXPECT_THAT(second.sent, ElementsAre(1, 2, 3));
  EXPECT_THAT(second.arrived, ElementsAre(1, 2, 3));
  EXPECT_THAT(second.answers_arrived, ElementsAre(1, 2, 3));
  EXPECT_THAT(second.errors, IsEmpty());
}

TEST_F(Continued, LeavesThePortToOthers) {
  const auto [first, second] = run_both([&](ProbeRunner& runner) {
    const auto between = runner.run(job(ProbeKind::tcp, Family::v4, "alice", "bob"));
    EXPECT_THAT(between.answers_arrived, ElementsAre(1, 2, 3));
  });
  EXPECT_THAT(second.answers_arrived, ElementsAre(1, 2, 3));
}

TEST_F(Continued, IsOverOnceTheConnectionIs) {
  auto lost = job(ProbeKind::tcp, Family::v4, "alice", "bob");
  lost.probe.continues = "never-begun";
  const auto record = run(lost);
  EXPECT_THAT(record.sent, IsEmpty());
  EXPECT_THAT(record.errors, ElementsAre("the connection of the probe never-begun is gone"));
}

TEST_F(ProbeTest, OccupiedPortIsAnErrorAndNotABlockedFlow) {
  UniqueFd occupant;
  network_->run_in("bob", [&] {
    occupant.reset(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const SocketAddress address(SocketEndpoint{.address = Address::any(Family::v4), .port = 7001});
    ASSERT_EQ(::bind(occupant.get(), address.get(), address.length), 0);
  });
  try {
    run(job(ProbeKind::udp, Family::v4, "alice", "bob"));
    FAIL() << "it was run";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(),
                HasSubstr("receiver on bob: bind 0.0.0.0 port 7001: Address already in use (EADDRINUSE)"));
  }
}

TEST_F(ProbeTest, InterruptionEndsItAtOnce) {
  auto probe = job(ProbeKind::udp, Family::v4, "alice", "bob");
  unreachable_at_router("10.2.0.2/32", RTN_BLACKHOLE);
  later(std::chrono::milliseconds(50), [&] { loop_.interrupt(); });
  const auto record = run(probe);
  EXPECT_LT(record.ended - record.began, probe.probe.wait_ms / 1000.0 / 2);
}

}  // namespace
}  // namespace useipsec
