#include "topology/nat_policy.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "topology/words.h"

namespace useipsec {
namespace {

/// The behaviors of the kernel's NAT. 1:1 and prefix boxes translate addresses alone, whoever writes to them.
NatBehavior of_kernel(NatKind kind) {
  if (kind == NatKind::masquerade) return {};
  return {.mapping = Dependence::endpoint_independent, .filtering = Dependence::endpoint_independent};
}

std::string dependence(Dependence value) { return word_of(dependence_words, value); }

std::string lifetime_words(const MappingLifetimes& lifetimes) {
  std::vector<std::string> parts;
  const auto add = [&parts](const char* protocol, const std::optional<std::uint32_t>& seconds) {
    if (seconds) parts.push_back(fmt::format("{} {} s", protocol, *seconds));
  };
  add("UDP", lifetimes.udp);
  add("TCP", lifetimes.tcp);
  add("ICMP", lifetimes.icmp);
  add("other", lifetimes.other);
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<std::string> protocol_words(const NatPolicy& policy) {
  if (policy.only_tcp_and_udp) return {"drops all but TCP and UDP"};
  if (policy.esp && policy.esp == policy.ah) return {"ESP and AH " + word_of(passage_words, *policy.esp)};
  std::vector<std::string> lines;
  if (policy.esp) lines.push_back("ESP " + word_of(passage_words, *policy.esp));
  if (policy.ah) lines.push_back("AH " + word_of(passage_words, *policy.ah));
  return lines;
}

std::vector<std::string> ike_words(const NatPolicy& policy) {
  std::vector<std::string> lines;
  if (policy.keeps_port_500) lines.emplace_back("port 500: first come");
  if (policy.ike_by_cookies) lines.emplace_back("IKE told apart by cookies");
  if (policy.strict_isakmp) lines.emplace_back("strict ISAKMP parser");
  return lines;
}

}  // namespace

NatBehavior behavior_of(const NatPolicy& policy) {
  auto behavior = of_kernel(policy.kind);
  behavior.mapping = policy.mapping.value_or(behavior.mapping);
  behavior.filtering = policy.filtering.value_or(behavior.filtering);
  behavior.hairpin = policy.hairpin.value_or(behavior.hairpin);
  const auto otherwise = policy.only_tcp_and_udp ? Passage::dropped : Passage::passed;
  behavior.esp = policy.esp.value_or(otherwise);
  behavior.ah = policy.ah.value_or(otherwise);
  behavior.other_protocols = !policy.only_tcp_and_udp;
  return behavior;
}

std::vector<std::string> beyond_kernel(const NatPolicy& policy) {
  std::vector<std::string> reasons;
  const auto kernel = of_kernel(policy.kind);
  const auto wanted = behavior_of(policy);
  if (wanted.mapping != kernel.mapping) reasons.push_back(dependence(wanted.mapping) + " mapping");
  if (wanted.filtering != kernel.filtering) reasons.push_back(dependence(wanted.filtering) + " filtering");
  if (wanted.hairpin) reasons.emplace_back("hairpinning");
  auto beyond = policy;
  if (wanted.esp == Passage::passed) beyond.esp.reset();
  if (wanted.ah == Passage::passed) beyond.ah.reset();
  for (auto& line : protocol_words(beyond)) reasons.push_back(std::move(line));
  if (policy.drops_fragments) reasons.emplace_back("drops fragments");
  for (auto& line : ike_words(policy)) reasons.push_back(std::move(line));
  return reasons;
}

std::vector<std::string> nat_words(const NatPolicy& policy) {
  std::vector<std::string> lines;
  if (policy.kind == NatKind::masquerade) {
    lines.push_back("NAPT to " + policy.outside);
    lines.emplace_back(policy.ports == PortMapping::random ? "random ports" : "ports kept");
  } else if (policy.kind == NatKind::prefix) {
    lines.push_back("NPTv6 to " + policy.outside);
    if (policy.inside_prefix && policy.outside_prefix) {
      lines.push_back(policy.inside_prefix->str());
      lines.push_back("= " + policy.outside_prefix->str());
    }
  } else {
    lines.push_back("1:1 to " + policy.outside);
    if (policy.inside_address && policy.outside_address) {
      lines.push_back(policy.inside_address->str());
      lines.push_back("= " + policy.outside_address->str());
    }
  }
  if (policy.mapping) lines.push_back(dependence(*policy.mapping) + " mapping");
  if (policy.filtering) lines.push_back(dependence(*policy.filtering) + " filtering");
  if (policy.hairpin) lines.emplace_back(*policy.hairpin ? "hairpinning" : "no hairpinning");
  if (auto words = lifetime_words(policy.lifetimes); !words.empty()) lines.push_back("forgets after " + words);
  for (auto& line : protocol_words(policy)) lines.push_back(std::move(line));
  if (policy.drops_fragments) lines.emplace_back("drops fragments");
  for (auto& line : ike_words(policy)) lines.push_back(std::move(line));
  if (policy.ftp_gateway) lines.emplace_back("FTP gateway");
  for (const auto& forward : policy.forwards)
    lines.push_back(fmt::format("{} {} to {}:{}", word_of(ported_protocol_words, forward.protocol), forward.port,
                                forward.to.str(), forward.to_port));
  return lines;
}

}  // namespace useipsec
