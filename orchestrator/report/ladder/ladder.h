#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "report/stored_case.h"

namespace useipsec {

/// One link that the packets of a row crossed, with the addresses they had there.
struct LadderArrow {
  std::size_t from = 0;         ///< column of the node that they left
  std::vector<std::size_t> to;  ///< columns of the nodes that receive what is sent so
  std::string link;
  std::string source, destination;  ///< "10.1.0.2:500"; empty where the frame carries none
};

enum class LadderKind : std::uint8_t { step, packets, note };

/// One line of a ladder: a step of the timeline, packets alike that went the same way within one step, or a sentence.
struct LadderRow {
  LadderKind kind = LadderKind::packets;
  Moment first = 0, last = 0;
  std::uint64_t count = 0;  ///< packets, each counted once however many links it crossed
  WireForm form = WireForm::other;
  std::string label;   ///< "IKE main mode 1", "ESP in UDP 0x4f65f92f seq 1-22"; the step; the sentence
  std::string detail;  ///< more about it: cookies, message id, lengths
  std::vector<LadderArrow> path;
  bool retransmission = false;
  bool upkeep = false;                    ///< what links do by themselves: ARP, neighbor discovery, group membership
  std::optional<std::size_t> stopped_at;  ///< the column of the node that passed them on no further
  std::vector<std::string> flows;         ///< the flows they may belong to
  std::string outcome;                    ///< of those flows: "protected", "ping protected, udp blocked"
  std::vector<std::string> reasons;       ///< sentences that rest on this row: why a flow is blocked or exposed
};

/// The packets of a case in the order they left, merged from the captures of all links.
struct Ladder {
  std::string case_id, title;
  std::vector<std::string> nodes;  ///< columns, in path order
  std::vector<LadderRow> rows;
  std::uint64_t frames = 0;   ///< captured, on all links together
  std::uint64_t packets = 0;  ///< of them different packets
  std::vector<std::string> missing;
};

/// Repeats are grouped within a step. Where a step has many rows that differ only in SPIs, ports or messages, they are
/// grouped too: a flood is one row.
Ladder ladder(const StoredCase& stored);

/// In 80 columns.
std::string ladder_text(const Ladder& ladder);

/// A picture of its own, light and dark by the viewer's preference.
std::string ladder_svg(const Ladder& ladder);
/// The same for a page that has ladder_style() in its own style; at most `most_rows` rows, then a word of what is left
/// out.
std::string ladder_svg_part(const Ladder& ladder, std::size_t most_rows);
std::string ladder_style();

/// Schema "useipsec/ladder/1" (docs/schemas/ladder.json).
nlohmann::ordered_json ladder_json(const Ladder& ladder);

}  // namespace useipsec
