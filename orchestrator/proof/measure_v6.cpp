#include <fmt/format.h>

#include <map>

#include "base/error.h"
#include "network/network.h"
#include "proof/bench.h"
#include "proof/exchange.h"
#include "proof/expected.h"
#include "proof/measure.h"
#include "topology/words.h"

using namespace std::chrono_literals;

namespace useipsec {
namespace {

constexpr std::uint16_t inside_port = 33000, remote_port = 33100, other_remote_port = 33101;
constexpr const char* nothing = "nothing arrives";

std::uint16_t one_s_complement_sum(const Address& address) {
  std::uint32_t sum = 0;
  const auto bytes = address.bytes();
  for (std::size_t at = 0; at < bytes.size(); at += 2)
    sum += static_cast<std::uint32_t>(bytes[at] << 8U | bytes[at + 1]);
  while (sum > 0xffffU) sum = (sum & 0xffffU) + (sum >> 16U);
  return static_cast<std::uint16_t>(sum);
}

/// One host inside, one outside. The first exchange tells most.
class BenchV6 {
 public:
  BenchV6(Loop& loop, const NatPolicy& policy)
      : loop_(loop),
        policy_(policy),
        topology_(nat_bench_v6(policy)),
        network_(Network::build(loop, topology_, {})),
        one_(loop, open(bench_one, inside_port), false),
        server_(loop, open(bench_server, remote_port), false),
        stranger_(loop, open(bench_server, other_remote_port), false) {}

  std::vector<NatMeasurement> all() {
    auto measurements = expected_measurements_v6(policy_);
    one_.send({address(bench_server), remote_port}, "out");
    seen_ = server_.take("out", late());
    if (seen_) server_.send(*seen_, "back");
    if (!seen_ || !one_.take("back", late()))
      throw Error(fmt::format("a plain UDP exchange fails {}", seen_ ? "on its way back" : "on its way out"));
    const std::map<std::string, std::string (BenchV6::*)()> ways{{"kind", &BenchV6::kind},
                                                                 {"ports", &BenchV6::ports},
                                                                 {"filtering", &BenchV6::filtering},
                                                                 {"checksums", &BenchV6::checksums}};
    for (auto& each : measurements) each.measured = (this->*ways.at(each.behavior))();
    return measurements;
  }

 private:
  static Loop::Clock::time_point late() { return Loop::Clock::now() + 2s; }
  Address address(const std::string& node) const { return *topology_.address_of(node, Family::v6); }

  UniqueFd open(const std::string& node, std::uint16_t port) {
    UniqueFd fd;
    network_->run_in(node, [&] { fd = BenchSocket::open_udp(port, Family::v6); });
    return fd;
  }

  std::string kind() {
    const auto& policy = *topology_.node("box")->nat;
    if (policy.outside_prefix && policy.outside_prefix->contains(seen_->address))
      return word_of(nat_kind_words, NatKind::prefix);
    if (policy.outside_address == seen_->address) return word_of(nat_kind_words, NatKind::one_to_one);
    if (topology_.holds("box", seen_->address)) return word_of(nat_kind_words, NatKind::masquerade);
    return "seen as " + seen_->address.str();
  }

  std::string ports() {
    return word_of(port_mapping_words, seen_->port == inside_port ? PortMapping::preserve : PortMapping::random);
  }

  /// From another port of the same host; an exchange after it is the fence: packets do not overtake each other here.
  std::string filtering() {
    stranger_.send(*seen_, "unasked");
    server_.send(*seen_, "fence");
    if (!one_.take("fence", late())) return nothing;
    return word_of(dependence_words,
                   one_.has("unasked") ? Dependence::endpoint_independent : Dependence::address_and_port_dependent);
  }

  std::string checksums() {
    return one_s_complement_sum(seen_->address) == one_s_complement_sum(address(bench_one)) ? "neutral" : "changed";
  }

  Loop& loop_;
  const NatPolicy& policy_;
  Topology topology_;
  std::unique_ptr<Network> network_;
  BenchSocket one_, server_, stranger_;
  std::optional<Endpoint> seen_;  ///< as what the server sees the inside
};

}  // namespace

std::vector<NatMeasurement> measure_nat_v6(Loop& loop, const NatPolicy& policy) {
  return in_context("measuring a NAT box", [&] { return BenchV6(loop, policy).all(); });
}

}  // namespace useipsec
