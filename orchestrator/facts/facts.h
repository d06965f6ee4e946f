#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/address.h"
#include "observe/observations.h"
#include "scenario/scenario.h"

namespace useipsec {

/// What a frame is to an observer in the middle of a link.
enum class WireForm : std::uint8_t { clear, ah, esp, esp_in_udp, ike, keepalive, arp, neighbor_discovery, other };

/// How a flow's packets looked on one link that they crossed.
struct WireFact {
  std::string link;
  std::set<WireForm> forms;      ///< of packets that were this flow's
  std::uint64_t packets = 0;
  bool judged = false;           ///< a transit link between the IPsec endpoints
};

/// One direction of one probe.
struct FlowFact {
  std::string name;  ///< `<probe>` or `<probe>-reply`
  std::string from, to;
  std::uint32_t sent = 0, delivered = 0;
  std::vector<WireFact> wire;    ///< in path order
  std::string last_seen_link;    ///< the last link on which a packet of it was seen; empty: never left
  Outcome outcome = Outcome::blocked;
  std::string why;               ///< explains the outcome: for blocked the last link and the counter, ICMP error or daemon message
  std::vector<std::string> disagreements;  ///< where captures and kernel counters contradict each other
};

/// The two levels of SAs of a node at the end of the timeline, and what its child SAs carried.
struct SaFact {
  std::string node;
  Presence ike = Presence::down;
  Presence child = Presence::down;
  std::vector<SaRecord> sas;
  std::uint64_t packets = 0, integrity_failed = 0;
};

/// A kernel counter that grew during the case.
struct DropFact {
  std::string node, counter;
  std::uint64_t delta = 0;
  std::string meaning;  ///< in plain words, with the kernel source file that counts it
};

struct AdjacencyFact {
  std::string router, neighbor, state;
};

struct Facts {
  std::vector<FlowFact> flows;
  std::vector<SaFact> sas;
  std::vector<DropFact> drops;
  std::vector<AdjacencyFact> adjacencies;
  std::map<std::string, std::map<std::string, std::uint64_t>> wire_totals;  ///< link -> form -> packets, over the whole case
  /// One line for each fact, e.g. `flow alice->bob: delivered 3/3, on link wan as esp-in-udp`.
  std::vector<std::string> lines() const;
};

std::string to_string(WireForm form);
std::string to_string(Outcome outcome);

}  // namespace useipsec
