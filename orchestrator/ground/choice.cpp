#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "ground/capability.h"

namespace useipsec {

namespace {

/// The first reason why this kernel will not do; empty where it will.
std::string missing_on_host(const std::vector<Capability>& capabilities) {
  namespace c = capability;
  for (const auto name : {c::network_namespaces, c::xfrm_netlink, c::esp_v4, c::esp_v6, c::ah_v4, c::ah_v6,
                          c::esp_in_udp_v4, c::veth, c::bridge, c::nat, c::netem}) {
    const Capability* found = find_capability(capabilities, name);
    if (found == nullptr) return fmt::format("{} was not probed", name);
    if (!found->found) return fmt::format("{}: {}", name, found->said);
  }
  return {};
}

}  // namespace

const Capability* find_capability(const std::vector<Capability>& capabilities, std::string_view name) {
  const auto found =
      std::find_if(capabilities.begin(), capabilities.end(), [&](const auto& one) { return one.name == name; });
  return found == capabilities.end() ? nullptr : &*found;
}

std::string_view to_string(GroundKind kind) { return kind == GroundKind::host ? "host" : "guest"; }

std::string_view to_string(GroundRequest request) {
  return request == GroundRequest::automatic
             ? "auto"
             : to_string(request == GroundRequest::host ? GroundKind::host : GroundKind::guest);
}

Result<GroundChoice> choose_ground(GroundRequest request, const std::vector<Capability>& capabilities) {
  const std::string lack = missing_on_host(capabilities);
  const Capability* guest = find_capability(capabilities, capability::guest_kernel);
  const bool have_guest = guest != nullptr && guest->found;
  const std::string no_guest = guest == nullptr ? "the guest kernel was not probed"
                                                : fmt::format("no guest kernel: {} ({})", guest->said, guest->remedy);
  switch (request) {
    case GroundRequest::host:
      if (lack.empty()) return GroundChoice{GroundKind::host, "asked for, and this kernel has all that is needed"};
      return failure(Error(fmt::format("ground host: this kernel lacks {}", lack), ExitCode::precondition));
    case GroundRequest::guest:
      if (have_guest) return GroundChoice{GroundKind::guest, "asked for"};
      return failure(Error(fmt::format("ground guest: {}", no_guest), ExitCode::precondition));
    case GroundRequest::automatic:
      break;
  }
  if (lack.empty()) return GroundChoice{GroundKind::host, "this kernel has all that is needed"};
  if (have_guest) return GroundChoice{GroundKind::guest, fmt::format("this kernel lacks {}", lack)};
  return failure(Error(fmt::format("no ground: this kernel lacks {}; {}", lack, no_guest), ExitCode::precondition));
}

}  // namespace useipsec
