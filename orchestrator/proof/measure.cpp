#include "proof/measure.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <netinet/in.h>

#include <algorithm>
#include <map>

#include "base/error.h"
#include "network/network.h"
#include "proof/bench.h"
#include "proof/exchange.h"
#include "proof/expected.h"
#include "proof/measure_gateway.h"
#include "topology/words.h"

using namespace std::chrono_literals;

namespace useipsec {
namespace {

// Ports that nothing else uses, one for each question, so that no mapping of one answers another.
constexpr std::uint16_t mapping_port = 33000, ports_port = 33001, filtering_port = 33002, hairpin_port = 33003,
                        fragments_port = 33004, lifetime_port = 33005, remote_port = 33100, other_remote_port = 33101,
                        fence_port = 33102, ike_port = 500;
constexpr std::uint8_t experimental_protocol = 253;  // RFC 3692
constexpr const char* nothing = "nothing arrives";

/// `bytes` in network byte order.
std::string number(std::uint64_t value, int bytes) {
  std::string text;
  for (int byte = bytes - 1; byte >= 0; --byte) text += static_cast<char>(value >> (8 * byte));
  return text;
}

/// ESP, or AH with an empty ICV, as far as a NAT box reads it.
std::string ipsec_packet(std::uint8_t protocol, std::uint32_t spi) {
  if (protocol == IPPROTO_ESP) return number(spi, 4) + number(1, 4) + std::string(16, 'e');
  return number(59, 1) + number(4, 1) + number(0, 2) + number(spi, 4) + number(1, 4) + std::string(12, 'a');
}

/// Main mode 1: an SA payload, and after it a vendor ID where asked.
std::string isakmp(std::uint64_t cookie, bool with_vendor_id = false) {
  const std::string payloads = number(with_vendor_id ? 13 : 0, 1) + number(0, 1) + number(8, 2) + number(0, 4) +
                               (with_vendor_id ? number(0, 2) + number(8, 2) + "lab!" : "");
  return number(cookie, 8) + number(0, 8) + number(1, 1) + number(0x10, 1) + number(2, 1) + number(0, 1) +
         number(0, 4) + number(28 + payloads.size(), 4) + payloads;
}

/// As FTP writes an address: "10,77,0,10".
std::string in_commas(const Address& address) {
  auto text = address.str();
  std::replace(text.begin(), text.end(), '.', ',');
  return text;
}

class Bench {
 public:
  Bench(Loop& loop, const NatPolicy& policy)
      : loop_(loop),
        policy_(policy),
        outside_(bench_outside(policy)),
        topology_(nat_bench(policy)),
        network_(Network::build(loop, topology_, {})) {
    fence(bench_one);
    fence(bench_one, bench_other);
    if (translates_two()) {
      fence(bench_two);
      fence(bench_two, bench_other);
    }
  }

  std::vector<NatMeasurement> all() {
    auto measurements = expected_measurements(policy_);
    const std::map<std::string, std::string (Bench::*)()> ways{{"ports", &Bench::ports},
                                                               {"mapping", &Bench::mapping},
                                                               {"filtering", &Bench::filtering},
                                                               {"hairpin", &Bench::hairpin},
                                                               {"esp", &Bench::esp},
                                                               {"ah", &Bench::ah},
                                                               {"protocols", &Bench::protocols},
                                                               {"fragments", &Bench::fragments},
                                                               {"port_500", &Bench::port_500},
                                                               {"ike", &Bench::ike},
                                                               {"gateway", &Bench::gateway},
                                                               {"isakmp", &Bench::parsing},
                                                               {"forwards", &Bench::forwards},
                                                               {"lifetimes_s/udp", &Bench::lifetime}};
    for (auto& each : measurements) each.measured = (this->*ways.at(each.behavior))();
    return measurements;
  }

 private:
  /// Those beside its one inside host a 1:1 box leaves alone.
  bool translates_two() const { return policy_.kind == NatKind::masquerade; }
  Address address(const std::string& node) const { return *topology_.address_of(node, Family::v4); }
  static Loop::Clock::time_point soon() { return Loop::Clock::now() + 10ms; }
  static Loop::Clock::time_point late() { return Loop::Clock::now() + 2s; }
  std::string text(const std::string& what) { return fmt::format("{} {}", what, ++number_); }

  BenchSocket& socket(const std::string& node, int port, bool raw) {
    auto& socket = sockets_[{node, raw ? -port : port}];
    if (socket) return *socket;
    UniqueFd fd;
    network_->run_in(node, [&] {
      fd = raw ? BenchSocket::open_raw(static_cast<std::uint8_t>(port))
               : BenchSocket::open_udp(static_cast<std::uint16_t>(port));
    });
    socket = std::make_unique<BenchSocket>(loop_, std::move(fd), raw);
    return *socket;
  }
  BenchSocket& udp(const std::string& node, std::uint16_t port) { return socket(node, port, false); }
  BenchSocket& raw(const std::string& node, std::uint8_t protocol) { return socket(node, protocol, true); }

  /// A round trip that must succeed. What was sent before it and has not arrived after it was dropped: packets of one
  /// box do not overtake each other.
  void fence(const std::string& inside, const std::string& remote = bench_server) {
    auto& there = udp(remote, fence_port);
    auto& here = udp(inside, fence_port);
    const auto out = text("fence"), back = text("fence");
    here.send({address(remote), fence_port}, out);
    const auto seen = there.take(out, late());
    if (seen) there.send(*seen, back);
    if (!seen || !here.take(back, late()))
      throw Error(fmt::format("a plain UDP exchange of {} with {} fails {}", inside, remote,
                              seen ? "on its way back" : "on its way out"));
  }

  /// The endpoint that a remote host sees; nothing where the packet is dropped.
  std::optional<Endpoint> seen(const std::string& inside, std::uint16_t port, const std::string& remote,
                               std::uint16_t to_port, const std::string& payload) {
    auto& there = udp(remote, to_port);
    udp(inside, port).send({address(remote), to_port}, payload);
    fence(translates_two() ? inside : bench_one, remote);
    return there.take(payload, soon());
  }
  std::optional<Endpoint> seen(const std::string& inside, std::uint16_t port, const std::string& remote,
                               std::uint16_t to_port) {
    return seen(inside, port, remote, to_port, text("out"));
  }

  /// Whether a packet from outside reaches an inside socket.
  bool reaches(const std::string& remote, std::uint16_t from_port, const Endpoint& to, BenchSocket& receiver,
               const std::string& payload) {
    udp(remote, from_port).send(to, payload);
    fence(bench_one, remote);
    return receiver.take(payload, soon()).has_value();
  }

  std::string ports() {
    const auto mapped = seen(bench_one, ports_port, bench_server, remote_port);
    if (!mapped) return nothing;
    return word_of(port_mapping_words, mapped->port == ports_port ? PortMapping::preserve : PortMapping::random);
  }

  /// Another host has the port already, towards one remote endpoint: what is left of it shows what a mapping is made
  /// for, also where ports are kept.
  std::string mapping() {
    if (translates_two() && !seen(bench_two, mapping_port, bench_server, other_remote_port)) return nothing;
    const auto first = seen(bench_one, mapping_port, bench_server, remote_port);
    const auto same_address = seen(bench_one, mapping_port, bench_server, other_remote_port);
    const auto another = seen(bench_one, mapping_port, bench_other, remote_port);
    if (!first || !same_address || !another) return nothing;
    if (*first != *same_address) return word_of(dependence_words, Dependence::address_and_port_dependent);
    return word_of(dependence_words,
                   *first == *another ? Dependence::endpoint_independent : Dependence::address_dependent);
  }

  std::string filtering() {
    const auto mapped = seen(bench_one, filtering_port, bench_server, remote_port);
    if (!mapped) return nothing;
    auto& receiver = udp(bench_one, filtering_port);
    const bool same_address = reaches(bench_server, other_remote_port, *mapped, receiver, text("in"));
    const bool another = reaches(bench_other, remote_port, *mapped, receiver, text("in"));
    if (!reaches(bench_server, remote_port, *mapped, receiver, text("in"))) return nothing;
    if (another) return word_of(dependence_words, Dependence::endpoint_independent);
    return word_of(dependence_words,
                   same_address ? Dependence::address_dependent : Dependence::address_and_port_dependent);
  }

  /// Both write to each other's outside endpoint, twice, so that a filter has seen either side's packet.
  std::string hairpin() {
    const auto of_one = seen(bench_one, hairpin_port, bench_server, remote_port);
    const auto of_two =
        translates_two() ? seen(bench_two, hairpin_port, bench_server, remote_port) : std::optional<Endpoint>();
    if (!of_one || (translates_two() && !of_two)) return nothing;
    bool arrived = false;
    for (int round = 0; round < 2; ++round) {
      const auto there = text("hairpin"), back = text("hairpin");
      udp(bench_two, hairpin_port).send(*of_one, there);
      fence(bench_one);
      arrived = udp(bench_one, hairpin_port).take(there, soon()).has_value() || arrived;
      if (!of_two) continue;
      udp(bench_one, hairpin_port).send(*of_two, back);
      fence(bench_two);
      arrived = udp(bench_two, hairpin_port).take(back, soon()).has_value() || arrived;
    }
    return arrived ? "true" : "false";
  }

  std::string esp() { return passage(IPPROTO_ESP); }
  std::string ah() { return passage(IPPROTO_AH); }

  bool leaves(const std::string& inside, std::uint8_t protocol, const std::string& packet) {
    auto& server = raw(bench_server, protocol);
    raw(inside, protocol).send({address(bench_server), 0}, packet);
    fence(bench_one);
    return server.take(packet, soon()).has_value();
  }

  /// A second client shows whether more than addresses is looked at.
  std::string passage(std::uint8_t protocol) {
    auto& one = raw(bench_one, protocol);
    if (!leaves(bench_one, protocol, ipsec_packet(protocol, 0x1001))) return word_of(passage_words, Passage::dropped);
    if (translates_two() && leaves(bench_two, protocol, ipsec_packet(protocol, 0x1002)))
      return "passed for two clients at once";
    const auto answer = ipsec_packet(protocol, 0x2001);
    raw(bench_server, protocol).send({outside_, 0}, answer);
    fence(bench_one);
    if (!one.take(answer, soon())) return "passed outwards alone";
    const bool second = translates_two() && leaves(bench_two, protocol, ipsec_packet(protocol, 0x1003));
    return word_of(passage_words, second ? Passage::tracked : Passage::passed);
  }

  std::string protocols() {
    return word_of(protocols_words, !leaves(bench_one, experimental_protocol, "neither TCP nor UDP"));
  }

  std::string fragments() {
    const auto mapped = seen(bench_one, fragments_port, bench_server, remote_port);
    if (!mapped) return nothing;
    const bool arrived =
        reaches(bench_server, remote_port, *mapped, udp(bench_one, fragments_port), std::string(3000, 'f'));
    return word_of(fragments_words, !arrived);
  }

  void ask_port_500() {
    if (asked_port_500_) return;
    asked_port_500_ = true;
    of_one_ = seen(bench_one, ike_port, bench_server, ike_port, isakmp(1));
    of_two_ = seen(bench_two, ike_port, bench_server, ike_port, isakmp(2));
  }

  std::string port_500() {
    ask_port_500();
    if (!of_one_) return nothing;
    return word_of(port_500_words, of_one_->port == ike_port && !of_two_);
  }

  std::string ike() {
    ask_port_500();
    if (!of_one_) return nothing;
    const bool shared = of_two_ && of_one_->port == ike_port && of_two_->port == ike_port;
    if (!shared) return word_of(ike_demultiplexing_words, false);
    const bool two = reaches(bench_server, ike_port, {outside_, ike_port}, udp(bench_two, ike_port), isakmp(2));
    const bool one = reaches(bench_server, ike_port, {outside_, ike_port}, udp(bench_one, ike_port), isakmp(1));
    return one && two ? word_of(ike_demultiplexing_words, true) : "port 500 is shared, but not by cookies";
  }

  std::string parsing() {
    const auto mapped = seen(bench_one, ike_port, bench_server, ike_port, isakmp(3));
    if (!mapped) return nothing;
    return word_of(isakmp_words, !seen(bench_one, ike_port, bench_server, ike_port, isakmp(4, true)).has_value());
  }

  /// Whether the address in PORT arrives as the one that the box shows.
  std::string gateway() {
    const auto sent = "PORT " + in_commas(address(bench_one)) + ",130,53\r\n";
    const auto arrived = line_through(loop_, *network_, topology_, bench_one, bench_server, sent);
    if (arrived.empty()) return nothing;
    if (arrived == sent) return word_of(gateway_words, false);
    return arrived.starts_with("PORT " + in_commas(outside_) + ",") ? word_of(gateway_words, true)
                                                                    : "another rewriting: " + arrived;
  }

  std::string forwards() {
    std::vector<std::string> working;
    for (const auto& each : policy_.forwards) {
      if (each.protocol != PortedProtocol::udp) continue;
      auto& receiver = udp(bench_one, each.to_port);
      if (reaches(bench_other, remote_port, {outside_, each.port}, receiver, isakmp(5)))
        working.push_back(fmt::format("udp {}", each.port));
    }
    return fmt::format("{}", fmt::join(working, ", "));
  }

  void idle(std::chrono::milliseconds time) {
    if (loop_.run_until(Loop::Clock::now() + time) == WaitResult::interrupted)
      throw Error("interrupted", ExitCode::interrupted);
  }

  /// Alive after half of its time, and that refreshed it; gone after all of it and a little more.
  std::string lifetime() {
    const std::chrono::milliseconds expected = std::chrono::seconds(*policy_.lifetimes.udp);
    const auto mapped = seen(bench_one, lifetime_port, bench_server, remote_port);
    if (!mapped) return nothing;
    auto& receiver = udp(bench_one, lifetime_port);
    idle(expected / 2);
    if (!reaches(bench_server, remote_port, *mapped, receiver, text("in")))
      return fmt::format("less than {:g}", static_cast<double>(expected.count()) / 2000);
    idle(expected + 300ms);
    if (reaches(bench_server, remote_port, *mapped, receiver, text("in")))
      return fmt::format("more than {}", *policy_.lifetimes.udp);
    return std::to_string(*policy_.lifetimes.udp);
  }

  Loop& loop_;
  const NatPolicy& policy_;
  Address outside_;
  Topology topology_;
  std::unique_ptr<Network> network_;
  std::map<std::pair<std::string, int>, std::unique_ptr<BenchSocket>> sockets_;
  int number_ = 0;
  bool asked_port_500_ = false;
  std::optional<Endpoint> of_one_, of_two_;  ///< as which the server saw their port 500
};

}  // namespace

std::vector<NatMeasurement> measure_nat(Loop& loop, const NatPolicy& policy) {
  return in_context("measuring a NAT box", [&] { return Bench(loop, policy).all(); });
}

}  // namespace useipsec
