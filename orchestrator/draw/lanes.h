#pragma once

#include <string>

#include "draw/draw.h"
#include "draw/layout.h"

namespace useipsec {

/// The lanes of an overlay as SVG, below a layout.
struct DrawnLanes {
  double width = 0, height = 0;  ///< what they need: in all, and below the layout
  std::string behind, body;      ///< `behind` goes below the topology itself
};

DrawnLanes lanes_drawn(const Layout& layout, const Overlay& overlay);

}  // namespace useipsec
