#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "topology/topology.h"

namespace useipsec {

/// What went over one link from node to node, or an SA that spans several.
struct Span {
  std::string from, to;
  std::string words;  ///< "esp-in-udp 5"
};

/// How a lane is drawn. The words always say it too.
enum class LaneKind : std::uint8_t { sa, protected_, exposed, blocked, degraded };

/// A line below the topology that runs along the path of one flow, or between the ends of SAs.
struct Lane {
  LaneKind kind = LaneKind::sa;
  std::string name;   ///< "ping"
  std::string words;  ///< "protected, 5 of 5"
  std::vector<Span> spans;
  std::string stopped_at;  ///< the node that passed it on no further; empty: none did
};

/// What a run showed on a topology, drawn below it, each thing at the nodes it happened between.
struct Overlay {
  std::vector<Lane> lanes;
};

/// A picture of the topology: roles by shape and word, addresses at link ends, links with subnets and impairments.
/// The same topology gives the same text. Light and dark by the viewer's preference.
std::string svg(const Topology& topology, const Overlay& overlay = {});
/// The same for a page that has topology_style() in its own style.
std::string svg_part(const Topology& topology, const Overlay& overlay);
std::string topology_style();

/// For graphviz.
std::string dot(const Topology& topology);

/// For Markdown pages that draw Mermaid.
std::string mermaid(const Topology& topology);

}  // namespace useipsec
