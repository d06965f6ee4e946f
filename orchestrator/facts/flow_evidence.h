#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "facts/facts.h"
#include "facts/flow_path.h"
#include "wire/capture_file.h"

namespace useipsec {

/// The captures of a case, read once, and what could not be read.
struct Captures {
  std::vector<CaptureFile> files;
  std::vector<std::pair<std::string, std::string>> problems;  ///< link, what is wrong with its capture
};

/// An SA as a packet shows it: "esp" or "ah", and the SPI. A NAT changes neither.
using SaName = std::pair<std::string, std::uint32_t>;

/// One direction of one probe with everything that is needed to find its packets.
struct FlowQuestion {
  const Case* subject = nullptr;
  const Observations* observations = nullptr;
  const Probe* probe = nullptr;
  const ProbeRecord* record = nullptr;
  bool reply = false;
  FlowPath path;
  const Snapshot* before = nullptr;  ///< just before the probe; null where there is none
  const Snapshot* after = nullptr;
  std::set<SaName> sas;        ///< the SAs from path.sender to path.receiver, by way of the relays
  bool sas_both_ways = false;  ///< the other direction uses an SA of the same name: tell by source address
};

FlowQuestion flow_question(const Case& subject, const Observations& observations, const ProbeRecord& record,
                           bool reply);

/// What one link showed of a flow.
struct LinkEvidence {
  WireFact fact;
  std::string leaving;                      ///< the node it left
  std::set<std::uint32_t> clear_sequences;  ///< packets whose payload was read in the clear
  bool readable = false;                    ///< a payload could be read, inside of AH or ESP too
  bool clear_unmarked = false;              ///< clear TCP segments of the flow without payload
  std::uint64_t sa_packets = 0;             ///< AH and ESP headers of its SAs between the two snapshots
};

struct FlowEvidence {
  std::vector<LinkEvidence> links;       ///< one for each hop
  std::vector<std::string> icmp_errors;  ///< in words, each once
  std::vector<std::string> problems;     ///< captures of judged links that are not whole
};

FlowEvidence gather(const FlowQuestion& question, const Captures& captures);

}  // namespace useipsec
