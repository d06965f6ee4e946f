#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace useipsec {

/// One thing this machine may or may not be able to do, found by trying it.
struct Capability {
  std::string name;  ///< "ESP over IPv4", "pluto"
  bool found = false;
  std::string needed_for;
  std::string said;    ///< the kernel's own words, or where a tool was found
  std::string remedy;  ///< how to get it; empty where found
};

/// Tries each kernel feature in throw-away namespaces (a user namespace too, where we are not root); nothing stays.
/// Names are those of the constants below. Forks: call it before any thread is started.
std::vector<Capability> probe_host();
/// Looks for each engine's programs, those of unpacked packages below `packages` (Home::packages()).
std::vector<Capability> probe_engines(const std::filesystem::path& packages);
/// Looks for each other program and for the guest kernel (`guest_kernel`; empty: Debian's) with its modules.
std::vector<Capability> probe_tools(const std::string& guest_kernel = {});

namespace capability {
inline constexpr std::string_view user_namespaces = "user namespaces";
inline constexpr std::string_view network_namespaces = "network namespaces";
inline constexpr std::string_view xfrm_netlink = "XFRM netlink";
inline constexpr std::string_view esp_v4 = "ESP over IPv4";
inline constexpr std::string_view esp_v6 = "ESP over IPv6";
inline constexpr std::string_view ah_v4 = "AH over IPv4";
inline constexpr std::string_view ah_v6 = "AH over IPv6";
inline constexpr std::string_view esp_in_udp_v4 = "ESP in UDP over IPv4";
inline constexpr std::string_view esp_in_udp_v6 = "ESP in UDP over IPv6";
inline constexpr std::string_view nat = "NAT";
inline constexpr std::string_view veth = "veth";
inline constexpr std::string_view bridge = "bridge";
inline constexpr std::string_view netem = "netem";
inline constexpr std::string_view guest_kernel = "guest kernel";
}  // namespace capability

/// Null where the name was not probed.
const Capability* find_capability(const std::vector<Capability>& capabilities, std::string_view name);

/// Where the labs run: this kernel, or a guest's.
enum class GroundKind { host, guest };
enum class GroundRequest { automatic, host, guest };
std::string_view to_string(GroundKind kind);
std::string_view to_string(GroundRequest request);

struct GroundChoice {
  GroundKind kind = GroundKind::host;
  std::string why;  ///< one line
};

/// Decides from what the probes found (of probe_host() and probe_tools() together); an Error (precondition) where what
/// is asked for cannot be had. Pure. IPv6 ESP in UDP is not required of a ground: scenarios that want it ask for it.
Result<GroundChoice> choose_ground(GroundRequest request, const std::vector<Capability>& capabilities);

}  // namespace useipsec
