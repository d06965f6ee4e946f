#include "draw/lanes.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "draw/labels.h"

namespace useipsec {
namespace {

constexpr double lane_height = 46;
constexpr double edge = 20;

std::string_view word(LaneKind kind) {
  switch (kind) {
    case LaneKind::sa:
      return "sa";
    case LaneKind::protected_:
      return "protected";
    case LaneKind::exposed:
      return "exposed";
    case LaneKind::blocked:
      return "blocked";
    case LaneKind::degraded:
      return "degraded";
  }
  return "blocked";
}

double width_of(std::string_view words) { return static_cast<double>(words.size()) * letter_width; }

class Lanes {
 public:
  Lanes(const Layout& layout, const Overlay& overlay) : overlay_(overlay), y_(layout.height) {
    for (const auto& box : layout.boxes) {
      centres_[box.node] = box.left + (box.width / 2);
      bottoms_[box.node] = box.top() + box.height;
      left_ = std::min(left_, box.left);
    }
  }

  DrawnLanes draw() {
    DrawnLanes result;
    const double begin = y_;
    for (const auto& lane : overlay_.lanes) add(lane);
    if (overlay_.lanes.empty()) return result;
    // A line down from each node that a lane comes to, behind everything that stands in between.
    for (const auto& [node, last] : touched_)
      behind_ +=
          fmt::format("<path class=\"guide\" d=\"M{:.1f} {:.1f}V{:.1f}\"/>\n", centres_[node], bottoms_[node], last);
    result.behind = std::move(behind_);
    result.body = std::move(body_);
    result.width = widest_ + edge;
    result.height = y_ + 4 - begin;
    return result;
  }

 private:
  void text(double x, double y, const char* anchor, std::string_view kind, std::string_view words) {
    body_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\"{}>{}</text>\n", x, y, anchor,
                         kind.empty() ? "" : fmt::format(" class=\"{}\"", kind), xml_escaped(words));
  }

  void span(const Span& each, double y, bool sa) {
    const auto from = centres_.find(each.from), to = centres_.find(each.to);
    if (from == centres_.end() || to == centres_.end()) return;
    touched_[each.from] = touched_[each.to] = y;
    const double x1 = from->second, x2 = to->second;
    if (x1 == x2) return text(x1 + 10, y - 6, "start", "", fmt::format("{} > {}: {}", each.from, each.to, each.words));
    const double ahead = x2 > x1 ? 1 : -1;
    if (sa) {
      body_ +=
          fmt::format("<path d=\"M{0:.1f} {2:.1f}v8M{0:.1f} {3:.1f}H{1:.1f}M{1:.1f} {2:.1f}v8\"/>\n", x1, x2, y - 4, y);
    } else if (each.words.empty()) {
      body_ += fmt::format("<path class=\"unseen\" d=\"M{:.1f} {:.1f}H{:.1f}\"/>\n", x1, y, x2);
    } else {
      body_ += fmt::format("<path d=\"M{:.1f} {:.1f}H{:.1f}\"/>", x1 + (4 * ahead), y, x2 - (10 * ahead));
      body_ +=
          fmt::format("<path class=\"tip\" d=\"M{:.1f} {:.1f}l{:.1f} -5v10z\"/>\n", x2 - (2 * ahead), y, -9 * ahead);
    }
    if (!each.words.empty()) text((x1 + x2) / 2, y - 6, "middle", "", each.words);
  }

  void add(const Lane& lane) {
    const double y = y_ + (lane.kind == LaneKind::sa ? 24 : 34);
    body_ += fmt::format("<g class=\"lane {}\">\n", word(lane.kind));
    const auto words = lane.name.empty() ? lane.words : lane.name + ": " + lane.words;
    text(left_, y_ + 10, "start", "outcome", words);
    widest_ = std::max(widest_, left_ + width_of(words));
    for (const auto& each : lane.spans) span(each, y, lane.kind == LaneKind::sa);
    if (const auto at = centres_.find(lane.stopped_at); at != centres_.end())
      body_ += fmt::format("<path class=\"stop\" d=\"M{0:.1f} {1:.1f}l12 12m0 -12l-12 12\"/>\n", at->second - 6, y - 6);
    body_ += "</g>\n";
    y_ += lane.kind == LaneKind::sa ? lane_height - 10 : lane_height;
  }

  const Overlay& overlay_;
  double y_, left_ = 1e9, widest_ = 0;
  std::map<std::string, double> centres_, bottoms_, touched_;
  std::string behind_, body_;
};

}  // namespace

DrawnLanes lanes_drawn(const Layout& layout, const Overlay& overlay) { return Lanes(layout, overlay).draw(); }

}  // namespace useipsec
