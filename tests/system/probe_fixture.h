#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <pcap/pcap.h>
#include <sys/timerfd.h>

#include <array>
#include <filesystem>
#include <functional>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "capture/capture_session.h"
#include "probe/payload.h"
#include "probe/probe_runner.h"
#include "system/probe_network.h"

namespace useipsec::testing_network {

inline Moment now() {
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

inline std::vector<std::uint32_t> numbers(std::uint32_t count) {
  std::vector<std::uint32_t> result(count);
  std::iota(result.begin(), result.end(), 1U);
  return result;
}

inline Topology described() {
  Topology topology;
  const auto link = [](const char* name, const char* from, const char* to) {
    Link result;
    result.name = name;
    result.ends = {{.node = from, .addresses = {}, .mac = {}}, {.node = to, .addresses = {}, .mac = {}}};
    return result;
  };
  topology.links = {link("lan", "alice", "router"), link("wan", "router", "bob")};
  return topology;
}

/// How often each payload of `token` left the interface, keyed "<sequence><direction>".
inline std::map<std::string, int> seen(const std::filesystem::path& file, const std::string& token) {
  std::array<char, PCAP_ERRBUF_SIZE> words{};
  std::unique_ptr<pcap_t, void (*)(pcap_t*)> reader(::pcap_open_offline(file.c_str(), words.data()), ::pcap_close);
  if (!reader) throw Error(words.data());
  std::map<std::string, int> counts;
  pcap_pkthdr* header = nullptr;
  const std::uint8_t* bytes = nullptr;
  while (::pcap_next_ex(reader.get(), &header, &bytes) == 1) {
    const std::string_view packet(reinterpret_cast<const char*>(bytes), header->caplen);
    for (auto at = packet.find(token); at != std::string_view::npos; at = packet.find(token, at + 1)) {
      if (const auto mark = read_mark(packet.substr(at)))
        ++counts[fmt::format("{}{}", mark->sequence, static_cast<char>(mark->direction))];
    }
  }
  return counts;
}

class ProbeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    try {
      network_ = std::make_unique<ProbeNetwork>();
    } catch (const Error& error) {
      if (::geteuid() == 0) throw;
      GTEST_SKIP() << "no network namespaces for us: " << error.what();
    }
    folder_ = std::filesystem::temp_directory_path() / fmt::format("probe-test-{}", ::getpid());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  RunInNode run_in_node() {
    return [this](const std::string& node, const std::function<void()>& work) { network_->run_in(node, work); };
  }

  ProbeJob job(ProbeKind kind, Family family, const std::string& from, const std::string& to) {
    const bool v4 = family == Family::v4;
    ProbeJob result;
    auto& probe = result.probe;
    probe.kind = kind;
    probe.family = family;
    probe.from = from;
    probe.to = to;
    probe.interval_ms = 5;
    probe.wait_ms = 5000;
    probe.name = fmt::format("p{}", ++made_);
    result.token = fmt::format("tok{}", made_);
    result.ends.source = Address::any(family);
    if (to == "bob") result.ends.destination = *Address::parse(v4 ? "10.2.0.2" : "2001:db8:2::2");
    if (to == "alice") result.ends.destination = *Address::parse(v4 ? "10.1.0.2" : "2001:db8:1::2");
    return result;
  }

  ProbeJob group_job(Family family, const std::string& from, const std::string& to, const std::string& to_interface) {
    auto result = job(ProbeKind::multicast, family, from, to);
    result.ends.destination = *Address::parse(family == Family::v4 ? "239.1.2.3" : "ff02::1234");
    result.ends.from_interface = from == "bob" ? "wan" : "lan";
    result.ends.to_interface = to_interface;
    return result;
  }

  std::vector<ProbeRecord> run(const std::vector<ProbeJob>& jobs) {
    return ProbeRunner(loop_, run_in_node(), now).run(jobs);
  }
  ProbeRecord run(const ProbeJob& job) { return ProbeRunner(loop_, run_in_node(), now).run(job); }

  /// Does `work` once `after` has passed, while a probe runs.
  void later(std::chrono::milliseconds after, std::function<void()> work) {
    timer_.reset(::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    itimerspec when{};
    when.it_value.tv_nsec = std::chrono::nanoseconds(after).count();
    ::timerfd_settime(timer_.get(), 0, &when, nullptr);
    timer_watch_ = loop_.watch_readable(timer_.get(), [this, work = std::move(work)] {
      std::uint64_t count = 0;
      if (::read(timer_.get(), &count, sizeof(count)) > 0) work();
    });
  }

  void unreachable_at_router(const char* destination, std::uint8_t type) {
    network_->change_route("router", destination, "", type, true);
  }

  Loop loop_;
  std::unique_ptr<ProbeNetwork> network_;
  std::filesystem::path folder_;
  UniqueFd timer_;
  Watch timer_watch_;
  int made_ = 0;
};

}  // namespace useipsec::testing_network
