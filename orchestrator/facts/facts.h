#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/address.h"
#include "observe/observations.h"
#include "scenario/scenario.h"
#include "wire/wire_form.h"

namespace useipsec {

/// The IP packets of a flow, headers included, from the smallest to the largest; bytes. 0: none was measured.
struct PacketSizes {
  std::uint32_t smallest = 0, largest = 0;
  void include(std::uint32_t bytes);
  bool alike() const { return smallest == largest; }
  std::string str() const;  ///< "140 bytes", "52 to 140 bytes"
  bool operator==(const PacketSizes&) const = default;
};

/// How a flow's packets looked on one link that they crossed.
struct WireFact {
  std::string link;
  std::set<WireForm> forms;  ///< of packets that were this flow's
  std::uint64_t packets = 0;
  PacketSizes sizes{};  ///< of those that were not fragments
  bool judged = false;  ///< a transit link between the IPsec endpoints
};

/// One direction of one probe.
struct FlowFact {
  std::string name;  ///< `<probe>` or `<probe>-reply`
  std::string from, to;
  std::uint32_t sent = 0, delivered = 0;
  Moment began = 0, ended = 0;  ///< the probe's window
  PacketSizes clear_sizes;      ///< what its packets have with nothing added to them, see clear_sizes()
  std::vector<WireFact> wire;   ///< in path order
  bool readable = false;        ///< its payload could be read on a judged link: in the clear, in AH, in ESP-NULL
  std::string last_seen_link;   ///< the last link on which a packet of it was seen; empty: never left
  Outcome outcome = Outcome::blocked;
  std::string why;  ///< explains the outcome: for blocked the last link and the counter, ICMP error or daemon message
  std::vector<std::string> disagreements;  ///< where captures and kernel counters contradict each other
};

/// The two levels of SAs of a node at the end of the timeline, and what its child SAs carried.
struct SaFact {
  std::string node;
  Presence ike = Presence::down;
  Presence child = Presence::down;
  std::map<std::string, Presence> child_with;  ///< by peer, where the node has several
  std::vector<SaRecord> sas;
  std::uint64_t packets = 0, integrity_failed = 0;
  std::uint64_t usable = 0;    ///< how many SAs have keys
  std::uint64_t policies = 0;  ///< how many the kernel has
};

/// A kernel counter that grew during the case.
struct DropFact {
  std::string node, counter;
  std::uint64_t delta = 0;
  std::string meaning;  ///< in plain words, with the kernel source file that counts it
};

struct AdjacencyFact {
  std::string router, neighbor, state;
  bool operator==(const AdjacencyFact&) const = default;
};

/// A source address that a message of IKE hashed for NAT detection, as a reader of the link finds it out.
struct HashedAddressFact {
  std::string link;
  Address shown;                   ///< the source address of the packet there
  std::optional<Address> address;  ///< what was hashed; nothing: none that was tried
  std::uint64_t tried = 0;         ///< hashes made until then
  bool operator==(const HashedAddressFact&) const = default;
};

/// For what a node's kernel asked its IKE daemon.
struct AcquireFact {
  std::string node;
  AcquireRecord acquire;
};

/// The initialization vectors of the ESP packets that a node sent.
struct IvFact {
  std::uint64_t packets = 0;
  std::uint64_t repeated = 0;  ///< those whose IV one before them had, under the same SPI
};

/// Where a node's neighbor cache has an address of the link.
struct NeighborFact {
  std::string node, link;
  Address address;
  std::string at;  ///< the node whose link-layer address it is; the address itself where it is nobody's
  bool operator==(const NeighborFact&) const = default;
};

struct RouteFact {
  std::string router;
  Prefix prefix;
  std::string from;
  bool operator==(const RouteFact&) const = default;
};

/// What a router said to others: its packets of the routing protocol where they can be read, and whatever of its
/// packets is AH or ESP.
struct SpeechFact {
  std::string router;
  std::map<WireForm, std::uint64_t> packets;  ///< by form, on the links that it leaves over
  std::string str() const;                    ///< "12 as ah, 3 as clear"
};

struct Facts {
  std::vector<FlowFact> flows;
  std::vector<SaFact> sas;
  std::vector<DropFact> drops;
  std::vector<AdjacencyFact> adjacencies;
  std::vector<AcquireFact> acquires;
  std::map<std::string, IvFact> ivs;  ///< by node that sent ESP
  std::vector<NeighborFact> neighbors;
  std::vector<RouteFact> routes;
  std::vector<SpeechFact> speech;
  std::vector<HashedAddressFact> hashed;  ///< looked for only where the case expects something of them
  std::map<std::string, std::map<std::string, std::uint64_t>>
      wire_totals;  ///< link -> form -> packets, over the whole case
  /// One line for each fact, e.g. `flow alice->bob: delivered 3/3, on link wan as esp-in-udp`.
  std::vector<std::string> lines() const;
};

/// What a probe's packets have on the wire without protection: the payload, the transport header and the IP header
/// without options. TCP's smallest are bare acknowledgements and its largest carry a payload, both with the timestamps
/// (RFC 7323) that Linux sends.
PacketSizes clear_sizes(const Probe& probe);
/// What each of the flow's packets had more on a link than with nothing added to it, IP bytes: headers, IV, padding and
/// ICV of AH or ESP, the outer header of a tunnel, UDP encapsulation. Nothing where the link showed no whole packets,
/// or different ones of a flow whose packets are all alike.
std::optional<std::int64_t> overhead(const FlowFact& flow, const WireFact& wire);

/// What one finished case's observations mean. Reads the captures below `case_folder`; a capture that cannot be read is
/// a disagreement of the flows that it should have shown, not an exception.
Facts establish(const Case& subject, const Observations& observations, const std::filesystem::path& case_folder);

// The facts of one moment, for expectations in the middle of a timeline.

/// For IKE profiles `ike` is the daemon's word; by manual keys it is down, there is none. A child is up with at least
/// one SA for each direction; an SA without keys, which only waits for IKE, is none.
std::vector<SaFact> sa_facts(const Case& subject, const Snapshot& at);
/// The SAs of `node` with `peer`, told by the peer's addresses, its own and those a NAT gives it; where another peer
/// has the same address, by the SPI, which both ends must know. `sas`: by node.
std::vector<SaRecord> sas_with(const Case& subject, const std::map<std::string, std::vector<SaRecord>>& sas,
                               const std::string& node, const std::string& peer);
/// Whether these are one at least for each direction.
Presence child_with(const Case& subject, const std::map<std::string, std::vector<SaRecord>>& sas,
                    const std::string& node, const std::string& peer);
/// Counters of /proc/net/xfrm_stat and /proc/net/snmp that grew from `before` to `at`.
std::vector<DropFact> drop_facts(const Case& subject, const Snapshot& before, const Snapshot& at);
std::vector<AdjacencyFact> adjacency_facts(const Snapshot& at);
std::vector<AcquireFact> acquire_facts(const Snapshot& at);
/// Whether an SA that `node` has at that moment has the keys of one that it had when it was first seen with any.
/// Nothing where it has none, or was not seen before.
std::optional<bool> kept_keys(const Observations& observations, const std::string& node, const Snapshot& at);
/// How often an SA was asked for that is such as `expected` says.
std::uint64_t times_acquired(const std::vector<AcquireRecord>& acquires, const AcquireExpectation& expected);
/// "icmp6/135 to ff02::/16": the packet that an SA is asked for.
std::string acquire_words(const AcquireExpectation& expected);
std::string acquire_words(const AcquireRecord& acquire);
/// The entries that have a link-layer address; one that is being resolved or has failed is none.
std::vector<NeighborFact> neighbor_facts(const Case& subject, const Snapshot& at);
/// Whose link-layer address `node` has for `of` (a node, by its address on their common link, or an address): a node's
/// name, the address itself where it is nobody's, "none" where there is no entry.
std::string neighbor_at(const Case& subject, const std::vector<NeighborFact>& facts, const std::string& node,
                        const std::string& of);
std::vector<RouteFact> route_facts(const Snapshot& at);
/// Whether a neighbor's state is the expected one: "none" is everything before both have heard each other (RFC 2328
/// section 10.1) or a session is established (RFC 4271 section 8.2.2), "bidirectional" everything from there on.
bool is_in_state(const std::string& state, const std::string& expected);

std::string to_string(Outcome outcome);
std::string to_string(Presence presence);

}  // namespace useipsec
