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

/// A case has this long where its file says nothing: no case takes it, but one that hangs, on a machine ten times
/// slower than those it was seen on as well.
inline constexpr std::chrono::seconds default_deadline{120};

enum class ProbeKind : std::uint8_t { icmp, udp, tcp, sctp, ftp, multicast, broadcast };
/// Whether the receiver answers, so that there is a flow back: to a group only one way is judged.
constexpr bool has_answers(ProbeKind kind) { return kind != ProbeKind::multicast && kind != ProbeKind::broadcast; }
/// Whether payloads go over connections, whose packets need not be one for each.
constexpr bool is_stream(ProbeKind kind) {
  return kind == ProbeKind::tcp || kind == ProbeKind::sctp || kind == ProbeKind::ftp;
}
/// Whether a probe has one connection, which a later one can go on with.
constexpr bool has_one_connection(ProbeKind kind) { return kind == ProbeKind::tcp || kind == ProbeKind::sctp; }

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
  std::uint16_t port = 7001;  ///< all but icmp; of ftp's control connection, whose default is 21
  std::uint32_t count = 3;
  std::uint32_t interval_ms = 100;
  bool checksum = true;  ///< udp over IPv4: false sends the field as zero, which means none (RFC 768)
  /// udp over IPv4: the requests' IP identifications, counted up from here; nothing: the kernel's choice.
  std::optional<std::uint16_t> identification = std::nullopt;
  bool passive = false;          ///< ftp: the client connects for the answers too, to where the server says (PASV)
  std::uint32_t wait_ms = 1000;  ///< how long an answer is waited for after the last packet: the negative window
  std::uint32_t size = 64;       ///< payload bytes
  bool router_alert = false;     ///< udp over IPv4: with the option that asks routers to look (RFC 2113)
  /// An attacker's packets, which a replay or an injection makes: nobody waits for an answer. It stands in no file's
  /// "probes"; its step gives its name.
  bool forged = false;
  /// udp: where the receiver listens; 0: on `port`. What arrives elsewhere than it was sent to was redirected on its
  /// way.
  std::uint16_t listens = 0;
  /// sctp: the sender's own addresses that its association is bound to and tells the peer (RFC 9260 section 3.3.2.1);
  /// empty: all that its node has.
  std::vector<Address> bind = {};
  /// tcp, sctp: the earlier probe whose connection it goes on with; empty: it makes its own.
  std::string continues = {};
};

/// The same of one probe: nobody answers an attacker.
inline bool has_answers(const Probe& probe) { return has_answers(probe.kind) && !probe.forged; }

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
  std::vector<std::string>
      wire;  ///< exactly these forms on the judged links where given: clear, ah, esp, esp-in-udp, ah+esp
  std::optional<std::uint32_t> overhead =
      std::nullopt;                             ///< bytes added to each packet on every judged link, where given
  std::optional<bool> readable = std::nullopt;  ///< whether an observer could read its payload on a judged link
};
struct DropExpectation {
  std::string node;
  std::string counter;  ///< a name of /proc/net/xfrm_stat, a daemon's or a socket's counter
};
struct AdjacencyExpectation {
  std::string router;
  std::string neighbor;
  std::string state;  ///< "full", "2-way", "bidirectional" (2-way or beyond), "none"
};
/// How many SAs and policies the kernel has at a node.
struct CountExpectation {
  std::string node;
  bool policies = false;  ///< else SAs that have keys
  std::uint64_t count = 0;
};
/// A message a daemon must have logged (its own words), as a regular expression; or must not.
struct LogExpectation {
  std::string node;
  std::string says;
  bool never = false;
};
/// The source addresses that somebody who reads a link finds in the hashes of IKE's NAT detection; exactly these.
struct NatDetectionExpectation {
  std::string link;
  std::vector<Address> addresses;
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
/// What a node's neighbor cache says of an address: whose link-layer address it has.
struct NeighborExpectation {
  std::string node;
  std::string of;  ///< a node, by its address on a common link, or an address
  std::string at;  ///< the node whose link-layer address it is, or "none"
};
/// Whether a router's daemon has a route that another router told it.
struct RouteExpectation {
  std::string router;
  Prefix prefix;
  bool learned = true;
};
/// How what a router says to others looks on the links that it leaves over: exactly these forms.
struct SpeechExpectation {
  std::string router;
  std::vector<std::string> wire;  ///< clear, ah, esp, esp-in-udp, ah+esp
};
using Expectation =
    std::variant<SaExpectation, FlowExpectation, DropExpectation, AdjacencyExpectation, LogExpectation,
                 AcquireExpectation, AddressExpectation, IvExpectation, KeyExpectation, NeighborExpectation,
                 CountExpectation, RouteExpectation, SpeechExpectation, NatDetectionExpectation>;

// The timeline, in the order it happens.
struct StartStep {
  std::vector<std::string> nodes;
};  ///< keys, policies and daemons of these nodes (empty: all)
struct InitiateStep {
  std::string node;
};
/// The node's daemons end: told to, or killed with no time to say anything. The kernel keeps its SAs and policies
/// unless they are flushed too, as by a reboot. A further start starts it again.
struct StopStep {
  std::string node;
  bool killed = false;
  bool flush = false;
};
/// What these nodes have of the profile from their next start on.
struct ChangeProfileStep {
  std::map<std::string, Profile> profiles;
};
struct RekeyStep {
  std::string node;
  Level level = Level::child;
};
struct ProbeStep {
  std::vector<std::string> probes;
};
struct WaitStep {
  Expectation until;
  std::chrono::milliseconds within{10000};
};
struct ExpectStep {
  std::vector<Expectation> facts;
};
/// Nobody sends anything of ours for so long: timers of daemons and NAT boxes run.
struct IdleStep {
  std::chrono::milliseconds time{0};
};
struct FlushNatStep {
  std::string node;
};
struct ChangeMappingsStep {
  std::string node;
};
struct MoveAddressStep {
  std::string node;
  std::string link;
  Prefix from;
  Prefix to;
};
/// In IPv6 after duplicate address detection; the step does not wait for its end.
struct AddAddressStep {
  std::string node;
  std::string link;
  Prefix address;
};
struct LinkStep {
  std::string link;
  std::string node;
  bool up = false;
};
struct SetNeighborsStep {
  std::string link;
  std::vector<std::string> nodes;
};  ///< permanent entries for all others on the link
struct FlushNeighborsStep {
  std::string link;
  std::vector<std::string> nodes;
};
struct AddPolicyStep {
  std::vector<std::string> nodes;
  PolicyEntry policy;
  bool keyed = false;                 ///< with manual SAs between the selector's two addresses, the same at both ends
  std::optional<bool> outwards = {};  ///< only this direction; nothing: both
};
struct RemovePolicyStep {
  std::vector<std::string> nodes;
  Selector selector;
};  ///< every direction; all policies that match
enum class RollPhase : std::uint8_t { add, use, remove };
/// One part of changing a group's manual keys (RFC 4552 section 10.1): the SAs of a generation are added, sent under,
/// or removed. Generations count from 1, with which nodes start.
struct RollKeysStep {
  std::vector<std::string> nodes;
  RollPhase phase = RollPhase::add;
  std::uint32_t generation = 2;
};
/// Packets of this case's own captures: what a node sent over a link, in the order it left.
struct PacketSelection {
  std::string sent_by;
  std::string protocol = "any";  ///< "ah", "esp", "udp", "icmp", "icmp6", "ospf", "any"
  std::uint32_t first = 0;       ///< only so many from the beginning; 0: all
  std::uint32_t last = 0;        ///< only so many up to now; 0: all
};

/// A node sends again what was captured on a link it is on, with another source address where one is given. With
/// `flow`, what the receiver of the probe `of` gets of it is a flow of that name.
struct ReplayStep {
  std::string from;
  std::string link;
  PacketSelection packets;
  std::uint32_t times = 1;
  std::string flow;
  std::string of;
  std::optional<Address> source = {};
};

enum class Forgery : std::uint8_t { udp, neighbor_advertisement, arp_reply, esp, ah, ospf_hello, tcp_reset };

/// A node sends packets that claim to be another's. `link` and `next` are the first hop; `claimed` and `destination`
/// are absent where the topology has no such address.
struct InjectStep {
  Forgery kind = Forgery::udp;
  std::string from, to;
  std::string as;    ///< a node or an address: the source, or what is advertised
  std::string flow;  ///< udp: the flow's name
  std::string link, next;
  std::optional<Address> claimed, destination;
  std::uint16_t port = 7001;         ///< udp; tcp_reset: either end's
  std::optional<std::uint32_t> spi;  ///< esp, ah; nothing: the receiver's SA
  std::uint32_t count = 3;
  bool with_key = false;  ///< a key holder's: under AH or ESP, with the SA that `from` has towards the destination
};

enum class EditKind : std::uint8_t {
  none,
  flip,
  ttl,
  tos,
  id,
  source,
  router_alert,
  nat_detection,
  vendor_ids,
  drop,
  duplicate
};

/// What a router that tampers does to a packet. The IP header's checksum is made good afterwards, of others only UDP's
/// after an edit of IKE.
struct Edit {
  EditKind kind = EditKind::none;
  std::uint32_t value = 0;  ///< ttl (or hop limit), tos (or traffic class), id, router_alert; duplicate: further copies
  std::optional<Address> source;         ///< source
  std::string after = "ip";              ///< flip: the header that its bytes come after: "ip", "ah", "esp", "udp"
  std::uint32_t offset = 0;              ///< flip: bytes after that header
  std::vector<std::uint8_t> bytes = {};  ///< flip: what is XORed in
};

/// From here on the node forwards in user space and edits what it forwards. A further step for the node replaces the
/// edit.
struct TamperStep {
  std::string node;
  std::string over;              ///< only what leaves over this link; empty: every link
  std::string protocol = "any";  ///< as PacketSelection has it
  std::uint32_t every = 1;       ///< only every n-th of these
  Edit edit;
};
using Step = std::variant<StartStep, InitiateStep, StopStep, ChangeProfileStep, RekeyStep, ProbeStep, WaitStep,
                          ExpectStep, IdleStep, FlushNatStep, ChangeMappingsStep, MoveAddressStep, AddAddressStep,
                          LinkStep, SetNeighborsStep, FlushNeighborsStep, AddPolicyStep, RemovePolicyStep, ReplayStep,
                          InjectStep, TamperStep, RollKeysStep>;

enum class RoutingProtocol : std::uint8_t { ospfv2, ospfv3, bgp, ripng, isis, pim, router_advertisement };

/// A BGP speaker.
struct Speaker {
  std::uint32_t as = 0;                          ///< autonomous system
  std::vector<std::string> peers;                ///< empty: every other speaker
  std::map<std::string, std::string> passwords;  ///< by peer: TCP MD5 (RFC 2385)
  std::vector<Prefix> announces;
  std::optional<std::vector<Prefix>> accepts;  ///< what it takes from peers, and nothing longer; nothing: all
  bool passive = false;                        ///< leaves connecting to its peers (RFC 4271 section 8.1.1)
};

/// OSPF's backbone (RFC 2328 section 3.1), whose area ID links have that are given no other.
inline constexpr const char* backbone_area = "0.0.0.0";

/// Two area border routers that are neighbors in the backbone across another area, their transit area (RFC 2328 section
/// 15).
struct VirtualLink {
  std::vector<std::string> routers;  ///< two
  std::string area;
};

/// Routers that speak a routing protocol, carried out by a routing daemon. OSPF, RIPng, IS-IS and PIM are spoken on
/// links, BGP between addresses. Router advertisements (RFC 4861 section 6.2) tell hosts of a link its prefixes.
struct Routing {
  std::string daemon = "bird";
  RoutingProtocol protocol = RoutingProtocol::ospfv3;
  std::vector<std::string> links;
  std::vector<std::string> routers;
  std::uint32_t hello_s = 1;  ///< BGP: between keepalives; router advertisements: at most between two of them
  std::uint32_t dead_s = 4;   ///< BGP: the hold time; router advertisements: the lifetime of what they tell
  std::map<std::string, std::vector<std::uint8_t>>
      instances;                             ///< OSPFv3: by router, its instance IDs; default: 0 alone
  std::map<std::string, Speaker> speakers;   ///< BGP: by router
  std::map<std::string, std::string> areas;  ///< OSPF: by link, its area ID; default: the backbone
  std::vector<VirtualLink> virtual_links;    ///< OSPF
};
/// The area ID of a link.
std::string area_of(const Routing& routing, const std::string& link);
/// The router at the other end of each virtual link that a router has, and its transit area.
std::vector<std::pair<std::string, std::string>> virtual_links_of(const Routing& routing, const std::string& router);

struct Case;
/// The first link that a routing protocol is spoken on; empty where there is none.
std::string routed_link(const Case& subject);

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
  std::string file;                   ///< where it was read
  std::string title;
  std::string about;
  std::vector<ClaimReference> claims;
  Topology topology;
  Profile profile;
  std::map<std::string, std::optional<Profile>> profile_at;  ///< by node that has it otherwise; nothing: has none
  bool without_ipsec = false;                                ///< "profile": null - the leak detector's own control
  std::optional<Routing> routing;
  std::vector<Probe> probes;
  std::vector<Step> timeline;
  std::vector<Expectation> expect;
  std::vector<std::string> lint_accepted;  ///< rules this scenario breaks on purpose
  std::chrono::seconds deadline = default_deadline;
  std::uint64_t seed = 1;
  bool log_negotiation = false;  ///< IKE daemons write into their logs what they propose and what they choose

  /// The profile as `node` has it; null where it has none: it is no party, or goes without IPsec.
  const Profile* profile_of(std::string_view node) const;
  /// The parties that have a profile, in the topology's order.
  std::vector<std::string> protected_nodes() const;
};

}  // namespace useipsec
