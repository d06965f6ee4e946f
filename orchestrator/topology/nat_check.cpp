#include "topology/nat_check.h"

#include <fmt/format.h>

#include <algorithm>

#include "input/diagnostic.h"
#include "input/nearest_word.h"
#include "input/pointer.h"
#include "topology/path.h"
#include "topology/words.h"

namespace useipsec {
namespace {

/// One box that is being judged.
struct Judged {
  const NatPolicy& policy;
  const std::string& pointer;
  const Complain& complain;

  void say(const char* key, std::string expected, std::string found) const {
    complain(child(pointer, key), std::move(expected), std::move(found), "");
  }
};

/// A 1:1 box has an outside address for its inside host alone, so nothing needs to be told apart.
void check_one_to_one(const Judged& box) {
  const auto& policy = box.policy;
  const auto without = [&](const char* key, const std::string& found) {
    box.say(key, fmt::format("expected no key \"{}\", or the kind masquerade", key), found);
  };
  if (policy.ports == PortMapping::random) without("ports", "\"random\", with the kind one-to-one");
  if (policy.mapping && *policy.mapping != Dependence::endpoint_independent)
    box.say("mapping",
            "expected \"endpoint-independent\", or the kind masquerade: 1:1 is one mapping for all endpoints",
            quoted_text(word_of(dependence_words, *policy.mapping)));
  for (const auto& [key, passage] : {std::pair("esp", policy.esp), std::pair("ah", policy.ah)}) {
    if (passage == Passage::tracked)
      box.say(key, "expected \"passed\" or \"dropped\", or the kind masquerade: 1:1 has no inside hosts to tell apart",
              "\"tracked\"");
  }
  if (policy.keeps_port_500) without("port_500", "\"first-come\", with the kind one-to-one");
  if (policy.ike_by_cookies) without("ike", "\"cookies\", with the kind one-to-one");
  if (!policy.forwards.empty()) without("forwards", "forwards, with the kind one-to-one, which forwards every port");
  if (policy.lifetimes != MappingLifetimes{} && behavior_of(policy).filtering == Dependence::endpoint_independent)
    box.say("lifetimes_s",
            "expected no key \"lifetimes_s\", or a filtering that is not endpoint-independent: a 1:1 mapping "
            "is never forgotten",
            "lifetimes");
}

/// A prefix box knows addresses only, and the kernel's is the only one there is.
void check_prefix(const Judged& box) {
  const auto& policy = box.policy;
  const auto without = [&](const char* key) {
    box.say(key,
            fmt::format("expected no key \"{}\", or another kind: prefix translation keeps no state and reads no ports",
                        key),
            "the kind prefix");
  };
  if (policy.ports == PortMapping::random) without("ports");
  if (policy.mapping && *policy.mapping != Dependence::endpoint_independent) without("mapping");
  if (policy.filtering && *policy.filtering != Dependence::endpoint_independent) without("filtering");
  if (policy.hairpin.value_or(false)) without("hairpin");
  if (policy.lifetimes != MappingLifetimes{}) without("lifetimes_s");
  if (policy.esp && *policy.esp != Passage::passed) without("esp");
  if (policy.ah && *policy.ah != Passage::passed) without("ah");
  if (policy.only_tcp_and_udp) without("protocols");
  if (policy.drops_fragments) without("fragments");
  if (policy.keeps_port_500) without("port_500");
  if (policy.ike_by_cookies) without("ike");
  if (policy.strict_isakmp) without("isakmp");
  if (policy.ftp_gateway) without("gateway");
  if (!policy.forwards.empty()) without("forwards");
  for (const auto& [key, prefix] :
       {std::pair("inside_prefix", policy.inside_prefix), std::pair("outside_prefix", policy.outside_prefix)}) {
    if (!prefix) continue;
    if (prefix->family() != Family::v6 || prefix->length > 64 || prefix->length == 0)
      box.say(key, "expected an IPv6 prefix of at most 64 bits (RFC 6296 section 3.1)", quoted_text(prefix->str()));
    else if (prefix->network() != *prefix)
      box.complain(child(box.pointer, key), "expected a prefix without host bits", quoted_text(prefix->str()),
                   prefix->network().str());
  }
  if (policy.inside_prefix && policy.outside_prefix && policy.inside_prefix->length != policy.outside_prefix->length)
    box.say("outside_prefix", "expected a prefix as long as inside_prefix", quoted_text(policy.outside_prefix->str()));
}

/// The kernel's gateway is part of the kernel's NAT.
void check_gateway(const Judged& box) {
  if (!box.policy.ftp_gateway) return;
  if (const auto beyond = beyond_kernel(box.policy); !beyond.empty())
    box.say("gateway", "expected \"none\", or a box that the kernel's NAT can be", beyond.front());
}

void check_protocols(const Judged& box) {
  if (!box.policy.only_tcp_and_udp) return;
  for (const auto& [key, passage] : {std::pair("esp", box.policy.esp), std::pair("ah", box.policy.ah)}) {
    if (passage && *passage != Passage::dropped)
      box.say(key, "expected \"dropped\", or \"protocols\": \"all\"",
              fmt::format("\"{}\", with \"protocols\": \"tcp-and-udp\"", word_of(passage_words, *passage)));
  }
}

void check_ike(const Judged& box) {
  if (box.policy.keeps_port_500 && box.policy.ike_by_cookies)
    box.say(
        "ike",
        "expected \"ports\", or \"port_500\": \"translated\": either the first client owns port 500 or all share it",
        "\"cookies\", with \"port_500\": \"first-come\"");
}

void check_forward_ports(const Judged& box) {
  const auto& forwards = box.policy.forwards;
  for (std::size_t index = 0; index < forwards.size(); ++index) {
    const auto same = [&](const PortForward& other) {
      return other.protocol == forwards[index].protocol && other.port == forwards[index].port;
    };
    const auto earlier = std::find_if(forwards.begin(), forwards.begin() + static_cast<std::ptrdiff_t>(index), same);
    if (earlier - forwards.begin() == static_cast<std::ptrdiff_t>(index)) continue;
    box.complain(child(child(child(box.pointer, "forwards"), index), "port"), "expected a port of its own",
                 fmt::format("{}, which leads to {} already", forwards[index].port, earlier->to.str()), "");
  }
}

/// Whether packets from the box reach a host at the address, without passing its outside.
bool lies_inside(const Topology& topology, const Node& node, const Address& address) {
  const auto way = trace(topology, node.name, address);
  return address.family() == Family::v4 && way.arrived && !way.hops.empty() &&
         way.hops.front().link != node.nat->outside;
}

bool has_v4(const End& end) {
  return std::any_of(end.addresses.begin(), end.addresses.end(),
                     [](const Prefix& each) { return each.family() == Family::v4; });
}

std::vector<std::string> inside_addresses(const Topology& topology, const Node& node) {
  std::vector<std::string> found;
  for (const auto& link : topology.links) {
    for (const auto& end : link.ends) {
      for (const auto& prefix : end.addresses) {
        if (end.node != node.name && lies_inside(topology, node, prefix.address)) found.push_back(prefix.address.str());
      }
    }
  }
  return found;
}

}  // namespace

void check_nat_behaviors(const NatPolicy& policy, const std::string& pointer, const Complain& complain) {
  const Judged box{policy, pointer, complain};
  if (policy.kind == NatKind::one_to_one) check_one_to_one(box);
  if (policy.kind == NatKind::prefix) return check_prefix(box);
  check_protocols(box);
  check_ike(box);
  check_forward_ports(box);
  check_gateway(box);
}

void check_nat_places(const Topology& topology, const Node& node, const std::string& pointer,
                      const Complain& complain) {
  const auto& policy = *node.nat;
  const auto beyond = beyond_kernel(policy);
  if (policy.kind == NatKind::prefix) return;
  if (const auto* end = topology.end(policy.outside, node.name);
      end != nullptr && policy.kind == NatKind::masquerade && policy.ftp_gateway && !has_v4(*end))
    complain(child(pointer, "gateway"), "expected \"none\", or an IPv4 address outside: PORT says one", "\"ftp\"", "");
  if (beyond.empty() && policy.forwards.empty()) return;
  if (const auto* end = topology.end(policy.outside, node.name);
      end != nullptr && policy.kind == NatKind::masquerade && !has_v4(*end)) {
    complain(child(pointer, "outside"), fmt::format("expected a link on which {} has an IPv4 address", node.name),
             quoted_text(policy.outside), "");
  }
  const auto inside = inside_addresses(topology, node);
  for (std::size_t index = 0; index < policy.forwards.size(); ++index) {
    if (lies_inside(topology, node, policy.forwards[index].to)) continue;
    const auto to = policy.forwards[index].to.str();
    const auto* owner = topology.owner(policy.forwards[index].to);
    complain(child(child(child(pointer, "forwards"), index), "to"),
             fmt::format("expected the IPv4 address of a host inside of {}: {}", node.name,
                         inside.empty() ? "there is none" : listed(inside)),
             fmt::format("{}, which {}", to, owner == nullptr ? "nobody has" : owner->name + " has"),
             nearest_word(to, inside));
  }
}

}  // namespace useipsec
