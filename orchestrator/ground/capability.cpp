#include "ground/capability.h"

#include <sys/socket.h>

#include <nlohmann/json.hpp>

#include "ground/kernel_probe.h"
#include "ground/scratch_namespace.h"

namespace useipsec {

using nlohmann::json;

namespace {

namespace c = capability;

constexpr const char* kernel_remedy = "use the guest ground (--ground guest), or a kernel that has it";

struct Probe {
  std::string_view name;
  const char* needed_for;
  Answer (*attempt)();
};

// ah6 and esp6 are modules of their own, so each family is tried.
constexpr Probe probes[] = {
    {c::xfrm_netlink, "SAs and policies", [] { return try_xfrm(); }},
    {c::esp_v4, "every scenario with ESP", [] { return try_sa(AF_INET, IPPROTO_ESP); }},
    {c::esp_v6, "neighbor discovery, OSPFv3", [] { return try_sa(AF_INET6, IPPROTO_ESP); }},
    {c::ah_v4, "AH through NAT, OSPFv2", [] { return try_sa(AF_INET, IPPROTO_AH); }},
    {c::ah_v6, "OSPFv3 with AH", [] { return try_sa(AF_INET6, IPPROTO_AH); }},
    {c::esp_in_udp_v4, "NAT traversal", [] { return try_sa(AF_INET, IPPROTO_ESP, true); }},
    {c::esp_in_udp_v6, "NAT traversal over IPv6", [] { return try_sa(AF_INET6, IPPROTO_ESP, true); }},
    {c::veth, "every link", [] { return try_link("veth"); }},
    {c::bridge, "shared links", [] { return try_link("bridge"); }},
    {c::netem, "delay and loss", [] { return try_netem(); }},
    {c::nat, "NAT boxes", [] { return try_nat(); }},
};

/// The answers as text, to cross from the probing child.
std::string attempt_all() {
  json answers = json::array();
  for (const auto& probe : probes) {
    const Answer answer = probe.attempt();
    answers.push_back(json{{"code", answer.code}, {"said", answer.said}});
  }
  return answers.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::vector<Capability> probe_host() {
  std::vector<Capability> found;
  const std::string no_user = refusal_of_user_namespace();
  found.push_back({std::string(c::user_namespaces), no_user.empty(), "running as an ordinary user",
                   no_user.empty() ? "accepted" : no_user,
                   no_user.empty()
                       ? ""
                       : "sysctl kernel.unprivileged_userns_clone=1, or run as root; the guest ground does without"});
  json answers = json::array();
  std::string refusal;
  try {
    answers = json::parse(in_scratch_namespace(attempt_all));
  } catch (const std::exception& error) {
    refusal = error.what();
  }
  found.push_back({std::string(c::network_namespaces), refusal.empty(), "nodes", refusal.empty() ? "accepted" : refusal,
                   refusal.empty() ? "" : kernel_remedy});
  for (std::size_t i = 0; i < std::size(probes); ++i) {
    Capability one{std::string(probes[i].name), false, probes[i].needed_for, refusal, kernel_remedy};
    if (refusal.empty()) {
      one.found = answers.at(i).at("code").get<int>() == 0;
      one.said = answers.at(i).at("said").get<std::string>();
    }
    if (one.found) one.remedy.clear();
    found.push_back(std::move(one));
  }
  return found;
}

}  // namespace useipsec
