#include "nat/iptables.h"

#include <fmt/format.h>

#include "topology/words.h"

namespace useipsec {

namespace {

/// --random-fully draws the port of every mapping anew (nf_nat_core.c: NF_NAT_RANGE_PROTO_RANDOM_FULLY); the range
/// keeps the kernel from staying below 512 for IKE's port 500, as it else does for ports that were below 512 before.
constexpr const char* changing_ports = "--to-ports 20000-60000 --random-fully";

/// NPTv6 (ip6t_NPT.c) is stateless, and so no business of the table nat.
std::string prefix_rules(const NatPolicy& policy, const std::string& comment) {
  const auto inside = policy.inside_prefix->str(), outside = policy.outside_prefix->str();
  return fmt::format(
      "*mangle\n-A PREROUTING -i {0} -d {2} {3} -j DNPT --src-pfx {2} --dst-pfx {1}\n"
      "-A POSTROUTING -o {0} -s {1} {3} -j SNPT --src-pfx {1} --dst-pfx {2}\nCOMMIT\n",
      policy.outside, inside, outside, comment);
}

/// The gateway is one for connections that are sent to it here (Documentation/networking/nf_conntrack-sysctl.rst:
/// nothing is by itself).
std::string gateway_rules(const std::string& comment) {
  return fmt::format("*raw\n-A PREROUTING -p tcp --dport 21 {} -j CT --helper ftp\nCOMMIT\n", comment);
}

}  // namespace

std::string iptables_document(const NatPolicy& policy, const std::string& name) {
  const auto comment = fmt::format("-m comment --comment \"useipsec {}\"", name);
  if (policy.kind == NatKind::prefix) return prefix_rules(policy, comment);
  std::string rules = policy.ftp_gateway ? gateway_rules(comment) : "";
  rules += "*nat\n";
  for (const auto& each : policy.forwards)
    rules +=
        fmt::format("-A PREROUTING -i {} -p {} --dport {} {} -j DNAT --to-destination {}:{}\n", policy.outside,
                    word_of(ported_protocol_words, each.protocol), each.port, comment, each.to.str(), each.to_port);
  if (policy.kind == NatKind::one_to_one) {
    rules += fmt::format("-A PREROUTING -i {} -d {} {} -j DNAT --to-destination {}\n", policy.outside,
                         policy.outside_address->str(), comment, policy.inside_address->str());
    rules += fmt::format("-A POSTROUTING -o {} -s {} {} -j SNAT --to-source {}\n", policy.outside,
                         policy.inside_address->str(), comment, policy.outside_address->str());
  } else if (policy.ports == PortMapping::random) {
    // Ports exist in TCP and UDP only; everything else (ICMP, ESP, AH) just gets the outside address.
    for (const char* protocol : {"tcp", "udp"}) {
      rules += fmt::format("-A POSTROUTING -o {} -p {} {} -j MASQUERADE {}\n", policy.outside, protocol, comment,
                           changing_ports);
    }
    rules += fmt::format("-A POSTROUTING -o {} {} -j MASQUERADE\n", policy.outside, comment);
  } else {
    rules += fmt::format("-A POSTROUTING -o {} {} -j MASQUERADE\n", policy.outside, comment);
  }
  return rules + "COMMIT\n";
}

std::string nft_document(const NatPolicy& policy, const std::string& name, Family family) {
  if (policy.kind == NatKind::prefix) return {};
  const auto* const table = family == Family::v4 ? "ip" : "ip6";
  const auto comment = fmt::format("comment \"useipsec {}\"", name);
  std::string before, after;
  for (const auto& each : policy.forwards)
    before +=
        fmt::format("    iifname \"{}\" {} dport {} dnat to {}:{} {}\n", policy.outside,
                    word_of(ported_protocol_words, each.protocol), each.port, each.to.str(), each.to_port, comment);
  if (policy.kind == NatKind::one_to_one) {
    before = fmt::format("    iifname \"{}\" {} daddr {} dnat to {} {}\n", policy.outside, table,
                         policy.outside_address->str(), policy.inside_address->str(), comment);
    after = fmt::format("    oifname \"{}\" {} saddr {} snat to {} {}\n", policy.outside, table,
                        policy.inside_address->str(), policy.outside_address->str(), comment);
  } else if (policy.ports == PortMapping::random) {
    after = fmt::format(
        "    oifname \"{0}\" meta l4proto {{ tcp, udp }} masquerade to :20000-60000 fully-random {1}\n    oifname "
        "\"{0}\" masquerade {1}\n",
        policy.outside, comment);
  } else {
    after = fmt::format("    oifname \"{}\" masquerade {}\n", policy.outside, comment);
  }
  // Not named after the node: nft's names may not have a hyphen, nodes' may.
  const std::string gateway =
      policy.ftp_gateway
          ? "  ct helper gateway {\n    type \"ftp\" protocol tcp;\n  }\n  chain gateways {\n"
            "    type filter hook prerouting priority -150;\n    tcp dport 21 ct helper set \"gateway\" " +
                comment + "\n  }\n"
          : "";
  return fmt::format(
      "table {} useipsec {{\n{}  chain before {{\n    type nat hook prerouting priority -100;\n{}  }}\n"
      "  chain after {{\n    type nat hook postrouting priority 100;\n{}  }}\n}}\n",
      table, gateway, before, after);
}

std::vector<std::pair<std::string, std::string>> conntrack_settings(const NatPolicy& policy) {
  std::vector<std::pair<std::string, std::string>> settings;
  const auto set = [&settings](const char* key, const std::optional<std::uint32_t>& seconds) {
    if (seconds) settings.emplace_back(fmt::format("netfilter/nf_conntrack_{}", key), std::to_string(*seconds));
  };
  set("udp_timeout", policy.lifetimes.udp);
  set("udp_timeout_stream", policy.lifetimes.udp);
  set("tcp_timeout_established", policy.lifetimes.tcp);
  set("icmp_timeout", policy.lifetimes.icmp);
  set("generic_timeout", policy.lifetimes.other);
  return settings;
}

}  // namespace useipsec
