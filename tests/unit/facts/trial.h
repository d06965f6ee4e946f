#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "facts/facts.h"
#include "unit/wire/frames.h"

namespace useipsec {

/// A hand-made case: alice --near-- nat --far-- bob, alice pings bob three times, behind a masquerading NAT. Tests fill
/// in what was seen; packets are written as captures below a folder of the test's own.
class Trial {
 public:
  Trial() {
    folder_ = std::filesystem::path(testing::TempDir()) /
              fmt::format("trial-{}-{}", testing::UnitTest::GetInstance()->current_test_info()->test_suite_name(),
                          testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
    subject.id = "trial@manual";
    subject.scenario = "trial";
    subject.engine = "manual";
    auto& topology = subject.topology;
    for (const auto* name : {"alice", "nat", "bob"}) {
      Node node;
      node.name = name;
      topology.nodes.push_back(node);
    }
    topology.nodes[1].role = Role::nat;
    topology.nodes[1].nat = NatPolicy{};
    topology.nodes[1].nat->outside = "far";
    link("near", {{"alice", "10.0.0.2/24"}, {"nat", "10.0.0.1/24"}});
    link("far", {{"nat", "203.0.113.1/24"}, {"bob", "203.0.113.2/24"}});
    Route route;
    route.to = Prefix::any(Family::v4);
    route.via = frames::address("10.0.0.1");
    topology.nodes[0].routes = {route};
    subject.profile.initiators = {"alice"};
    subject.profile.responder = "bob";
    Probe ping;
    ping.name = "ping";
    ping.from = "alice";
    ping.to = "bob";
    ping.size = 31;  // of the marks that pings() writes
    subject.probes = {ping};
    seen.started_at = 1000;
    ProbeRecord record;
    record.probe = "ping";
    record.token = "useipsec-t1";
    record.began = 2;
    record.ended = 4;
    record.sent = {1, 2, 3};
    seen.probes = {record};
    for (const auto* label : {"before", "probe-ping-before", "probe-ping-after", "after"}) {
      Snapshot snapshot;
      snapshot.label = label;
      snapshot.at = std::string(label) == "before"              ? 0.5
                    : std::string(label) == "probe-ping-before" ? 1.9
                    : std::string(label) == "after"             ? 5
                                                                : 4.1;
      for (const auto* node : {"alice", "nat", "bob"})
        snapshot.nodes[node].xfrm_stat = {{"XfrmInStateProtoError", 0}, {"XfrmOutNoStates", 0}};
      seen.snapshots.push_back(snapshot);
    }
  }
  ~Trial() { std::filesystem::remove_all(folder_); }

  void link(const std::string& name, const std::vector<std::pair<std::string, std::string>>& ends) {
    Link made;
    made.name = name;
    for (const auto& [node, prefix] : ends) {
      End end;
      end.node = node;
      end.addresses = {*Prefix::parse(prefix)};
      made.ends.push_back(end);
    }
    subject.topology.links.push_back(made);
  }

  /// A frame that left `node` over `where` at `time` seconds of the case.
  void packet(const std::string& where, const std::string& node, double time, const frames::Octets& frame) {
    wire_[{where, node}].emplace_back(1000 + time, frame);
  }

  /// Three pings and, where `answered`, their replies; `dress` makes the IP payload from SPI, number and ICMP.
  template <class Dress>
  void pings(bool answered, Dress dress) {
    using namespace frames;
    for (std::uint32_t number = 1; number <= 3; ++number) {
      const auto mark = text(fmt::format("useipsec-t1/{:06}/q/0123456789", number));
      const double time = 2 + 0.1 * number;
      const auto [protocol, out] = dress(to_bob, number, icmp(8, 0, mark));
      packet("near", "alice", time, ethernet(0x0800, ipv4("10.0.0.2", "203.0.113.2", protocol, out)));
      packet("far", "nat", time, ethernet(0x0800, ipv4("203.0.113.1", "203.0.113.2", protocol, out)));
      if (!answered) continue;
      const auto [back, in] = dress(to_alice, number, icmp(0, 0, mark));
      packet("far", "bob", time, ethernet(0x0800, ipv4("203.0.113.2", "203.0.113.1", back, in)));
      packet("near", "nat", time, ethernet(0x0800, ipv4("203.0.113.2", "10.0.0.2", back, in)));
    }
  }

  /// SAs at both ends in every snapshot from the probe on; after it each inbound and outbound SA carried `carried`.
  void sas(const std::string& protocol, std::uint64_t carried) {
    for (auto& snapshot : seen.snapshots) {
      if (snapshot.label == "before") continue;
      const auto count = snapshot.label == "probe-ping-before" ? 0 : carried;
      snapshot.nodes["alice"].sas = {sa(protocol, "10.0.0.2", "203.0.113.2", to_bob, count),
                                     sa(protocol, "203.0.113.2", "10.0.0.2", to_alice, count)};
      snapshot.nodes["bob"].sas = {sa(protocol, "203.0.113.1", "203.0.113.2", to_bob, count),
                                   sa(protocol, "203.0.113.2", "203.0.113.1", to_alice, count)};
    }
  }

  /// The same with AH around ESP: four SAs at each end. The inner ones have SPIs one higher.
  void bundles(std::uint64_t ah_carried, std::uint64_t esp_carried) {
    sas("ah", ah_carried);
    for (auto& snapshot : seen.snapshots)
      for (auto& [name, node] : snapshot.nodes) {
        const auto outer = node.sas;
        for (auto sa : outer) {
          sa.protocol = "esp";
          ++sa.spi;
          sa.packets = snapshot.label == "probe-ping-before" ? 0 : esp_carried;
          node.sas.push_back(sa);
        }
      }
  }

  void after_probe(const std::string& node, const std::string& counter, std::uint64_t value) {
    for (auto& snapshot : seen.snapshots)
      if (snapshot.label == "probe-ping-after" || snapshot.label == "after")
        snapshot.nodes[node].xfrm_stat[counter] = value;
  }

  void arrived(std::vector<std::uint32_t> numbers) {
    seen.probes[0].arrived = numbers;
    seen.probes[0].answers_arrived = std::move(numbers);
  }

  Facts facts() {
    seen.captures.clear();
    for (const auto& [place, node] : std::vector<std::pair<std::string, std::string>>{
             {"near", "alice"}, {"near", "nat"}, {"far", "nat"}, {"far", "bob"}}) {
      const auto file = place + "-" + node + ".pcap";
      frames::write_pcap(folder_ / file, wire_[{place, node}]);
      seen.captures.push_back(
          {.link = place, .node = node, .file = file, .packets = wire_[{place, node}].size(), .dropped = 0});
    }
    return establish(subject, seen, folder_);
  }

  const std::filesystem::path& folder() const { return folder_; }

  static SaRecord sa(const std::string& protocol, const std::string& from, const std::string& to, std::uint32_t spi,
                     std::uint64_t packets) {
    SaRecord record;
    record.source = frames::address(from);
    record.destination = frames::address(to);
    record.protocol = protocol;
    record.mode = "transport";
    record.spi = spi;
    record.encryption = protocol == "esp" ? "cbc(aes)" : "";
    record.integrity = "hmac(sha256)";
    record.packets = packets;
    return record;
  }

  static constexpr std::uint32_t to_bob = 0xb0b00001, to_alice = 0xa11ce001;
  Case subject;
  Observations seen;

 private:
  std::filesystem::path folder_;
  std::map<std::pair<std::string, std::string>, std::vector<std::pair<double, frames::Octets>>> wire_;
};

// How a ping is dressed on the wire: IP protocol and IP payload.
using Dressed = std::pair<std::uint8_t, frames::Octets>;
inline Dressed in_clear(std::uint32_t, std::uint32_t, const frames::Octets& icmp) { return {1, icmp}; }
inline Dressed in_ah(std::uint32_t spi, std::uint32_t number, const frames::Octets& icmp) {
  return {51, frames::ah(1, spi, number, icmp)};
}
inline Dressed in_esp(std::uint32_t spi, std::uint32_t number, const frames::Octets&) {
  return {50, frames::esp(spi, number)};
}
inline Dressed in_esp_null(std::uint32_t spi, std::uint32_t number, const frames::Octets& icmp) {
  return {50, frames::esp(spi, number, icmp)};
}
inline Dressed in_udp(std::uint32_t spi, std::uint32_t number, const frames::Octets&) {
  return {17, frames::udp(4500, 4500, frames::esp(spi, number))};
}

}  // namespace useipsec
