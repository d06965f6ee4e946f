#pragma once

#include <string>
#include <vector>

#include "topology/topology.h"

namespace useipsec {

/// Where everything is drawn, in pixels. Nodes and shared links stand in columns, left to right, as a packet from the
/// first node meets them; each has a horizontal band of its own for its box and the texts of the line that leads to it.
struct Layout {
  struct Box {  ///< a node
    std::string node;
    double left = 0, centre = 0, width = 0, height = 0;
    double top() const { return centre - (height / 2); }
    double right() const { return left + width; }
  };
  struct Bus {  ///< a shared link
    std::string link;
    double x = 0, top = 0, bottom = 0;
    std::vector<std::string> lines;  ///< end above `top`
  };
  struct Text {
    std::vector<std::string> lines;
    double x = 0, y = 0;   ///< baseline of the first line
    char anchor = 's';     ///< 's'tart, 'm'iddle, 'e'nd
    bool is_link = false;  ///< the first line is a link's name
  };
  struct Line {
    std::vector<std::pair<double, double>> points;
  };
  std::vector<Box> boxes;
  std::vector<Bus> buses;
  std::vector<Line> lines;
  std::vector<Text> texts;
  double width = 0, height = 0;
};

constexpr double line_height = 15;

Layout layout(const Topology& topology);

}  // namespace useipsec
