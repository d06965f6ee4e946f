#pragma once

#include <string>

#include "topology/topology.h"

namespace useipsec {

/// A picture of the topology: roles by shape and word, addresses at link ends, links with subnets and impairments.
/// The same topology gives the same text. Light and dark by the viewer's preference.
std::string svg(const Topology& topology);

/// For graphviz.
std::string dot(const Topology& topology);

/// For Markdown pages that draw Mermaid.
std::string mermaid(const Topology& topology);

}  // namespace useipsec
