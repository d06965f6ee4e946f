#include "proof/expected.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "topology/words.h"

namespace useipsec {
namespace {

/// The UDP forwards: "udp 500, udp 4500".
std::string forward_words(const NatPolicy& policy) {
  std::vector<std::string> words;
  for (const auto& each : policy.forwards)
    if (each.protocol == PortedProtocol::udp) words.push_back(fmt::format("udp {}", each.port));
  return fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace

std::vector<NatMeasurement> expected_measurements(const NatPolicy& policy) {
  const auto behavior = behavior_of(policy);
  std::vector<NatMeasurement> all;
  const auto add = [&all](std::string what, std::string expected) {
    all.push_back({std::move(what), std::move(expected), {}});
  };
  add("ports", word_of(port_mapping_words, policy.ports));
  add("mapping", word_of(dependence_words, behavior.mapping));
  add("filtering", word_of(dependence_words, behavior.filtering));
  add("hairpin", behavior.hairpin ? "true" : "false");
  add("esp", word_of(passage_words, behavior.esp));
  add("ah", word_of(passage_words, behavior.ah));
  add("protocols", word_of(protocols_words, policy.only_tcp_and_udp));
  add("fragments", word_of(fragments_words, policy.drops_fragments));
  if (policy.kind == NatKind::masquerade) {
    add("port_500", word_of(port_500_words, policy.keeps_port_500));
    add("ike", word_of(ike_demultiplexing_words, policy.ike_by_cookies));
  }
  if (policy.ftp_gateway) add("gateway", word_of(gateway_words, true));
  add("isakmp", word_of(isakmp_words, policy.strict_isakmp));
  if (auto words = forward_words(policy); !words.empty()) add("forwards", std::move(words));
  if (policy.lifetimes.udp.value_or(longest_measured_lifetime + 1) <= longest_measured_lifetime)
    add("lifetimes_s/udp", std::to_string(*policy.lifetimes.udp));
  return all;
}

std::vector<NatMeasurement> expected_measurements_v6(const NatPolicy& policy) {
  const auto behavior = behavior_of(policy);
  std::vector<NatMeasurement> all;
  const auto add = [&all](std::string what, std::string expected) {
    all.push_back({std::move(what), std::move(expected), {}});
  };
  add("kind", word_of(nat_kind_words, policy.kind));
  add("ports", word_of(port_mapping_words, policy.ports));
  add("filtering", word_of(dependence_words, behavior.filtering));
  if (policy.kind == NatKind::prefix) add("checksums", "neutral");
  return all;
}

std::string mismatch(const std::vector<NatMeasurement>& measurements) {
  std::vector<std::string> clauses;
  for (const auto& each : measurements)
    if (each.expected != each.measured)
      clauses.push_back(fmt::format("{}: expected {}, measured {}", each.behavior, each.expected, each.measured));
  return fmt::format("{}", fmt::join(clauses, "; "));
}

}  // namespace useipsec
