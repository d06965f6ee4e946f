#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "xfrm/values.h"

namespace useipsec {

// What a lab saw, raw: the boundary between the live middle and everything pure. Stored as observations.json beside
// the captures, so that facts and verdicts can be recomputed from a result folder.

/// Seconds since the case began, on CLOCK_REALTIME minus `Observations::started_at`, as captures are stamped.
using Moment = double;

struct AdjacencyRecord {
  std::string neighbor;  ///< node name where the router id is one of ours
  std::string state;     ///< lower case, e.g. "full"
  bool operator==(const AdjacencyRecord&) const = default;
};

/// A route that a router's daemon has from another router.
struct RouteRecord {
  Prefix prefix;
  std::string from;  ///< node; empty where the daemon does not say
  bool operator==(const RouteRecord&) const = default;
};

struct NeighborRecord {
  std::string link;
  Address address;
  std::string mac;
  std::string state;  ///< NUD state, lower case, e.g. "reachable", "failed", "permanent"
  bool operator==(const NeighborRecord&) const = default;
};

struct AddressRecord {
  std::string link;
  Address address;
  std::string state;  ///< "usable"; by duplicate address detection (RFC 4862 section 5.4) "tentative", "duplicate"
  bool operator==(const AddressRecord&) const = default;
};

/// One node's state at one moment.
struct NodeSnapshot {
  std::vector<SaRecord> sas;
  std::vector<PolicyRecord> policies;
  std::map<std::string, std::uint64_t> xfrm_stat;  ///< /proc/net/xfrm_stat
  std::map<std::string, std::uint64_t>
      network_stat;  ///< selected /proc/net/snmp counters: TcpInCsumErrors, UdpInCsumErrors, IcmpInErrors
  std::map<std::string, std::uint64_t> filter_stat{};  ///< packets that each dropping rule of its filter took
  std::vector<AdjacencyRecord> adjacencies;
  std::vector<RouteRecord> routes{};
  std::vector<NeighborRecord> neighbors;
  std::vector<AddressRecord> addresses{};
  std::vector<AcquireRecord> acquires{};           ///< where the node keys by IKE: what its kernel asked for so far
  std::map<std::string, std::uint64_t> nat_drops;  ///< why the lab's own translator there dropped packets
  bool ike_up = false;                             ///< the daemon has an established IKE SA with its peer
};

struct Snapshot {
  std::string label;  ///< "before", "after", "expect-1", "probe-<name>-before", "probe-<name>-after"
  Moment at = 0;
  std::map<std::string, NodeSnapshot> nodes;
};

/// What one probe's sockets saw. Sequence numbers start at 1.
struct ProbeRecord {
  std::string probe;
  std::string token;  ///< the text each payload of it begins with, followed by "/<sequence>/<direction>" padded;
                      ///< searched for on the wire
  Moment began = 0, ended = 0;
  std::vector<std::uint32_t> sent, arrived, answered, answers_arrived;
  std::vector<std::string> errors;  ///< the kernel's own words: "sendto: Network is unreachable (ENETUNREACH)"
};

enum class LogKind : std::uint8_t { other, ready, ike_up, ike_down, child_up, refused, warning };

/// One line a daemon said.
struct LogRecord {
  Moment at = 0;
  std::string node, program, line;
  LogKind kind = LogKind::other;
};

struct StepRecord {
  Moment began = 0, ended = 0;
  std::string text;    ///< "initiate alice"
  std::string result;  ///< "done", "holds", "deadline", "impossible: <why>"
};

/// One capture: every packet that left an interface of the link, stamped where it left. File is relative to the case
/// folder.
struct CaptureRecord {
  std::string link, node, file;
  std::uint64_t packets = 0, dropped = 0;
};

/// One behavior of a NAT box: what its file says and what was measured, in the same words.
struct NatMeasurement {
  std::string behavior, expected, measured;
  bool operator==(const NatMeasurement&) const = default;
};

/// What a NAT box of the case was measured to be before it was used.
struct NatRecord {
  std::string node;
  std::vector<NatMeasurement> measured;
};

struct Observations {
  double started_at = 0;  ///< CLOCK_REALTIME seconds
  std::string kernel;
  std::vector<StepRecord> steps;
  std::vector<ProbeRecord> probes;
  std::vector<Snapshot> snapshots;
  std::vector<LogRecord> log;
  std::vector<CaptureRecord> captures;
  std::vector<NatRecord> nats;
  std::string ended_early;  ///< why the timeline was not finished; empty: it was
  std::map<std::string, double>
      timings;  ///< seconds: "build", "daemon-start", "keying", "probing", "waiting", "teardown", "own"

  /// The last one of that label; null where there is none.
  const Snapshot* snapshot(std::string_view label) const;
};

/// Daemon lines go in as they are: where they are not UTF-8, dump() with error_handler_t::replace (see
/// observations_text).
nlohmann::json to_json_document(const Observations& observations);
/// The text of observations.json. Bytes that are not UTF-8 become U+FFFD, never an exception.
std::string observations_text(const Observations& observations);
/// Throws Error (invalid) with a JSON pointer where the document is not what to_json_document writes.
Observations observations_from_json(const nlohmann::json& document);

}  // namespace useipsec
