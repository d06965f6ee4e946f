#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/address.h"
#include "profile/profile.h"
#include "topology/topology.h"

namespace useipsec {

enum class ProbeKind : std::uint8_t { icmp, udp, tcp, multicast, broadcast };
/// Whether the receiver answers, so that there is a flow back: to a group only one way is judged.
constexpr bool has_answers(ProbeKind kind) { return kind != ProbeKind::multicast && kind != ProbeKind::broadcast; }

/// Traffic of known payload from one node to another, answered where the kind has answers. Each direction is a flow of
/// its own: `name` and `name-reply`.
struct Probe {
  std::string name;
  ProbeKind kind = ProbeKind::icmp;
  std::string from;
  std::string to;                      ///< the node that receives and, where the kind has answers, answers
  std::optional<Address> destination;  ///< default: `to`'s address as `from` would write it; a group for multicast; of
                                       ///< the link for broadcast
  Family family = Family::v4;
  std::string link;           ///< multicast and broadcast: where it is sent; default: the link that both share
  std::uint16_t port = 7001;  ///< all but icmp
  std::uint32_t count = 3;
  std::uint32_t interval_ms = 100;
  bool checksum = true;  ///< udp over IPv4: false sends the field as zero, which means none (RFC 768)
  std::uint32_t wait_ms = 1000;        ///< how long an answer is waited for after the last packet: the negative window
  std::uint32_t size = 64;             ///< payload bytes
};

enum class Level : std::uint8_t { ike, child };
enum class Presence : std::uint8_t { up, down };
enum class Outcome : std::uint8_t { protected_, exposed, blocked, degraded };

struct SaExpectation {
  std::string node;
  Level level = Level::child;
  Presence presence = Presence::up;
  std::string with;  ///< only the SAs with this peer; child level only; empty: with anybody
};
struct FlowExpectation {
  std::string flow;  ///< a probe's name, or its name with "-reply"
  Outcome outcome = Outcome::protected_;
  std::vector<std::string> wire;  ///< exactly these forms on the judged links where given: clear, ah, esp, esp-in-udp
  std::optional<std::uint32_t> overhead = std::nullopt;  ///< bytes added to each packet on every judged link, where given
};
struct DropExpectation {
  std::string node;
  std::string counter;  ///< a name of /proc/net/xfrm_stat, a daemon's or a socket's counter
};
struct AdjacencyExpectation {
  std::string router;
  std::string neighbor;
  std::string state;  ///< "full", "2-way", "none"
};
/// A message a daemon must have logged (its own words), as a regular expression.
struct LogExpectation {
  std::string node;
  std::string says;
};
/// What the kernel of a node that keys by IKE asked its daemon for, or did not: an SA for such a packet.
struct AcquireExpectation {
  std::string node;
  Prefix to;                          ///< the packet's destination is in here
  std::uint8_t protocol = 0;          ///< 0: any
  std::optional<std::uint16_t> port;  ///< the destination's; for ICMP the type
  bool seen = true;
};
struct AddressExpectation {
  std::string node;
  Address address;
  std::string state;  ///< "usable", "tentative", "duplicate", "none"
};
/// Whether any two ESP packets that a node sent under one SPI had the same initialization vector; judged at the end
/// only.
struct IvExpectation {
  std::string node;
  bool repeated = false;
};
/// Whether the SAs that a node has at the end have keys that its first SAs had.
struct KeyExpectation {
  std::string node;
  bool kept = false;
};
using Expectation = std::variant<SaExpectation, FlowExpectation, DropExpectation, AdjacencyExpectation, LogExpectation,
                                 AcquireExpectation, AddressExpectation, IvExpectation, KeyExpectation>;

// The timeline, in the order it happens.
struct StartStep { std::vector<std::string> nodes; };  ///< keys, policies and daemons of these nodes (empty: all)
struct InitiateStep { std::string node; };
/// The node's daemons end: told to, or killed with no time to say anything. The kernel keeps its SAs and policies unless
/// they are flushed too, as by a reboot. A further start starts it again.
struct StopStep { std::string node; bool killed = false; bool flush = false; };
struct RekeyStep { std::string node; Level level = Level::child; };
struct ProbeStep { std::vector<std::string> probes; };
struct WaitStep { Expectation until; std::chrono::milliseconds within{10000}; };
struct ExpectStep { std::vector<Expectation> facts; };
/// Nobody sends anything of ours for so long: timers of daemons and NAT boxes run.
struct IdleStep { std::chrono::milliseconds time{0}; };
struct FlushNatStep { std::string node; };
struct ChangeMappingsStep { std::string node; };
struct MoveAddressStep { std::string node; std::string link; Prefix from; Prefix to; };
/// In IPv6 after duplicate address detection; the step does not wait for its end.
struct AddAddressStep { std::string node; std::string link; Prefix address; };
struct LinkStep { std::string link; std::string node; bool up = false; };
struct SetNeighborsStep { std::string link; std::vector<std::string> nodes; };    ///< permanent entries for all others on the link
struct FlushNeighborsStep { std::string link; std::vector<std::string> nodes; };
struct AddPolicyStep { std::vector<std::string> nodes; PolicyEntry policy; };     ///< both directions
struct RemovePolicyStep { std::vector<std::string> nodes; Selector selector; };   ///< every direction; all policies that match
using Step = std::variant<StartStep, InitiateStep, StopStep, RekeyStep, ProbeStep, WaitStep, ExpectStep, IdleStep, FlushNatStep, ChangeMappingsStep, MoveAddressStep, AddAddressStep, LinkStep,
                          SetNeighborsStep, FlushNeighborsStep, AddPolicyStep, RemovePolicyStep>;

enum class RoutingProtocol : std::uint8_t { ospfv2, ospfv3 };

/// Routers that speak a routing protocol on a link, carried out by a routing daemon (BIRD).
struct Routing {
  std::string daemon = "bird";
  RoutingProtocol protocol = RoutingProtocol::ospfv3;
  std::string link;
  std::vector<std::string> routers;
  std::uint32_t hello_s = 1;
  std::uint32_t dead_s = 4;
};

/// How passing (every expectation holds, its control too) bears on a claim.
enum class Bearing : std::uint8_t { supports, refutes };
struct ClaimReference {
  std::string id;
  Bearing bearing = Bearing::supports;
  std::string why;
};

/// One scenario with one engine and at most one variant: everything settled, nothing left to merge.
struct Case {
  std::string id;        ///< `<scenario>@<engine>` with `+<variant>` where there is one
  std::string scenario;  ///< for a control `<scenario>.<control>`
  std::string engine;
  std::string variant;
  std::string control_of;             ///< the subject's case id; empty for a subject
  std::vector<std::string> controls;  ///< the controls' case ids; empty for a control
  std::string file;      ///< where it was read
  std::string title;
  std::string about;
  std::vector<ClaimReference> claims;
  Topology topology;
  Profile profile;
  std::map<std::string, std::optional<Profile>> profile_at;  ///< by node that has it otherwise; nothing: has none
  bool without_ipsec = false;  ///< "profile": null - the leak detector's own control
  std::optional<Routing> routing;
  std::vector<Probe> probes;
  std::vector<Step> timeline;
  std::vector<Expectation> expect;
  std::vector<std::string> lint_accepted;  ///< rules this scenario breaks on purpose
  std::chrono::seconds deadline{60};
  std::uint64_t seed = 1;

  /// The profile as `node` has it; null where it has none: it is no party, or goes without IPsec.
  const Profile* profile_of(std::string_view node) const;
  /// The parties that have a profile, in the topology's order.
  std::vector<std::string> protected_nodes() const;
};

}  // namespace useipsec
